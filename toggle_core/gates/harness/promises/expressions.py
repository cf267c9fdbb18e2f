"""Compute ``${…}``: variables, the four operations, and a few functions over them."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

Node = Callable[[Mapping[str, Any]], Any]
"""Computes a part of an expression from the values of the variables."""

_MOST_CHARACTERS = 300
_MOST_DEPTH = 20
_MOST_PLACES = 20
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|([-+*/(),\[\]]))")
_NUMBER = re.compile(r"\s*-?\d{1,30}(?:,\d{3})*(?:\.\d{1,30})?\s*")
_FUNCTIONS = ("sum", "round", "sorted", "count")


class Expression(NamedTuple):
    """A parsed expression.

    Attributes:
        compute: returns its value from the values of the variables.
        names: of the variables in it.
    """

    compute: Node
    names: frozenset[str]


def parse_expression(text: str) -> Expression:
    """Read what stands between the braces of ``${…}``.

    Raises:
        ValueError: it cannot be read, in one plain sentence.
    """
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"An expression is longer than {_MOST_CHARACTERS} characters.")
    parser = _ExpressionParser(text)
    compute = parser.parse()
    return Expression(compute, frozenset(parser.names))


def written(value: Any) -> str:
    """Return a value as it is typed: numbers without zeros at the end, lists with commas."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if value.as_tuple().exponent != 0 else str(int(value))
    if isinstance(value, list):
        return ", ".join(written(each) for each in value)
    return str(value)


def as_number(value: Any) -> Decimal:
    """Return a number, also of a text that is one.

    Raises:
        ValueError: it is not a number.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(repr(value))
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value.strip().replace(",", ""))
    raise ValueError(f"“{str(value)[:60]}” is not a number, and cannot be computed with.")


class _ExpressionParser:
    """Reads one expression by recursive descent."""

    def __init__(self, text: str) -> None:
        self.names: set[str] = set()
        self._text = text
        self._tokens = list(self._read_tokens(text))
        self._place = 0
        self._depth = 0

    def parse(self) -> Node:
        node = self._sum()
        if self._peek():
            raise self._error(f"“{self._peek()}” is not expected there")
        return node

    def _read_tokens(self, text: str) -> Iterator[str]:
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise self._error(f"“{text[place:].strip()[:1]}” is not allowed")
            yield found[found.lastindex or 0]
            place = found.end()

    def _error(self, why: str) -> ValueError:
        return ValueError(f"The expression “${{{self._text[:80]}}}” cannot be read: {why}.")

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            raise self._error(f"“{expected}” is missing" if expected else "it ends too early")
        self._place += 1
        return token

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise self._error("its parentheses are nested too deeply")
        node = self._product()
        while self._peek() in ("+", "-"):
            node = _operation(self._take(), node, self._product())
        self._depth -= 1
        return node

    def _product(self) -> Node:
        node = self._factor()
        while self._peek() in ("*", "/"):
            node = _operation(self._take(), node, self._factor())
        return node

    def _factor(self) -> Node:
        minus = False
        while self._peek() == "-":
            self._take()
            minus = not minus
        node = self._atom()
        return (lambda values: -as_number(node(values))) if minus else node

    def _atom(self) -> Node:
        part = self._take()
        if part == "(":
            node = self._sum()
            self._take(")")
            return node
        if part == "[":
            return _list(self._arguments("]"))
        if part[0].isdigit():
            number = Decimal(part)
            return lambda _: number
        if not (part[0].isalpha() or part[0] == "_"):
            raise self._error(f"“{part}” is not expected there")
        if self._peek() == "(" and part in _FUNCTIONS:
            self._take()
            arguments = self._arguments(")")
            if part == "round":
                return _rounding(arguments, self._error("round takes a number and its places"))
            return _function(part, _list(arguments))
        self.names.add(part)
        return _variable(part)

    def _arguments(self, end: str) -> list[Node]:
        arguments: list[Node] = []
        while self._peek() != end:
            arguments.append(self._sum())
            if self._peek() != end:
                self._take(",")
        self._take(end)
        return arguments


def _variable(name: str) -> Node:
    def compute(values: Mapping[str, Any]) -> Any:
        if name not in values:
            raise ValueError(f"There is no value with the name “{name}”.")
        return values[name]

    return compute


def _operation(sign: str, left: Node, right: Node) -> Node:
    def compute(values: Mapping[str, Any]) -> Decimal:
        one, two = as_number(left(values)), as_number(right(values))
        if sign == "+":
            return _shortest(one + two)
        if sign == "-":
            return _shortest(one - two)
        return _shortest(one * two if sign == "*" else one / two)

    return compute


def _shortest(number: Decimal) -> Decimal:
    """Return a result without zeros at its end."""
    short = number.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short


def _list(nodes: list[Node]) -> Node:
    def compute(values: Mapping[str, Any]) -> list[Any]:
        computed = [node(values) for node in nodes]
        return [one for each in computed for one in (each if isinstance(each, list) else [each])]

    return compute


def _function(name: str, arguments: Node) -> Node:
    def compute(values: Mapping[str, Any]) -> Any:
        given = arguments(values)
        if name == "count":
            return Decimal(len(given))
        if name == "sum":
            return sum((as_number(each) for each in given), Decimal(0))
        try:
            return sorted(given, key=as_number)
        except ValueError:
            return sorted(given, key=written)

    return compute


def _rounding(arguments: list[Node], error: ValueError) -> Node:
    if len(arguments) not in (1, 2):
        raise error

    def compute(values: Mapping[str, Any]) -> Decimal:
        places = as_number(arguments[1](values)) if len(arguments) > 1 else Decimal(0)
        if places != int(places) or not 0 <= places <= _MOST_PLACES:
            raise error
        unit = Decimal(1).scaleb(-int(places))
        return as_number(arguments[0](values)).quantize(unit, rounding=ROUND_HALF_UP)

    return compute
