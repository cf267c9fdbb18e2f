"""The steps of a promise: each does exactly one thing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toggle_core.gates.promises.actions import ACTIONS, Action
from toggle_core.gates.promises.expressions import filled, names_in
from toggle_core.gates.promises.linear import LONGEST, check_pattern
from toggle_core.gates.promises.matchers import check_expect, check_pointer, check_together
from toggle_core.gates.promises.model import Kind
from toggle_core.gates.promises.shape import Fault, listed, mapped, quoted, text
from toggle_core.gates.promises.values import check_saved

MOST_STEPS: Final = 14

MOST_WAITING: Final = 30
"""Seconds of all waits of one promise."""

JAR: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


class StepFault(Fault):
    """What is wrong with one step, with its number."""


@dataclass(slots=True)
class Known:
    """What the steps so far have brought.

    Attributes:
        kind: of the interface.
        variables: names that are drawn.
        saved: names that earlier steps have saved.
        laid: files that earlier steps have laid beside the program.
        waited: seconds of all waits so far.
        expects: whether anything was expected.
    """

    kind: Kind
    variables: Mapping[str, str]
    saved: set[str] = field(default_factory=set)
    laid: set[str] = field(default_factory=set)
    waited: float = 0
    expects: bool = False


def read_steps(value: object, known: Known, name: str) -> tuple[Mapping[str, Any], ...]:
    """The steps of a promise, checked.

    Args:
        value: the list of steps.
        known: what the steps so far have brought; the steps add to it.
        name: what the sentence calls a step, such as “step”.

    Raises:
        StepFault: with the number of the step.
        Fault: there are none, or too many.
    """
    steps = listed(value, "“steps”" if name == "step" else "“before”", most=MOST_STEPS, fewest=1)
    count = sum(_count(step) for step in steps)
    if count > MOST_STEPS:
        raise Fault(f"It has {count} {name}s; at most {MOST_STEPS} are allowed.")
    for at, step in enumerate(steps, 1):
        try:
            _check_step(step, known)
        except Fault as fault:
            raise StepFault(f"{name} {at}: {fault}") from None
    return tuple(steps)


def _count(step: object) -> int:
    together = step.get("together") if isinstance(step, dict) else None
    return len(together) if isinstance(together, list) else 1


def _check_step(value: object, known: Known) -> None:
    step = mapped(value, "A step")
    actions = [name for name in step if name in ACTIONS]
    if len(actions) != 1:
        raise Fault(
            f"a step does exactly one thing, and this one has {' and '.join(actions) or 'none'}"
            f" of {', '.join(ACTIONS)}."
        )
    name = actions[0]
    action = ACTIONS[name]
    if action.needs_server and known.kind in {Kind.CLI, Kind.LIBRARY}:
        raise Fault(
            f"“{name}” needs a program that answers requests, not one of kind {known.kind}."
        )
    mapped(step, f"“{name}”", known=(name, *action.beside, "expect", "save", "as"))
    _check_names(step, known)
    action.check(step[name])
    for beside, check in action.beside.items():
        if beside in step:
            check(step[beside])
    if "form" in step and "json" in step:
        raise Fault("“post” has both “form” and “json”; one is possible.")
    _check_around(name, step, known)
    if "expect" in step:
        _check_expected(name, action, step["expect"])
    known.expects |= "expect" in step or name == "see"
    _check_save(step.get("save", {}), known)


def _check_names(step: Mapping[str, Any], known: Known) -> None:
    """Check that every placeholder has a value by now."""
    for name in names_in(dict(step)):
        if name not in known.variables and name not in known.saved:
            raise Fault(
                f"the placeholder {quoted(name)} is neither in “vars” nor saved by an earlier step."
            )


def _check_expected(name: str, action: Action, expect: object) -> None:
    if not action.expects:
        raise Fault(f"“{name}” has no answer, so it can have no “expect”.")
    if name == "together":
        check_together(expect, action.expects)
    else:
        check_expect(expect, action.expects)


def _check_around(name: str, step: Mapping[str, Any], known: Known) -> None:
    """Check what depends on the other steps."""
    if "as" in step and not JAR.fullmatch(text(step["as"], "“as”", longest=40)):
        raise Fault("“as” must be a name of letters, digits, hyphens and underscores.")
    if name == "wait":
        known.waited += step["wait"]
        if known.waited > MOST_WAITING:
            raise Fault(f"the steps wait for more than {MOST_WAITING} seconds in all.")
    if name == "together":
        _check_together(step["together"], known)
    if name == "run":
        known.laid |= set(step.get("files", {}))
        _check_laid(step["run"], known)


def _check_laid(arguments: list[str], known: Known) -> None:
    if arguments and arguments[0].startswith("@") and arguments[0][1:] not in known.laid:
        raise Fault(f"“run” starts {quoted(arguments[0][1:])}, which no step lays in “files”.")


def _check_together(steps: list[Any], known: Known) -> None:
    for at, step in enumerate(steps, 1):
        inner = mapped(step, "A step")
        if any(name in inner for name in ("together", "restart", "wait", "clock", "save")):
            raise Fault(f"“together” cannot have a step such as number {at}.")
        try:
            _check_step(inner, known)
        except Fault as fault:
            raise Fault(f"number {at} of “together”: {fault}") from None


def _check_save(value: object, known: Known) -> None:
    for name, source in check_saved(value, known.variables).items():
        found = mapped(source, f"“save” of {quoted(name)}", known=("pattern", "pointer"))
        if len(found) != 1:
            raise Fault(f"“save” of {quoted(name)} needs either “pattern” or “pointer”.")
        if "pointer" in found:
            check_pointer(found["pointer"])
        else:
            check_pattern(filled(text(found["pattern"], "“pattern”", longest=LONGEST)))
        known.saved.add(name)
