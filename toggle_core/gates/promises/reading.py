"""Read promises, and refuse what cannot be carried out or cannot be broken."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from toggle_core.errors import PromisesRefused
from toggle_core.gates.promises.interface import read_interface, read_left_out
from toggle_core.gates.promises.linear import check_number
from toggle_core.gates.promises.model import (
    FEWEST,
    MOST,
    VERSION,
    Interface,
    Kind,
    LeftOut,
    Promise,
    Promises,
)
from toggle_core.gates.promises.shape import Fault, check_plain, listed, mapped, quoted, text
from toggle_core.gates.promises.steps import Known, StepFault, read_steps
from toggle_core.gates.promises.values import read_vars

LONGEST_SENTENCE: Final = 200
"""Characters."""

MOST_READ: Final = 100
"""Promises that are looked at; more are no answer."""

MOST_REVIEWED: Final = 21
"""Promises after a person, or a change of the program, has added to them."""

ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
NEED: Final = re.compile(r"[A-Z][A-Z0-9_]{1,60}")

KEYS: Final = ("version", "interface", "promises", "left_out")
PROMISE_KEYS: Final = ("id", "sentence", "vars", "steps", "needs", "before")


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a value that should be promises.

    Attributes:
        promises: those without a fault, even if they are too few; None where the interface or the
            whole cannot be read.
        faults: what is wrong, a sentence each, at most one for each promise.
        refused: the promises with a fault, by their sentences, and why.
    """

    promises: Promises | None
    faults: tuple[str, ...]
    refused: tuple[LeftOut, ...] = ()


def read_promises(value: object, *, reviewed: bool = False) -> Promises:
    """Read promises.

    Args:
        value: decoded JSON, from anyone.
        reviewed: whether a person has edited them, or a change has added to them. Then there may be
            from none to 21, and a sentence may have no steps.

    Returns:
        The promises, all of them valid. That they are not vacuous is tried elsewhere.

    Raises:
        PromisesRefused: with one sentence that names the promise and the step.
    """
    reading = survey(value, fewest=0, most=MOST_REVIEWED, bare=True) if reviewed else survey(value)
    if reading.faults or reading.promises is None:
        raise PromisesRefused(reason=reading.faults[0])
    return reading.promises


def survey(value: object, *, fewest: int = FEWEST, most: int = MOST, bare: bool = False) -> Reading:
    """Read promises as far as possible, and collect everything that is wrong with them.

    Args:
        value: decoded JSON, from anyone.
        fewest: how many promises there have to be.
        most: how many there may be.
        bare: whether a sentence may have no steps.
    """
    try:
        check_plain(value)
        check_number(value)
        found = mapped(value, "The whole", known=KEYS)
        _check_version(found.get("version"))
        interface = read_interface(found.get("interface"))
        left_out = read_left_out(found.get("left_out", []))
        written = listed(found.get("promises"), "“promises”", most=MOST_READ)
    except Fault as fault:
        return Reading(None, (str(fault),))
    promises: list[Promise] = []
    refused: list[LeftOut] = []
    for at, each in enumerate(written, 1):
        try:
            promises.append(_read_promise(each, at, interface, promises, bare=bare))
        except Fault as fault:
            refused.append(LeftOut(_words_of(each, at), str(fault)))
    return Reading(
        Promises(VERSION, interface, tuple(promises), left_out),
        (*_wrong_number(len(written), fewest, most), *(each.why for each in refused)),
        tuple(refused),
    )


def _check_version(value: object) -> None:
    if value != VERSION or isinstance(value, bool):
        raise Fault(f"The version must be {VERSION}.")


def _wrong_number(count: int, fewest: int, most: int) -> list[str]:
    if fewest <= count <= most:
        return []
    return [f"There must be {fewest} to {most} promises, and there are {count}."]


def _read_promise(
    value: object, at: int, interface: Interface, earlier: list[Promise], *, bare: bool
) -> Promise:
    """One promise, with the sentence of a fault beginning with its name."""
    name = _name(value, at)
    try:
        promise = _promise(value, interface.kind, bare=bare)
        _check_repetition(promise, earlier)
    except StepFault as fault:
        raise Fault(f"Promise {name}, {fault}") from None
    except Fault as fault:
        raise Fault(f"Promise {name}: {fault}") from None
    return promise


def _words_of(value: object, at: int) -> str:
    """The sentence of a promise that is refused, or its name where it has none."""
    sentence = value.get("sentence") if isinstance(value, dict) else None
    words = " ".join(sentence.split()) if isinstance(sentence, str) else ""
    return words[:LONGEST_SENTENCE] or f"promise {_name(value, at)}"


def _name(value: object, at: int) -> str:
    written = value.get("id") if isinstance(value, dict) else None
    return quoted(written) if isinstance(written, str) and written.strip() else f"number {at}"


def _promise(value: object, kind: Kind, *, bare: bool) -> Promise:
    found = mapped(value, "A promise", known=PROMISE_KEYS)
    written = text(found.get("id"), "“id”", longest=40)
    if not ID.fullmatch(written):
        raise Fault("“id” must consist of letters, digits, hyphens and underscores.")
    variables = read_vars(found.get("vars", {}))
    known = Known(kind, variables)
    before = _steps(found.get("before", []), known, "step of “before”")
    known.expects = False
    steps = _steps(found.get("steps"), known, "step", may_miss=bare)
    if steps and not known.expects:
        raise Fault("It cannot be broken: no step expects anything.")
    return Promise(
        written, _sentence(found.get("sentence")), variables, steps, _needs(found), before
    )


def _sentence(value: object) -> str:
    sentence = text(value, "“sentence”", longest=LONGEST_SENTENCE, lines=False)
    if "${" in sentence or not sentence.isprintable():
        raise Fault("“sentence” must be plain words, without placeholders.")
    return sentence.strip()


def _steps(
    value: object, known: Known, name: str, *, may_miss: bool = False
) -> tuple[Mapping[str, Any], ...]:
    if value == [] and (may_miss or name != "step"):
        return ()
    return read_steps(value, known, name)


def _needs(found: Mapping[str, Any]) -> tuple[str, ...]:
    needs = listed(found.get("needs", []), "“needs”", most=5)
    for each in needs:
        if not isinstance(each, str) or not NEED.fullmatch(each):
            raise Fault(
                f"“needs” names environment variables such as WEATHER_API_KEY, not {each!r}."
            )
    return tuple(needs)


def _check_repetition(promise: Promise, earlier: list[Promise]) -> None:
    for other in earlier:
        if promise.id.casefold() == other.id.casefold():
            raise Fault("Another promise has the same “id”.")
        if promise.sentence.casefold() == other.sentence.casefold():
            raise Fault(f"It has the same sentence as {quoted(other.id)}.")
        if promise.steps and _tried(promise) == _tried(other):
            raise Fault(f"It has the same steps as {quoted(other.id)}.")


def _tried(promise: Promise) -> str:
    return json.dumps([promise.vars, promise.before, promise.steps], sort_keys=True)
