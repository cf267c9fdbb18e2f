"""Values that are drawn anew for each trial."""

import re
from collections.abc import Mapping
from typing import Any, Final

from toggle_core.gates.promises.expressions import FUNCTIONS
from toggle_core.gates.promises.shape import Fault, mapped, quoted

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")

PLAIN: Final = frozenset({"word", "name", "email", "utf8"})

WORDS: Final = re.compile(r"words:([1-9]\d?)")
RANGE: Final = re.compile(r"(?P<kind>int|decimal|date):(?P<low>-?[\d.]+)\.\.(?P<high>-?[\d.]+)")

WHOLE: Final = re.compile(r"-?\d{1,9}")
DECIMAL: Final = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?")

MOST_WORDS: Final = 20
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


def _check_kind(name: str, kind: str) -> None:
    if kind in PLAIN:
        return
    if words := WORDS.fullmatch(kind):
        if int(words[1]) <= MOST_WORDS:
            return
        raise Fault(f"The variable {quoted(name)} has more than {MOST_WORDS} words.")
    found = RANGE.fullmatch(kind)
    number = DECIMAL if found and found["kind"] == "decimal" else WHOLE
    if not found or not all(number.fullmatch(found[end]) for end in ("low", "high")):
        raise Fault(
            f"The variable {quoted(name)} has the unknown kind {quoted(kind)}; known are word,"
            " words:2, name, int:1..99, decimal:0.01..9.99, date:-30..30, email and utf8."
        )
    low, high = float(found["low"]), float(found["high"])
    if low >= high:
        raise Fault(f"The variable {quoted(name)} must end above its beginning: {quoted(kind)}.")
    if found["kind"] == "date" and max(abs(low), abs(high)) > MOST_DAYS:
        raise Fault(f"The variable {quoted(name)} is more than {MOST_DAYS:,} days from today.")
