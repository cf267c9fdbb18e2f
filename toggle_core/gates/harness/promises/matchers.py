"""Compare what a program shows with what is expected of it."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .expressions import as_number, written
from .patterns import compile_pattern
from .templates import fill_in, fill_in_text

MATCHERS = (*("contains", "not_contains", "equals", "matches", "not_matches", "in_order", "count"),)

_PATTERNS = ("matches", "not_matches")
_GROUPED = re.compile(r"((?<![\w)\]])[-\u2212])?(\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.(\d+))?")
_PLAIN = re.compile(r"((?<![\w)\]])[-\u2212])?(\d+)(?:\.(\d+))?")
_LEFT, _RIGHT = "\ue000", "\ue001"  # around a number; for private use, in no text
_ENDLESS_PLACES = 12  # a quotient that has more decimal places than that goes on for ever
_COMPARED_PLACES = 9  # of such a quotient
_MOST_ROUNDED = 40  # digits of a number that is rounded
_WORDS = {
    "contains": "contains",
    "not_contains": "does not contain",
    "equals": "is",
    "matches": "matches",
    "not_matches": "does not match",
    "in_order": "contains in this order",
}


def is_matcher(value: Any) -> bool:
    """Tell whether a JSON value is a matcher, and not a value to be equal to."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= set(MATCHERS)


def check_matcher(matcher: Any) -> None:
    """Check the shape of a matcher whose values are filled in.

    Raises:
        ValueError: something in it cannot be used, in one plain sentence.
    """
    if not isinstance(matcher, Mapping) or not matcher:
        raise ValueError(f"A matcher is an object with one or more of: {', '.join(MATCHERS)}.")
    for name, value in matcher.items():
        if name not in MATCHERS:
            raise ValueError(f"“{str(name)[:60]}” is not a matcher: use {', '.join(MATCHERS)}.")
        given = value if isinstance(value, list) else [value]
        if not given:
            raise ValueError(f"The matcher “{name}” has an empty list.")
        for each in given:
            _check_value(name, each)


def fill_in_matcher(matcher: Any, values: Mapping[str, Any]) -> Any:
    """Fill values into a matcher; in regular expressions they stand for themselves.

    Raises:
        ValueError: an expression cannot be computed.
    """
    if not isinstance(matcher, Mapping):
        return fill_in(matcher, values)
    return {
        name: _fill_in_patterns(value, values) if name in _PATTERNS else fill_in(value, values)
        for name, value in matcher.items()
    }


def holds(matcher: Mapping[str, Any], text: str) -> bool:
    """Tell whether a text is as a filled-in matcher demands.

    Numbers are compared as numbers: ``1,234.50`` is ``1234.5``, and ``6`` is not in ``16``.

    Raises:
        ValueError: a regular expression cannot be used, or takes too long.
    """
    text = unicodedata.normalize("NFC", text)
    return all(_holds(name, _flat(value), text) for name, value in matcher.items())


def equal(expected: Any, found: Any) -> bool:
    """Tell whether two JSON values are equal; numbers are, however they are written."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return expected.keys() == found.keys() and all(
            equal(expected[name], found[name]) for name in expected
        )
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(equal, expected, found))
    if isinstance(expected, str) and isinstance(found, str):
        return unicodedata.normalize("NFC", expected) == unicodedata.normalize("NFC", found)
    if any(isinstance(each, (bool, list, Mapping)) or each is None for each in (expected, found)):
        return expected is found
    try:
        return as_number(expected) == as_number(found)
    except ValueError:
        return False


def as_text(value: Any) -> str:
    """Return a JSON value as the text that matchers look at."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return written(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def describe_matcher(matcher: Any) -> str:
    """Return in words what a filled-in matcher demands."""
    if not is_matcher(matcher):
        return f"is {_quote(matcher)}"
    parts = []
    for name, value in matcher.items():
        if name == "count":
            parts += [
                f"has {_quote(each['of'])} {written(each['is'])} times" for each in _flat(value)
            ]
        else:
            parts.append(f"{_WORDS[name]} {', '.join(_quote(each) for each in _flat(value))}")
    return " and ".join(parts)


def _quote(value: Any) -> str:
    return f"“{as_text(value)}”"


def _flat(value: Any) -> list[Any]:
    """Return one or more values as a list; a list that an expression gave is part of it."""
    if not isinstance(value, list):
        return [value]
    return [one for each in value for one in (each if isinstance(each, list) else [each])]


def _check_value(name: str, value: Any) -> None:
    if name == "count":
        if not isinstance(value, Mapping) or set(value) != {"of", "is"}:
            raise ValueError('The matcher “count” takes {"of": text, "is": number}.')
        if as_number(value["is"]) < 0 or not written(value["of"]).strip():
            raise ValueError("The matcher “count” takes a text that is not empty, and a number.")
    elif isinstance(value, (Mapping, bool)) or value is None:
        raise ValueError(f"The matcher “{name}” takes a text, a number or a list of them.")
    elif name in _PATTERNS:
        compile_pattern(written(value))
    elif name != "equals" and not written(value):
        raise ValueError(f"The matcher “{name}” has an empty text, which is in every text.")


def _fill_in_patterns(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_fill_in_patterns(each, values) for each in value]
    return fill_in_text(written(value), values, lambda filled, _: re.escape(filled))


def _holds(name: str, given: list[Any], text: str) -> bool:
    if name in _PATTERNS:
        found = [compile_pattern(written(each)).search(text) is not None for each in given]
        return all(found) if name == "matches" else not any(found)
    if name == "count":
        return all(_count(each["of"], text, int(as_number(each["is"]))) for each in given)
    if name == "in_order":
        return _in_order([written(each) for each in given], text)
    if name == "equals":
        return any(_is_text(written(each), text) for each in given)
    contained = [_is_in(written(each), text) for each in given]
    return all(contained) if name == "contains" else not any(contained)


def _readings(text: str, *others: str) -> Iterator[list[str]]:
    """Yield texts with their numbers marked: first with commas between thousands, then without.

    ``120,350`` may be one number in a sentence, and two in a table.
    """
    normal = [unicodedata.normalize("NFC", each) for each in (text, *others)]
    rounded = any(
        len(found[3] or "") > _ENDLESS_PLACES
        for each in normal[1:]
        for found in _PLAIN.finditer(each)
    )
    for numbers in (_GROUPED, _PLAIN):
        yield [_mark_numbers(each, numbers, rounded=rounded) for each in normal]


def _mark_numbers(text: str, numbers: re.Pattern[str], *, rounded: bool) -> str:
    def mark(found: re.Match[str]) -> str:
        whole = found[2].replace(",", "").lstrip("0") or "0"
        places = (found[3] or "").rstrip("0")
        if rounded and len(places) > _COMPARED_PLACES and len(whole) + len(places) < _MOST_ROUNDED:
            unit = Decimal(1).scaleb(-_COMPARED_PLACES)
            number = Decimal(f"{whole}.{places}").quantize(unit, rounding=ROUND_HALF_UP)
            whole, _, places = f"{number:f}".partition(".")
            places = places.rstrip("0")
        sign = "-" if found[1] and (whole, places) != ("0", "") else ""
        return f"{_LEFT}{sign}{whole}{'.' if places else ''}{places}{_RIGHT}"

    return numbers.sub(mark, text)


def _is_in(part: str, text: str) -> bool:
    return any(inner in whole for whole, inner in _readings(text, part))


def _is_text(expected: str, text: str) -> bool:
    return any(whole == inner for whole, inner in _readings(text.strip(), expected.strip()))


def _count(part: str, text: str, number: int) -> bool:
    return any(whole.count(inner) == number for whole, inner in _readings(text, written(part)))


def _in_order(parts: list[str], text: str) -> bool:
    return any(_follow_each_other(inner, whole) for whole, *inner in _readings(text, *parts))


def _follow_each_other(parts: list[str], text: str) -> bool:
    place = 0
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return True
