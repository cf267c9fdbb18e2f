"""The builder that asks a chat model."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from toggle_core.builders.chat.answer import Spent
from toggle_core.builders.chat.asking import Asker, Question
from toggle_core.builders.chat.assembly import assemble
from toggle_core.builders.chat.drafts import (
    PLAN_SCHEMA,
    PROJECT_SCHEMA,
    read_plan,
    read_project,
)
from toggle_core.builders.chat.prompts import code_request, plan_request
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.protocol import Base, Feedback, Plan, Project
from toggle_core.errors import ModelFailed
from toggle_core.graph.cleaning import clean
from toggle_core.words import PLAN_LIMIT

PLAN: Final = Question(
    prompt="plan",
    as_json="plan_as_json",
    as_prose="plan_as_text",
    schema=PLAN_SCHEMA,
    read=read_plan,
)

CODE: Final = Question(
    prompt="code",
    as_json="code_as_json",
    as_prose="code_as_files",
    schema=PROJECT_SCHEMA,
    read=read_project,
)

IDEAS: Final = (
    "Create a hello world app that greets me in five languages",
    "A web page where my team books the meeting room, without double bookings",
    "A command that reads a folder of invoices as CSV and reports what each customer owes",
    "A small web quiz about the capitals of Europe that keeps the high scores",
    "Watch a log file and tell me the ten most frequent errors, by hour",
)


class ChatBuilder:
    """Builds with a chat model. Nothing is imported or sent before the first plan."""

    def __init__(self, settings: ChatSettings) -> None:
        self._settings = settings
        self._asker = Asker(settings)

    @property
    def name(self) -> str:
        """Stored with each run: ``provider:model``."""
        return self._settings.model

    @property
    def ideas(self) -> tuple[str, ...]:
        """Example tasks for the first screen, of a size that a chat model manages."""
        return IDEAS

    def plan(self, task: str, *, base: Base | None = None) -> Plan:
        """Plan a task, or how to change a project.

        Args:
            task: what the person asked for.
            base: the project to change, with what was asked before.

        Returns:
            The plan, with the tokens of all requests it took. They are the server's count, or an
            estimate where it sends none: see :class:`~toggle_core.builders.chat.answer.Spent`.

        Raises:
            ModelFailed: with the sentence a person reads, and the tokens that were used.
        """
        with _counting() as spent:
            written = self._asker.ask(PLAN, plan_request(task, base), spent)
        return Plan(clean(written, PLAN_LIMIT), spent.tokens_in, spent.tokens_out)

    def code(
        self, task: str, plan: str, feedback: Feedback | None = None, *, base: Base | None = None
    ) -> Project:
        """Write the project for a plan, repair it, or change another.

        Args:
            task: what the person asked for.
            plan: the plan's text, possibly edited by a person.
            feedback: None the first time; else what to repair.
            base: the project to change, with what was asked before. Files that the model leaves
                out of a repair or a change stay as they are.

        Returns:
            The whole project, with the tokens of all requests it took, counted as for a plan.

        Raises:
            ModelFailed: with the sentence a person reads, and the tokens that were used.
        """
        with _counting() as spent:
            draft = self._asker.ask(CODE, code_request(task, plan, feedback, base), spent)
            project = assemble(draft, self.name, feedback or base)
        return Project(
            files=project.files,
            entry=project.entry,
            how_to_run=project.how_to_run,
            summary=project.summary,
            tokens_in=spent.tokens_in,
            tokens_out=spent.tokens_out,
        )


@contextmanager
def _counting() -> Iterator[Spent]:
    """Count tokens, and put the count on a failure too: they were used all the same."""
    spent = Spent()
    try:
        yield spent
    except ModelFailed as failed:
        failed.tokens_in, failed.tokens_out = spent.tokens_in, spent.tokens_out
        raise
