"""Translate a regular expression into a program of a few simple instructions."""

import importlib
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

_syntax: Any = importlib.import_module("re._parser")  # has no types

CHARACTER, FORK, JUMP, MARK, PLACE, FOUND = range(6)
GROUP_BEGINS, GROUP_ENDS = 2, 3
"""Marks of the first group; 0 and 1 are those of all that matches."""

_MOST_CHARACTERS = 500  # of an expression
_MOST_INSTRUCTIONS = 1_000

Test = Callable[[str], bool]


class Instruction(NamedTuple):
    """One instruction of the machine.

    Attributes:
        does: which of the six.
        test: of a character.
        one: where to go on, or the number of a mark, or the kind of a place.
        two: the second place where to go on, if the first fails.
    """

    does: int
    test: Test | None = None
    one: Any = 0
    two: int = 0


def translate(text: str) -> list[Instruction]:
    """Read a regular expression.

    Raises:
        ValueError: it cannot be read, or uses what takes more than linear time.
    """
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"A regular expression is longer than {_MOST_CHARACTERS} characters.")
    try:
        parsed = _syntax.parse(text)
        compiler = _PatternCompiler()
        compiler.add(parsed, parsed.state.flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(
            f"The regular expression “{text[:80]}” cannot be read: {error}."
        ) from error
    except _PatternRefused as error:
        raise ValueError(f"The regular expression “{text[:80]}” {error}.") from error
    return [*compiler.program, Instruction(FOUND)]


class _PatternRefused(Exception):
    """Uses what this machine cannot do."""


class _PatternCompiler:
    def __init__(self) -> None:
        self.program: list[Instruction] = []

    def add(self, parsed: Any, flags: int) -> None:
        for operator, argument in parsed:
            self._add_one(str(operator), argument, flags)

    def _emit(self, instruction: Instruction) -> int:
        if len(self.program) >= _MOST_INSTRUCTIONS:
            raise _PatternRefused("is too large")
        self.program.append(instruction)
        return len(self.program) - 1

    def _add_one(self, operator: str, argument: Any, flags: int) -> None:
        if operator in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            self._emit(Instruction(CHARACTER, _character_test(operator, argument, flags)))
        elif operator == "AT":
            self._emit(Instruction(PLACE, one=_kind_of_place(str(argument), flags)))
        elif operator == "SUBPATTERN":
            group, added, removed, inner = argument
            if group == 1:
                self._emit(Instruction(MARK, one=GROUP_BEGINS))
            self.add(inner, (flags | added) & ~removed)
            if group == 1:
                self._emit(Instruction(MARK, one=GROUP_ENDS))
        elif operator == "BRANCH":
            self._add_branches(argument[1], flags)
        elif operator in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            self._add_repeat(least, most, inner, flags, greedy=operator == "MAX_REPEAT")
        else:
            raise _PatternRefused("uses lookaround, references or atomic groups; use none of them")

    def _add_branches(self, branches: Sequence[Any], flags: int) -> None:
        ends = []
        for branch in branches[:-1]:
            fork = self._emit(Instruction(FORK))
            self.add(branch, flags)
            ends.append(self._emit(Instruction(JUMP)))
            self.program[fork] = Instruction(FORK, one=fork + 1, two=len(self.program))
        self.add(branches[-1], flags)
        for end in ends:
            self.program[end] = Instruction(JUMP, one=len(self.program))

    def _add_repeat(self, least: int, most: int, inner: Any, flags: int, *, greedy: bool) -> None:
        for _ in range(least):
            before = len(self.program)
            self.add(inner, flags)
            if len(self.program) == before:
                break  # a repeat of nothing, however often
        if most == _syntax.MAXREPEAT:
            fork = self._emit(Instruction(FORK))
            self.add(inner, flags)
            self._emit(Instruction(JUMP, one=fork))
            self.program[fork] = _fork(fork + 1, len(self.program), greedy=greedy)
            return
        forks = []
        for _ in range(most - least if len(inner) else 0):
            forks.append(self._emit(Instruction(FORK)))
            self.add(inner, flags)
        for fork in forks:
            self.program[fork] = _fork(fork + 1, len(self.program), greedy=greedy)


def _fork(inner: int, after: int, *, greedy: bool) -> Instruction:
    return (
        Instruction(FORK, one=inner, two=after) if greedy else Instruction(FORK, None, after, inner)
    )


def _character_test(operator: str, argument: Any, flags: int) -> Test:
    if operator == "ANY":
        return (lambda _: True) if flags & re.DOTALL else (lambda sign: sign != "\n")
    items = argument if operator == "IN" else [(operator, argument)]
    ignoring_case = bool(flags & re.IGNORECASE)
    negated = any(str(kind) in ("NEGATE", "NOT_LITERAL") for kind, _ in items)
    tests = [_item_test(str(kind), value) for kind, value in items if str(kind) != "NEGATE"]

    def test(sign: str) -> bool:
        forms = {sign, sign.lower(), sign.upper()} if ignoring_case else {sign}
        found = any(one(form) for one in tests for form in forms if len(form) == 1)
        return found != negated

    return test


def _item_test(kind: str, value: Any) -> Test:
    if kind == "RANGE":
        low, high = value
        return lambda sign: low <= ord(sign) <= high
    if kind == "CATEGORY":
        name = str(value)
        inner = _category_test(name.rpartition("_")[2])
        return (lambda sign: not inner(sign)) if "_NOT_" in name else inner
    return lambda sign: ord(sign) == value


def _category_test(name: str) -> Test:
    if name == "DIGIT":
        return str.isdecimal
    return str.isspace if name == "SPACE" else is_word_sign


def is_word_sign(sign: str) -> bool:
    """Tell whether a character belongs to a word."""
    return sign.isalnum() or sign == "_"


def _kind_of_place(name: str, flags: int) -> str:
    kind = name.removeprefix("AT_")
    return f"LINE_{kind}" if flags & re.MULTILINE and kind in ("BEGINNING", "END") else kind
