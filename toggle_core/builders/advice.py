"""What a builder would make of a task, said before a run is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeGuard

from toggle_core.builders.protocol import Builder


@dataclass(frozen=True, slots=True)
class Offer:
    """A task that the builder can build, close to the one that was typed.

    Attributes:
        title: what would be built, in a few words.
        task: the text to submit for it.
        about: one sentence about the result.
    """

    title: str
    task: str
    about: str


@dataclass(frozen=True, slots=True)
class Omitted:
    """A wish that would not be fulfilled.

    Attributes:
        words: of the task.
        why: the reason, one sentence; empty where the builder knows nothing of it.
    """

    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What a builder would make of a task.

    Attributes:
        builds: one sentence about what would be built; empty where the task would be refused.
        promises: how many promises would be checked.
        omitted: wishes that would be left out of what is built.
        reason: why the task would be refused; empty where it would be built.
        is_near: the task names something the builder makes, so that the advice is worth showing
            while a person is still typing.
        offers: what comes close, the closest first, at most three.
        templates: how many kinds of project the builder makes.
    """

    builds: str = ""
    promises: int = 0
    omitted: tuple[Omitted, ...] = ()
    reason: str = ""
    is_near: bool = True
    offers: tuple[Offer, ...] = ()
    templates: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """Something of a project that can be changed in a form.

    Attributes:
        name: what the builder calls it.
        label: what a person reads.
        value: as it is now; of a list, its items between commas or line breaks.
        choices: what it can be; empty for a text.
        is_list: it may have several items.
        is_missing: it is a fact that only the person knows, and the project is without it.
        example: of a value; empty where none is needed.
        hint: how a value is written; empty where the usual one will do.
        longest: characters that a list may have; 0 for the usual number.
    """

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    is_list: bool = False
    is_missing: bool = False
    example: str = ""
    hint: str = ""
    longest: int = 0


class FormBuilder(Builder, Protocol):
    """A builder whose projects are changed by a form instead of by a request in words."""

    def fields(self, task: str) -> tuple[Field, ...]:
        """What can be changed of the project that a task makes; nothing where it makes none."""

    def with_fields(self, task: str, values: Mapping[str, str]) -> str:
        """The task that makes the project with other values, by the names of the fields.

        Raises:
            FieldRefused: a value cannot be used.
        """


class AdvisingBuilder(Builder, Protocol):
    """A builder that says what it would make of a task, at once and without a run."""

    def advise(self, task: str) -> Advice:
        """Say what would be built, what would be left out, and what comes close.

        Args:
            task: as far as it is typed.
        """


def can_advise(builder: Builder) -> TypeGuard[AdvisingBuilder]:
    """Whether a builder says beforehand what it would make of a task."""
    return callable(getattr(builder, "advise", None))


def has_form(builder: Builder) -> TypeGuard[FormBuilder]:
    """Whether a builder's projects are changed by a form."""
    return all(callable(getattr(builder, name, None)) for name in ("fields", "with_fields"))
