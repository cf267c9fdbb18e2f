"""Regular expressions that take time in proportion to the text, as far as reading can show.

Python's engine tries one way after the other, so a repeat within a repeat can take exponential
time. Such patterns are refused, and with them a few harmless ones. The harness limits the time too.
"""

import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as sre_parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator
from typing import Any, Final

from toggle_core.gates.promises.shape import Fault, quoted

LONGEST: Final = 300
"""Characters of a pattern."""

MOST_REPEATS: Final = 10
"""Repeats of a variable number; each may double the ways to match."""

MOST_WIDE: Final = 3
"""Long repeats of nearly any character, such as ``.*``; each multiplies the time."""

MOST_TIMES: Final = 1_000
"""How often something may be repeated, repeats of repeats multiplied."""

FEW_TIMES: Final = 20
"""Repeats up to here are short enough to stand side by side."""

REPEATS: Final = frozenset({sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT})
LOOK_AROUND: Final = frozenset({sre.ASSERT, sre.ASSERT_NOT})
BACKREFERENCES: Final = frozenset({sre.GROUPREF, sre.GROUPREF_EXISTS})

ANYTHING: Final = ("", "0", "q", "\u2603 z\n", "A long line; with 3 (other) signs.\nAnd one more.")
"""Texts so different that a pattern found in all of them is found in every text."""

SAMPLE: Final = ["\t", "\n", *map(chr, range(32, 127)), "\u00e9", "\u2603"]

Part = tuple[Any, Any]


def check_pattern(pattern: str) -> None:
    """Check a regular expression.

    Args:
        pattern: with its values filled in, or with a letter in the place of each.

    Raises:
        Fault: it is too long, not valid, may take too much time, or matches every text.
    """
    shown = quoted(pattern)
    if len(pattern) > LONGEST:
        raise Fault(f"The regular expression {shown} has more than {LONGEST} characters.")
    try:
        parsed = sre_parser.parse(pattern)
        _check(list(parsed), _Count(shown), times=1)
        compiled = re.compile(pattern)
    except (re.error, Warning, OverflowError, RecursionError, ValueError) as error:
        raise Fault(f"The regular expression {shown} is not valid: {error}.") from None
    if all(compiled.search(text) for text in ANYTHING):
        raise Fault(f"The regular expression {shown} is found in every text.")


class _Count:
    """Repeats of a pattern so far."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._repeats = 0
        self._wide = 0

    def add(self, part: Part) -> None:
        """Count a repeat of a variable number."""
        self._repeats += 1
        _, most, body = part[1]
        self._wide += most > FEW_TIMES and len(body) == 1 and _is_wide(body[0])
        if self._repeats > MOST_REPEATS:
            raise self.fault(f"has more than {MOST_REPEATS} repeats")
        if self._wide > MOST_WIDE:
            raise self.fault(f"has more than {MOST_WIDE} repeats such as .*")

    def fault(self, what: str) -> Fault:
        """The sentence for what takes too much time."""
        return Fault(f"The regular expression {self._shown} {what}, which may take too much time.")


def _check(parts: list[Part], count: _Count, *, times: int) -> None:
    """Check a sequence of parts that is repeated so many times, and all that is in them."""
    for part in parts:
        if part[0] in REPEATS:
            inner_times = _checked_repeat(part, count, times)
        else:
            inner_times = times
            _check_other(part, count, repeated=times > 1)
        for inner in _inner(part):
            _check(inner, count, times=inner_times)
    for one, other in _neighbours(parts):
        if _overlap(one, other):
            raise count.fault("has two repeats of the same characters side by side")


def _checked_repeat(part: Part, count: _Count, times: int) -> int:
    """How often the inside of a repeat is repeated."""
    low, high, _ = part[1]
    inner_times: int = times * max(low, 2 if high == sre.MAXREPEAT else high, 1)
    if inner_times > MOST_TIMES:
        raise count.fault(f"repeats something more than {MOST_TIMES:,} times")
    if low != high:
        if times > 1:
            raise count.fault("has a repeat within a repeat")
        count.add(part)
    return inner_times


def _check_other(part: Part, count: _Count, *, repeated: bool) -> None:
    if part[0] in BACKREFERENCES:
        raise count.fault("refers back to a group")
    if part[0] in LOOK_AROUND and (repeated or any(map(_varies, _all(part)))):
        raise count.fault("has a repeat within or around a look-ahead or look-behind")
    if part[0] is sre.BRANCH and repeated:
        raise count.fault("repeats a choice between alternatives")


def _inner(part: Part) -> Iterator[list[Part]]:
    """The sequences within a part."""
    kind, value = part
    if kind in REPEATS:
        yield list(value[2])
    elif kind is sre.SUBPATTERN:
        yield list(value[-1])
    elif kind is sre.BRANCH:
        yield from (list(each) for each in value[1])
    elif kind in LOOK_AROUND:
        yield list(value[1])
    elif kind is sre.ATOMIC_GROUP:
        yield list(value)


def _all(part: Part) -> Iterator[Part]:
    for inner in _inner(part):
        for each in inner:
            yield each
            yield from _all(each)


def _varies(part: Part) -> bool:
    return part[0] in REPEATS and part[1][0] != part[1][1]


def _neighbours(parts: list[Part]) -> Iterator[tuple[Part, Part]]:
    """Long repeats with nothing between them that has to be there."""
    earlier: list[Part] = []
    for part in _flat(parts):
        if _varies(part):
            low, high, _ = part[1]
            if high > FEW_TIMES:
                yield from ((each, part) for each in earlier)
                earlier = [part] if low else [*earlier, part]
        elif part[0] is not sre.AT:
            earlier = []


def _flat(parts: Iterable[Part]) -> Iterator[Part]:
    """A sequence with the contents of its groups in place of the groups."""
    for part in parts:
        if part[0] is sre.SUBPATTERN:
            yield from _flat(part[1][-1])
        else:
            yield part


def _overlap(one: Part, other: Part) -> bool:
    first, second = one[1][2], other[1][2]
    if len(first) != 1 or len(second) != 1:
        return True
    return any(_takes(first[0], each) and _takes(second[0], each) for each in SAMPLE)


def _is_wide(part: Part) -> bool:
    return sum(_takes(part, each) for each in SAMPLE) > len(SAMPLE) / 2


def _takes(part: Part, character: str) -> bool:
    """Whether a part takes a character; one that is no single character takes all."""
    kind, value = part
    if kind is sre.ANY:
        return character != "\n"
    if kind is sre.LITERAL:
        return bool(value == ord(character))
    if kind is sre.NOT_LITERAL:
        return bool(value != ord(character))
    if kind is sre.IN:
        negated = any(each[0] is sre.NEGATE for each in value)
        return negated != any(_holds(each, character) for each in value)
    return True


def _holds(each: Part, character: str) -> bool:
    kind, value = each
    if kind is sre.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    if kind is sre.CATEGORY:
        return re.match(CATEGORIES[value], character) is not None
    return bool(kind is sre.LITERAL and value == ord(character))


CATEGORIES: Final = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}
