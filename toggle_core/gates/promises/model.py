"""Promises as they are once they have been checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from toggle_core.words import ProgramKind

VERSION: Final = 1
"""Version of the language."""

FEWEST: Final = 3
MOST: Final = 7
"""How many promises a program has."""

JsonObject = Mapping[str, Any]


Kind = ProgramKind


@dataclass(frozen=True, slots=True)
class Interface:
    """What the steps use, and the program therefore has to offer.

    Attributes:
        kind: of the program.
        commands: arguments of each command; words in capitals stand for values.
        routes: such as ``POST /items {name, price}``.
        fields: labels or names of form fields.
    """

    kind: Kind
    commands: tuple[tuple[str, ...], ...] = ()
    routes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values, without what is empty."""
        parts = {
            "commands": [list(command) for command in self.commands],
            "routes": list(self.routes),
            "fields": list(self.fields),
        }
        return {"kind": self.kind.value} | {name: part for name, part in parts.items() if part}


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that must happen.

    Attributes:
        id: unique among the promises, in letters, digits, hyphens and underscores.
        sentence: what must happen, for a person.
        vars: kind of each value that is drawn anew for every trial, by name.
        steps: what is carried out, as plain JSON values; empty only where a person has added the
            sentence and nobody has written steps for it yet.
        needs: environment variables without which it cannot be tried.
        before: steps for the version that a change starts from.
    """

    id: str
    sentence: str
    vars: Mapping[str, str]
    steps: tuple[JsonObject, ...]
    needs: tuple[str, ...] = ()
    before: tuple[JsonObject, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values, without what is empty."""
        parts: dict[str, Any] = {
            "vars": dict(self.vars),
            "needs": list(self.needs),
            "before": [dict(step) for step in self.before],
        }
        return {
            "id": self.id,
            "sentence": self.sentence,
            **{name: part for name, part in parts.items() if part},
            "steps": [dict(step) for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of the task that no promise covers.

    Attributes:
        words: of the task.
        why: no promise covers them.
    """

    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Promises:
    """What a program must do.

    Attributes:
        version: of the language.
        interface: what the program offers.
        promises: what is tried.
        left_out: what is not.
    """

    version: int
    interface: Interface
    promises: tuple[Promise, ...]
    left_out: tuple[LeftOut, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values, as :func:`~toggle_core.gates.promises.reading.read_promises` reads."""
        found: dict[str, Any] = {
            "version": self.version,
            "interface": self.interface.to_json(),
            "promises": [promise.to_json() for promise in self.promises],
        }
        if self.left_out:
            found["left_out"] = [{"words": each.words, "why": each.why} for each in self.left_out]
        return found
