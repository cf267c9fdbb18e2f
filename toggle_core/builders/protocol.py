"""What a builder is: something that plans a task and writes a project for the plan."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeGuard


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
        unmet: wishes of the task that the project does not fulfil, one sentence each with the
            reason. Any of them keeps the verdict from ``production-ready``.
        assumptions: decisions the builder made where the task left something open.
        objection: why a repair was given up: what the check demands contradicts the task. The run
            ends with it, and the files stay as they were. Empty for an ordinary answer.
        test_changes: why a test of the previous attempt, or of the base, was removed or checks
            less, by the test's name: ``test was wrong: ...`` or ``feature removed as asked: ...``.
        tokens_in: tokens read by a model, 0 without one.
        tokens_out: tokens written by a model, 0 without one.
    """

    files: Mapping[str, str]
    entry: str
    how_to_run: str
    summary: str
    tokens_in: int = 0
    tokens_out: int = 0
    unmet: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    objection: str = ""
    test_changes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promised:
    """What a builder promises, before there is any code.

    Attributes:
        promises: as :mod:`toggle_core.gates.promises` reads them, every one of them valid; what
            was dropped is in ``left_out``. None where the builder promises nothing.
        tokens_in: tokens read by a model, 0 without one.
        tokens_out: tokens written by a model, 0 without one.
    """

    promises: Mapping[str, Any] | None
    tokens_in: int = 0
    tokens_out: int = 0


FindVacuous = Callable[[Mapping[str, Any]], Sequence[str]]
"""Returns the ids of the promises that a program which does nothing would keep."""


@dataclass(frozen=True, slots=True)
class GateFailure:
    """One failed gate, as the coder reads it.

    Attributes:
        gate: name of the gate.
        detail: its summary, findings and output, cleaned and bounded.
    """

    gate: str
    detail: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """Why the coder is called again: gates did not pass.

    Attributes:
        failures: every failed gate in reporting order, at least one.
        files: the project as it stands.
        entry: path of the file to start.
        attempt: number of the coming attempt, 2 for the first repair.
    """

    failures: tuple[GateFailure, ...]
    files: Mapping[str, str]
    entry: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Base:
    """What a run goes on from that continues another: the task is then a wish to change it.

    Attributes:
        files: of the project as it stands.
        entry: path of the file to start.
        task: all that was asked for so far, the oldest first.
        promises: of that version; None where it has none.
    """

    files: Mapping[str, str]
    entry: str
    task: str
    promises: Mapping[str, Any] | None = None

    def to_json(self) -> str:
        """As JSON text, for a channel of the graph's state."""
        return json.dumps(asdict(self), ensure_ascii=False)


def base_from_json(text: str) -> Base | None:
    """The base that :meth:`Base.to_json` wrote; an empty text is none."""
    return Base(**json.loads(text)) if text else None


class Builder(Protocol):
    """Plans and codes. A builder holds no state of a run, and may be called from many threads.

    One that asks no chat model through LangChain may have an attribute ``streams = False``: see
    :func:`streams`.
    """

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


class ContinuingBuilder(Builder, Protocol):
    """A builder that can change a project instead of starting from scratch."""

    def plan(self, task: str, *, base: Base | None = None) -> Plan:
        """Plan a task, or how to change ``base`` so that it does the task too."""

    def code(
        self, task: str, plan: str, feedback: Feedback | None = None, *, base: Base | None = None
    ) -> Project:
        """Write the project for a plan, repair it, or change ``base``: always the whole of it."""


class PromisingBuilder(Builder, Protocol):
    """A builder that says beforehand what the program will do, in steps that can be carried out."""

    def promise(
        self,
        task: str,
        plan: str,
        *,
        base: Mapping[str, Any] | None = None,
        before: str = "",
        find_vacuous: FindVacuous | None = None,
    ) -> Promised:
        """Promise what the program will do. Called after the plan; no code is seen.

        Args:
            task: what the person asked for.
            plan: the plan's text.
            base: promises of the version that is changed; None for a new program, or where that
                version has none.
            before: all that was asked for before a change, the oldest first.
            find_vacuous: tries promises on programs that do nothing.

        Returns:
            For a change, the promises of the base that still hold and those that are new.

        Raises:
            BuildFailed: with the sentence a person reads.
        """

    def write_steps(
        self,
        task: str,
        plan: str,
        promises: Mapping[str, Any],
        *,
        find_vacuous: FindVacuous | None = None,
    ) -> Promised:
        """Write steps for the sentences that a person has added to the promises.

        Optional: see :func:`can_write_steps`.

        Args:
            task: what the person asked for.
            plan: the plan's text.
            promises: as they were agreed on; some have no steps.
            find_vacuous: tries promises on programs that do nothing.

        Returns:
            The same promises, with steps where the builder could write some that are valid.

        Raises:
            BuildFailed: with the sentence a person reads.
        """

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """Write or repair the project, so that it keeps the promises."""


def streams(builder: Builder) -> bool:
    """Whether a chat model of a builder may tell its answer as it grows, through LangChain.

    To listen takes LangGraph more threads for each run, so a builder without a model says that
    there is nothing to hear, by an attribute of this name.
    """
    return bool(getattr(builder, "streams", True))


def can_continue(builder: Builder) -> TypeGuard[ContinuingBuilder]:
    """Whether a builder takes a base for its plan and for its code."""
    return all(
        "base" in inspect.signature(step).parameters for step in (builder.plan, builder.code)
    )


def can_promise(builder: Builder) -> TypeGuard[PromisingBuilder]:
    """Whether a builder makes promises, and takes them for its code."""
    takes = inspect.signature(builder.code).parameters
    return callable(getattr(builder, "promise", None)) and "promises" in takes


def can_write_steps(builder: Builder) -> TypeGuard[PromisingBuilder]:
    """Whether a builder turns sentences that a person has added into steps."""
    return can_promise(builder) and callable(getattr(builder, "write_steps", None))
