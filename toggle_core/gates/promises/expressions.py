"""Placeholders such as ``${item}`` and ``${a + b}`` in the texts of steps."""

import re
from collections.abc import Iterator
from typing import Any, Final

from toggle_core.gates.promises.shape import Fault, quoted

PLACEHOLDER: Final = re.compile(r"\$\{([^{}]*)\}")

TOKEN: Final = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>.))")

FUNCTIONS: Final = frozenset({"sum", "round", "sorted", "count"})

LONGEST: Final = 200
"""Characters of an expression."""

DEEPEST: Final = 10
"""Parentheses within each other."""


def names_in(value: Any) -> Iterator[str]:
    """Every name that the placeholders in a JSON value use.

    Args:
        value: of a bounded depth.

    Raises:
        Fault: a placeholder cannot be parsed.
    """
    if isinstance(value, str):
        if "${" in PLACEHOLDER.sub("", value):
            raise Fault(f"The placeholder in {quoted(value)} has no end, or braces in it.")
        for found in PLACEHOLDER.finditer(value):
            yield from _Parser(found[1]).names()
    elif isinstance(value, dict):
        for each in (*value, *value.values()):
            yield from names_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from names_in(each)


def filled(text: str) -> str:
    """A text with a letter in the place of each placeholder."""
    return PLACEHOLDER.sub("x", text)


class _Parser:
    """Reads ``sum := product (+ product)*`` and so on, and keeps only the names."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._names: list[str] = []
        self._tokens = [_token(found) for found in TOKEN.finditer(text.rstrip())]
        self._at = 0

    def names(self) -> list[str]:
        if not self._text.strip() or len(self._text) > LONGEST:
            raise Fault(f"A placeholder has 1 to {LONGEST} characters.")
        self._sum(0)
        if self._at < len(self._tokens):
            raise self._fault()
        return self._names

    def _sum(self, depth: int) -> None:
        self._product(depth)
        while self._take("+", "-"):
            self._product(depth)

    def _product(self, depth: int) -> None:
        self._value(depth)
        while self._take("*", "/"):
            self._value(depth)

    def _value(self, depth: int) -> None:
        if depth > DEEPEST:
            raise Fault(f"The placeholder {quoted(self._text)} has too many parentheses.")
        self._take("-")
        kind, text = self._next()
        if kind == "name" and self._take("("):
            if text not in FUNCTIONS:
                known = ", ".join(sorted(FUNCTIONS))
                raise Fault(f"The placeholder {quoted(self._text)} calls {text}; it knows {known}.")
            self._list(")", depth)
        elif kind == "name":
            self._names.append(text)
        elif text == "(":
            self._sum(depth + 1)
            if not self._take(")"):
                raise self._fault()
        elif text == "[":
            self._list("]", depth)
        elif kind != "number":
            raise self._fault()

    def _list(self, end: str, depth: int) -> None:
        self._sum(depth + 1)
        while self._take(","):
            self._sum(depth + 1)
        if not self._take(end):
            raise self._fault()

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise self._fault()
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, *signs: str) -> bool:
        """Go on if the next token is one of these."""
        found = self._at < len(self._tokens) and self._tokens[self._at][1] in signs
        self._at += found
        return found

    def _fault(self) -> Fault:
        return Fault(f"The placeholder {quoted(self._text)} is no expression that is understood.")


def _token(found: re.Match[str]) -> tuple[str, str]:
    kind = found.lastgroup or ""
    return kind, found[kind]
