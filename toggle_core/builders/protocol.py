"""What a builder is: something that plans a task and writes a project for the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Plan:
    """What a builder intends to do.

    Attributes:
        text: Markdown for people: one sentence, then numbered steps.
        tokens_in: tokens read by a model, 0 without one.
        tokens_out: tokens written by a model, 0 without one.
    """

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """A complete generated project.

    Attributes:
        files: text of each file by its path, relative, with forward slashes.
        entry: path of the file to start, a key of ``files``.
        how_to_run: one shell line that starts it from the project's folder.
        summary: one or two plain sentences: what was built.
        tokens_in: tokens read by a model, 0 without one.
        tokens_out: tokens written by a model, 0 without one.
    """

    files: Mapping[str, str]
    entry: str
    how_to_run: str
    summary: str
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Feedback:
    """Why the coder is called again: a gate did not pass.

    Attributes:
        gate: name of the gate.
        detail: its output, cleaned and bounded.
        files: the project as it stands.
        entry: path of the file to start.
        attempt: number of the coming attempt, 2 for the first repair.
    """

    gate: str
    detail: str
    files: Mapping[str, str]
    entry: str
    attempt: int


class Builder(Protocol):
    """Plans and codes. A builder holds no state of a run, and may be called from many threads."""

    @property
    def name(self) -> str:
        """Stored with each run: ``blueprints``, or ``provider:model``."""

    @property
    def ideas(self) -> tuple[str, ...]:
        """Example tasks this builder is sure to manage, shown on the first screen."""

    def plan(self, task: str) -> Plan:
        """Plan a task.

        Args:
            task: what the person asked for, 1 to 10,000 characters, cleaned.

        Returns:
            The plan.

        Raises:
            BuildFailed: with the sentence a person reads.
        """

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Write the project for a plan, or repair it.

        Args:
            task: what the person asked for.
            plan: the plan's text, possibly edited by a person.
            feedback: None the first time; else what to repair.

        Returns:
            The whole project, not a difference.

        Raises:
            BuildFailed: with the sentence a person reads.
        """
