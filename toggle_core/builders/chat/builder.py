"""The builder that asks a chat model."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from toggle_core.builders.chat.answer import Spent
from toggle_core.builders.chat.asking import Asker, Question
from toggle_core.builders.chat.assembly import assemble
from toggle_core.builders.chat.draft import Draft
from toggle_core.builders.chat.drafts import read_plan, read_project
from toggle_core.builders.chat.promise_answers import read_promised
from toggle_core.builders.chat.promise_judging import Wish
from toggle_core.builders.chat.promise_steps import add_steps
from toggle_core.builders.chat.promising import write_promises
from toggle_core.builders.chat.prompts import code_request, corrected, plan_request
from toggle_core.builders.chat.schemas import CHANGE_SCHEMA, PLAN_SCHEMA, PROJECT_SCHEMA
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.protocol import (
    Base,
    Feedback,
    FindVacuous,
    Plan,
    Project,
    Promised,
)
from toggle_core.errors import (
    ModelAnswerUnreadable,
    ModelEditRefused,
    ModelFailed,
    ModelLeftOutCode,
    ModelPathRefused,
)
from toggle_core.storable import clean
from toggle_core.words import PLAN_LIMIT

PLAN: Final = Question(
    prompt="plan",
    as_json="plan_as_json",
    as_prose="plan_as_text",
    schema=PLAN_SCHEMA,
    read=read_plan,
)

PROMISES: Final = Question(
    prompt="promises",
    as_json="promises_as_json",
    as_prose="promises_as_json",
    schema=None,
    read=read_promised,
)

CODE: Final = Question(
    prompt="code",
    as_json="code_as_json",
    as_prose="code_as_files",
    schema=PROJECT_SCHEMA,
    read=read_project,
)

CHANGE: Final = Question(
    prompt="code",
    as_json="change_as_json",
    as_prose="change_as_files",
    schema=CHANGE_SCHEMA,
    read=read_project,
)

CORRECTIONS: Final[Mapping[type[ModelFailed], tuple[str, ...]]] = {
    ModelEditRefused: ("correct_edits", "correct_whole"),
    ModelLeftOutCode: ("correct_omission",),
    ModelPathRefused: ("correct_files",),
    ModelAnswerUnreadable: ("correct_files",),
}
"""What a model is asked after an answer that makes no project, one text for each time."""

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

    def promise(
        self,
        task: str,
        plan: str,
        *,
        base: Mapping[str, Any] | None = None,
        before: str = "",
        find_vacuous: FindVacuous | None = None,
    ) -> Promised:
        """Promise what the program will do. No code is sent, neither of the program nor of a base.

        Args:
            task: what the person asked for.
            plan: the plan's text.
            base: promises of the version that is changed.
            before: all that was asked for before a change.
            find_vacuous: tries promises on programs that do nothing. What such a program keeps is
                sent back to the model once, together with all else that is wrong.

        Returns:
            The promises that are valid, with what was dropped in ``left_out``, and the tokens of
            all requests.

        Raises:
            ModelFailed: the model cannot be reached or used. An answer that is no promises, or a
                refusal to answer, is not raised: there are none then, and ``left_out`` says why.
        """
        wish = Wish(task, plan, base, before)
        with _counting() as spent:
            promises = write_promises(
                lambda request: self._asker.ask(PROMISES, request, spent), wish, find_vacuous
            )
        return Promised(promises, spent.tokens_in, spent.tokens_out)

    def write_steps(
        self,
        task: str,
        plan: str,
        promises: Mapping[str, Any],
        *,
        find_vacuous: FindVacuous | None = None,
    ) -> Promised:
        """Write steps for the sentences that a person has added to the promises.

        Args:
            task: what the person asked for.
            plan: the plan's text.
            promises: as they were agreed on. Nothing is sent where all have steps.
            find_vacuous: tries promises on programs that do nothing.

        Returns:
            The same promises, with steps where the model has written valid ones; the others stay
            without, and are therefore not tried.

        Raises:
            ModelFailed: the model cannot be reached or used.
        """
        with _counting() as spent:
            written = add_steps(
                lambda request: self._asker.ask(PROMISES, request, spent),
                Wish(task, plan, promises),
                find_vacuous,
            )
        return Promised(written, spent.tokens_in, spent.tokens_out)

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        base: Base | None = None,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """Write the project for a plan, repair it, or change another.

        Args:
            task: what the person asked for.
            plan: the plan's text, possibly edited by a person.
            feedback: None the first time; else what to repair.
            base: the project to change, with what was asked before. Files that the model leaves
                out of a repair or a change stay as they are.
            promises: what the program will be tried by. The model gets their interface, sentences
                and steps, with example values.

        Returns:
            The whole project, with the tokens of all requests it took, counted as for a plan.

        Raises:
            ModelFailed: with the sentence a person reads, and the tokens that were used.
        """
        before = feedback or base
        request = code_request(task, plan, feedback, base, promises)
        with _counting() as spent:
            project = self._assembled(CHANGE if before else CODE, request, before, spent)
        return replace(project, tokens_in=spent.tokens_in, tokens_out=spent.tokens_out)

    def _assembled(
        self,
        question: Question[Draft],
        request: str,
        before: Feedback | Base | None,
        spent: Spent,
    ) -> Project:
        """Ask for a project, and again, with what was wrong, where an answer makes none."""
        asked = request
        refusals: Counter[type[ModelFailed]] = Counter()
        while True:
            draft = self._asker.ask(question, asked, spent)
            try:
                return assemble(draft, self.name, before)
            except tuple(CORRECTIONS) as refused:
                kind = type(refused)
                texts = CORRECTIONS[kind]
                if refusals[kind] == len(texts):
                    raise
                asked = corrected(request, texts[refusals[kind]], refused.facts)
                refusals[kind] += 1


@contextmanager
def _counting() -> Iterator[Spent]:
    """Count tokens, and put the count on a failure too: they were used all the same."""
    spent = Spent()
    try:
        yield spent
    except ModelFailed as failed:
        failed.tokens_in, failed.tokens_out = spent.tokens_in, spent.tokens_out
        raise
