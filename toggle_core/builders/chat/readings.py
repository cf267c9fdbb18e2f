"""Which fence of an answer closes which: the likeliest of all ways to read it.

By CommonMark (section 4.5) the first bare fence closes a block. Models do not write so: a README
between three backticks holds examples between three backticks, a test holds a string with fences,
and a fence that was forgotten would swallow all files after it. So every way to read the fences has
a cost, the sum of what is odd about it, and the cheapest is taken. All ways are followed at once,
one for each state a reader can be in, so the time is in proportion to the number of fences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

MOST_FENCES: Final = 1_000
"""Fences of an answer that are looked at. The rest is text of the last block."""

LONGEST_FENCE: Final = 8
DEEPEST: Final = 12
"""Fences that are longer, or further to the right, are all alike: that bounds the states."""

SLACK: Final = 3
"""Columns that a closing fence may stand further right than the opening one, by CommonMark."""

QUOTES: Final = re.compile(r'"""|' + r"'''")

OPENS_UNNAMED: Final = 1
"""Costs. A block that names a language and no file is not asked for, but usual in prose."""

OPENS_BARE: Final = 2
"""A block with neither language nor file is odder; it may be a fence too many."""

HOLDS_BARE: Final = 1
"""A bare fence opens an example in a Markdown file, instead of closing the file."""

HOLDS_LABELLED: Final = 1
HOLDS_FILE: Final = 2
"""An example in a Markdown file is headed like a file, or names one in its opening line."""

SWALLOWS_FILE: Final = 4
"""A fence that opens a file is text of another block; or any fence, outside a string."""

CLOSES_STRING: Final = 2
"""A block of Python ends within a triple-quoted string."""

FORGOTTEN: Final = 3
"""A block ends, without a fence of its own, where the next file begins."""

UNFINISHED: Final = 5
"""A block is open at the end of the answer."""

IDLE: Final = 1
"""The same, and there is nothing in it: the fence is one too many."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A line that opens or closes a block.

    Attributes:
        line: its number.
        mark: the character it consists of.
        length: how many of them.
        indent: blanks before them.
        info: what stands behind them.
        names_file: whether a file's path stands behind them.
        is_labelled: whether the line above, or a comment in the line below, names a file.
        is_markdown: whether what it opens is a Markdown file.
        is_python: whether what it opens is Python.
    """

    line: int
    mark: str
    length: int
    indent: int
    info: str
    names_file: bool = False
    is_labelled: bool = False
    is_markdown: bool = False
    is_python: bool = False

    @property
    def opens_file(self) -> bool:
        """Whether it opens a file, if it opens anything."""
        return self.names_file or self.is_labelled


@dataclass(frozen=True, slots=True)
class Span:
    """One block: the lines after ``start`` and before ``end``.

    Attributes:
        opening: the fence that opens it.
        end: number of the line that ends it.
        is_closed: whether a fence of its own ends it.
        is_doubtful: whether it holds fences as text that may have been meant as fences.
    """

    opening: Fence
    end: int
    is_closed: bool
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """Where a reader is: outside of blocks, or in one.

    Attributes:
        mark: character of the fence that opened the block; empty outside.
        length: of that fence.
        indent: of that fence.
        holds_examples: whether other blocks may stand in it: a Markdown file.
        example: length of the fence of an example that is open in it, 0 without one.
        quote: the triple quote that is open, empty without one.
    """

    mark: str = ""
    length: int = 0
    indent: int = 0
    holds_examples: bool = False
    example: int = 0
    quote: str = ""
    is_python: bool = False

    def is_met_by(self, fence: Fence) -> bool:
        """Whether a fence could close the block, or open an example in it."""
        reach = min(self.indent + SLACK, DEEPEST)
        return fence.mark == self.mark and fence.length >= self.length and fence.indent <= reach

    def with_example(self, length: int) -> "_State":
        return _State(self.mark, self.length, self.indent, True, length)


OUTSIDE: Final = _State()


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to read the fences so far: what it costs, and the blocks it finds."""

    cost: int = 0
    number: int = 0
    opening: Fence | None = None
    is_doubtful: bool = False
    found: "tuple[_Way, Span] | None" = None

    @property
    def rank(self) -> tuple[int, int]:
        """The cheapest is the best; of equals, the one that finds more blocks."""
        return self.cost, -self.number

    def plus(self, cost: int, *, doubtful: bool = False) -> "_Way":
        is_doubtful = self.is_doubtful or doubtful
        return _Way(self.cost + cost, self.number, self.opening, is_doubtful, self.found)

    def opened(self, fence: Fence, cost: int) -> "_Way":
        return _Way(self.cost + cost, self.number, fence, False, self.found)

    def closed(self, end: int, cost: int, *, by_fence: bool) -> "_Way":
        if self.opening is None:
            return self
        span = Span(self.opening, end, by_fence, self.is_doubtful)
        return _Way(self.cost + cost, self.number + 1, None, False, (self, span))


def spans(lines: Sequence[str], fences: Sequence[Fence]) -> list[Span]:
    """The blocks of an answer, in order.

    Args:
        lines: of the answer.
        fences: its fences, in order, at most :data:`MOST_FENCES`.
    """
    return _Reader(lines).read(fences)


class _Reader:
    """Follows all ways to read an answer at once."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def read(self, fences: Sequence[Fence]) -> list[Span]:
        """The blocks by the cheapest way."""
        ways = {OUTSIDE: _Way()}
        before = 0
        for fence in fences:
            quotes = _Quotes(self._lines[before : fence.line])
            before = fence.line + 1
            following: dict[_State, _Way] = {}
            for state, way in ways.items():
                for next_state, next_way in _steps(quotes.passed(state), way, fence):
                    kept = following.get(next_state)
                    if kept is None or next_way.rank < kept.rank:
                        following[next_state] = next_way
            ways = following
        return _found(min(map(self._ended, ways.items()), key=lambda way: way.rank))

    def _ended(self, reached: tuple[_State, _Way]) -> _Way:
        state, way = reached
        if way.opening is None:
            return way
        end = len(self._lines)
        is_idle = not any(map(str.strip, self._lines[way.opening.line + 1 :]))
        cost = IDLE if is_idle else UNFINISHED + (HOLDS_FILE if state.example else 0)
        return way.closed(end, cost, by_fence=False)


class _Quotes:
    """The triple quotes between two fences."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @cached_property
    def _found(self) -> list[str]:
        return [quote for line in self._lines for quote in QUOTES.findall(line)]

    def passed(self, state: _State) -> _State:
        """The state after them."""
        if not state.is_python:
            return state
        quote = state.quote
        for found in self._found:
            if quote in {"", found}:
                quote = "" if quote else found
        return _State(state.mark, state.length, state.indent, quote=quote, is_python=True)


Step = tuple[_State, _Way]


def _steps(state: _State, way: _Way, fence: Fence) -> list[Step]:
    """All that a fence may do, with what it costs."""
    if state == OUTSIDE:
        return [_open(way, fence)]
    found = _forgotten(state, way, fence)
    if not state.is_met_by(fence):
        return [(state, way), *found]
    if state.holds_examples:
        return [*_in_markdown(state, way, fence), *found]
    return [*_in_code(state, way, fence), *found]


def _open(way: _Way, fence: Fence) -> Step:
    cost = 0 if fence.opens_file else OPENS_UNNAMED if fence.info else OPENS_BARE
    state = _State(
        fence.mark,
        min(fence.length, LONGEST_FENCE),
        min(fence.indent, DEEPEST),
        holds_examples=fence.is_markdown,
        is_python=fence.is_python,
    )
    return state, way.opened(fence, cost)


def _forgotten(state: _State, way: _Way, fence: Fence) -> list[Step]:
    """The fence opens a file, and the fence that should have closed this block was forgotten."""
    if not fence.opens_file or way.opening is None:
        return []
    # Around a whole answer there may be a fence: it is no file, and the first file ends it.
    is_wrapper = state.holds_examples and not way.opening.opens_file
    cost = 0 if is_wrapper else FORGOTTEN + (1 if state.quote or state.example else 0)
    return [_open(way.closed(fence.line, cost, by_fence=False), fence)]


def _in_code(state: _State, way: _Way, fence: Fence) -> list[Step]:
    if fence.info:
        swallowed = SWALLOWS_FILE if not state.quote else 1 if fence.opens_file else 0
        return [(state, way.plus(swallowed, doubtful=not state.quote))]
    closing = CLOSES_STRING if state.quote else 0
    as_text = 0 if state.quote else SWALLOWS_FILE
    return [
        (OUTSIDE, way.closed(fence.line, closing, by_fence=True)),
        (state, way.plus(as_text, doubtful=not state.quote)),
    ]


def _in_markdown(state: _State, way: _Way, fence: Fence) -> list[Step]:
    length = min(fence.length, LONGEST_FENCE)
    if state.example:
        if not fence.info and length >= state.example:
            return [(state.with_example(0), way)]
        return [(state, way.plus(SWALLOWS_FILE, doubtful=True))]
    if fence.names_file:
        example = HOLDS_FILE
    else:
        example = (0 if fence.info else HOLDS_BARE) + (HOLDS_LABELLED if fence.is_labelled else 0)
    opened = (state.with_example(length), way.plus(example))
    if fence.info:
        return [opened]
    return [(OUTSIDE, way.closed(fence.line, 0, by_fence=True)), opened]


def _found(way: _Way) -> list[Span]:
    found: list[Span] = []
    link = way.found
    while link is not None:
        earlier, span = link
        found.append(span)
        link = earlier.found
    return found[::-1]
