"""Values that are drawn anew for each trial."""

import re
from collections.abc import Mapping
from typing import Any, Final

from toggle_core.gates.harness.promises.values import parse_kind
from toggle_core.gates.promises.shape import Fault, mapped, quoted

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")

FUNCTIONS: Final = frozenset({"sum", "round", "sorted", "count"})

RANGES: Final = frozenset({"int", "decimal", "date"})

MOST_DAYS: Final = 36_500
MOST_VARIABLES: Final = 20


def read_vars(value: object) -> dict[str, str]:
    """The variables of a promise.

    Raises:
        Fault: a name or a kind is not known, or draws the same value each time.
    """
    found = mapped(value, "“vars”", most=MOST_VARIABLES)
    for name, kind in found.items():
        check_name(name, "variable")
        if not isinstance(kind, str):
            raise Fault(f"The variable {quoted(name)} needs a kind, such as “word”.")
        _check_kind(name, kind)
    return dict(found)


def check_name(name: str, what: str) -> None:
    """Check the name of a variable, or of a value that is saved."""
    if not NAME.fullmatch(name) or name in FUNCTIONS:
        raise Fault(
            f"A {what} cannot be named {quoted(name)}: a name has letters, digits and underscores,"
            " and is none of sum, round, sorted and count."
        )


def check_saved(saved: object, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object ``save`` of a step, with names that hide no variable."""
    found = mapped(saved, "“save”", most=MOST_VARIABLES)
    for name in found:
        check_name(name, "saved value")
        if name in known:
            raise Fault(f"“save” uses the name of the variable {quoted(name)}.")
    return found


def _check_kind(name: str, text: str) -> None:
    try:
        kind = parse_kind(text)
    except ValueError as error:
        raise Fault(f"The variable {quoted(name)} has no kind that is known: {error}") from None
    if kind.name in RANGES and kind.low == kind.high:
        raise Fault(f"The variable {quoted(name)} is always the same: {quoted(text)}.")
    if kind.name == "date" and max(abs(kind.low), abs(kind.high)) > MOST_DAYS:
        raise Fault(f"The variable {quoted(name)} is more than {MOST_DAYS:,} days from today.")
