"""Checks of single values, each with the sentence that says what is wrong."""

import json
import math
from collections.abc import Collection, Mapping
from typing import Any, Final

from toggle_core.storable import UNSTORABLE

LARGEST: Final = 64 * 1024
"""Bytes of promises as JSON in UTF-8."""

DEEPEST: Final = 24
"""Levels of objects and lists within each other."""

MOST_VALUES: Final = 10_000

BIGGEST_NUMBER: Final = 2**53
"""Beyond it a JSON number is not exact everywhere (RFC 8259, section 6)."""

SHOWN: Final = 60
"""Characters of a value in a sentence about it."""


class Fault(Exception):
    """What is wrong, as a sentence."""


def check_plain(value: object) -> None:
    """Check that a value is JSON of a bounded size, whatever it means.

    Args:
        value: from a decoder of JSON, or made in Python.

    Raises:
        Fault: it is too large or too deep, or holds something that JSON or the database cannot.
    """
    level: list[object] = [value]
    count = 0
    for _ in range(DEEPEST):
        following: list[object] = []
        for each in level:
            following += _parts(each)
        count += len(following)
        if count > MOST_VALUES:
            raise Fault(f"The promises consist of more than {MOST_VALUES:,} values.")
        level = following
        if not level:
            break
    if level:
        raise Fault(f"The promises are nested more than {DEEPEST} levels deep.")
    size = len(json.dumps(value, ensure_ascii=False).encode())
    if size > LARGEST:
        raise Fault(f"The promises take {size:,} bytes; at most {LARGEST:,} are allowed.")


def _parts(value: object) -> list[object]:
    """The values directly in a value that is fine by itself."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise Fault("The promises have a name in an object that is not a text.")
        return [*value, *value.values()]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str):
        _check_characters(value)
    elif isinstance(value, int | float):
        _check_number(value)
    elif value is not None:
        raise Fault(f"The promises contain a {type(value).__name__}, which JSON does not have.")
    return []


def _check_characters(value: str) -> None:
    if UNSTORABLE.search(value):
        raise Fault("The promises contain a NUL character or half a surrogate pair.")
    if len(value) > LARGEST:
        raise Fault(f"The promises contain a text of more than {LARGEST:,} characters.")


def _check_number(value: float) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise Fault("The promises contain a number that is not finite.")
    if abs(value) > BIGGEST_NUMBER:
        raise Fault("The promises contain a number of more than 16 digits.")


def text(value: object, name: str, *, longest: int, shortest: int = 1, lines: bool = True) -> str:
    """A text of a bounded length.

    Args:
        value: to be checked.
        name: of it, for the sentence.
        longest: most characters.
        shortest: fewest characters, blanks at both ends not counted.
        lines: whether it may have more than one line.
    """
    if not isinstance(value, str):
        raise Fault(f"{name} must be a text.")
    if len(value.strip()) < shortest:
        raise Fault(f"{name} is empty.")
    if len(value) > longest:
        raise Fault(f"{name} has {len(value):,} characters; at most {longest:,} are allowed.")
    if not lines and len(value.splitlines()) > 1:
        raise Fault(f"{name} must be on one line.")
    return value


def listed(value: object, name: str, *, most: int, fewest: int = 0) -> list[Any]:
    """A list of a bounded length."""
    if not isinstance(value, list | tuple):
        raise Fault(f"{name} must be a list.")
    if len(value) < fewest:
        raise Fault(f"{name} is empty." if fewest == 1 else f"{name} needs {fewest} at least.")
    if len(value) > most:
        raise Fault(f"{name} has {len(value):,} entries; at most {most:,} are allowed.")
    return list(value)


def mapped(
    value: object, name: str, *, known: Collection[str] | None = None, most: int = 50
) -> Mapping[str, Any]:
    """An object, with no other names than those that are known."""
    if not isinstance(value, dict):
        raise Fault(f"{name} must be an object.")
    if len(value) > most:
        raise Fault(f"{name} has {len(value):,} entries; at most {most:,} are allowed.")
    for key in value:
        if known is not None and key not in known:
            raise Fault(f"{name} does not know {quoted(key)}; it knows {', '.join(known)}.")
    return value


def number(value: object, name: str, low: float, high: float) -> float:
    """A number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Fault(f"{name} must be a number.")
    if not low <= value <= high:
        raise Fault(f"{name} must be from {low:,} to {high:,}.")
    return value


def quoted(value: object) -> str:
    """A value in quotes, shortened."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"“{shown}”" if len(shown) <= SHOWN else f"“{shown[: SHOWN - 1]}…”"
