"""Regular expressions whose time grows with the text alone, whatever the expression is.

Python's own engine tries one way after another, which may take for ever. This one follows all ways
at once (Pike's machine). It reads Python's syntax without lookaround and references.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .pattern_program import (
    CHARACTER,
    FORK,
    FOUND,
    GROUP_BEGINS,
    GROUP_ENDS,
    JUMP,
    MARK,
    PLACE,
    Instruction,
    is_word_sign,
    translate,
)

_MOST_TEXT = 100_000  # characters that are searched
_MOST_STEPS = 1_500_000  # some two seconds


class Found(NamedTuple):
    """Where an expression matches.

    Attributes:
        text: all that matches.
        group: what the first group matches, None without one.
    """

    text: str
    group: str | None


class Pattern:
    """A compiled expression."""

    def __init__(self, program: Sequence[Instruction]) -> None:
        self._program = program
        self._known: dict[tuple[int, str], bool] = {}
        self._may_begin: dict[str, bool] = {}
        self._first = self._first_tests()

    def search(self, text: str) -> Found | None:
        """Return the first match in a text.

        Raises:
            ValueError: it takes too long, as it may in long texts.
        """
        text = text[:_MOST_TEXT]
        marks = self._run(text)
        if marks is None:
            return None
        group = text[marks[GROUP_BEGINS] : marks[GROUP_ENDS]] if GROUP_ENDS in marks else None
        return Found(text[marks[0] : marks[1]], group)

    def _first_tests(self) -> list[int] | None:
        """Return the tests of the first character, None if a match may begin without one."""
        waiting, seen, tests = [0], {0}, []
        while waiting:
            place = waiting.pop()
            does, _, one, two = self._program[place]
            if does in (PLACE, FOUND):
                return None
            if does == CHARACTER:
                tests.append(place)
                continue
            ways = (one, two) if does == FORK else (one,) if does == JUMP else (place + 1,)
            waiting += [way for way in ways if way not in seen]
            seen.update(ways)
        return tests

    def _run(self, text: str) -> dict[int, int] | None:
        threads: list[tuple[int, dict[int, int]]] = []
        seen: set[int] = set()
        best: dict[int, int] | None = None
        steps = place = 0
        while place <= len(text):
            if best is None:
                if not threads and self._first is not None:
                    place = self._skip(text, place)
                self._add(threads, seen, 0, text, place, {0: place})
            if not threads:
                if best is not None or place >= len(text):
                    return best
                place, seen = place + 1, set()
                continue
            following: list[tuple[int, dict[int, int]]] = []
            seen = set()
            for at, marks in threads:
                steps += 1
                if self._program[at].does == FOUND:
                    best = {**marks, 1: place}
                    break
                if place < len(text) and self._passes(at, text[place]):
                    self._add(following, seen, at + 1, text, place + 1, marks)
            if steps > _MOST_STEPS:
                raise ValueError("A regular expression takes too long on what the program shows.")
            threads, place = following, place + 1
        return best

    def _skip(self, text: str, place: int) -> int:
        """Return the next place at which a match may begin."""
        known = self._may_begin
        while place < len(text):
            sign = text[place]
            if sign not in known:
                known[sign] = any(self._passes(at, sign) for at in self._first or ())
            if known[sign]:
                break
            place += 1
        return place

    def _passes(self, at: int, sign: str) -> bool:
        key = (at, sign)
        if key not in self._known:
            test = self._program[at].test
            self._known[key] = test is not None and test(sign)
        return self._known[key]

    def _add(
        self,
        threads: list[tuple[int, dict[int, int]]],
        seen: set[int],
        start: int,
        text: str,
        place: int,
        marks: dict[int, int],
    ) -> None:
        """Add all threads that are reached from an instruction without reading a character."""
        waiting = [(start, marks)]
        while waiting:
            at, marks = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            does, _, one, two = self._program[at]
            if does in (CHARACTER, FOUND):
                threads.append((at, marks))
            elif does == JUMP:
                waiting.append((one, marks))
            elif does == FORK:
                waiting += [(two, marks), (one, marks)]
            elif does == MARK:
                waiting.append((at + 1, {**marks, one: place}))
            elif _is_at(one, text, place):
                waiting.append((at + 1, marks))


def compile_pattern(text: str) -> Pattern:
    """Read a regular expression.

    Raises:
        ValueError: it cannot be read, or uses what takes more than linear time.
    """
    return Pattern(translate(text))


def _is_at(kind: str, text: str, place: int) -> bool:
    """Tell whether a place in a text is of a kind: its beginning, its end, a boundary of words."""
    if kind in ("BEGINNING", "BEGINNING_STRING"):
        return place == 0
    if kind == "LINE_BEGINNING":
        return place == 0 or text[place - 1] == "\n"
    if kind == "END":
        return place == len(text) or (place == len(text) - 1 and text[place] == "\n")
    if kind == "END_STRING":
        return place == len(text)
    if kind == "LINE_END":
        return place == len(text) or text[place] == "\n"
    before = place > 0 and is_word_sign(text[place - 1])
    after = place < len(text) and is_word_sign(text[place])
    return (before != after) == (kind == "BOUNDARY")
