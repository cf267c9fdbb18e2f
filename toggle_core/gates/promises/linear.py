"""Regular expressions that can be searched for in time that grows with the text alone."""

from typing import Any, Final

from toggle_core.gates.harness.promises.patterns import compile_pattern
from toggle_core.gates.promises.shape import Fault, quoted

LONGEST: Final = 300
"""Characters of a pattern."""

MOST: Final = 60
"""Patterns of one set of promises; a large one takes some 25 ms to read."""

PLACES: Final = frozenset({"matches", "not_matches", "pattern"})
"""Names under which patterns stand."""

ANYTHING: Final = ("", "0", "q", "\u2603 z\n", "A long line; with 3 (other) signs.\nAnd one more.")
"""Texts so different that a pattern found in all of them is found in every text."""


def check_pattern(pattern: str) -> None:
    """Check a regular expression.

    Args:
        pattern: with its values filled in, or with a letter in the place of each.

    Raises:
        Fault: it is too long, cannot be read, takes more than linear time, or matches every text.
    """
    if len(pattern) > LONGEST:
        raise Fault(f"The regular expression {quoted(pattern)} has more than {LONGEST} characters.")
    try:
        compiled = compile_pattern(pattern)
        is_everywhere = all(compiled.search(text) is not None for text in ANYTHING)
    except ValueError as error:
        raise Fault(str(error)) from None
    except Warning as warning:  # where warnings are errors
        raise Fault(f"The regular expression {quoted(pattern)} is unclear: {warning}.") from None
    if is_everywhere:
        raise Fault(f"The regular expression {quoted(pattern)} is found in every text.")


def check_number(value: Any) -> None:
    """Check that promises have no more patterns than can be read quickly.

    Args:
        value: JSON of a bounded depth, not checked otherwise.

    Raises:
        Fault: they have.
    """
    if _count(value) > MOST:
        raise Fault(f"The promises have more than {MOST} regular expressions.")


def _count(value: Any) -> int:
    if isinstance(value, dict):
        own = sum(
            len(each) if isinstance(each, list) else 1
            for name, each in value.items()
            if name in PLACES
        )
        return own + sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 0
