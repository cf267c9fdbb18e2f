"""Fill values into the texts of steps, in place of ``${…}``."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import DivisionByZero, InvalidOperation, Overflow
from typing import Any

from .expressions import Expression, parse_expression, written

_EXPRESSION = re.compile(r"\$\{([^{}]*)\}")


def names_in(value: Any) -> set[str]:
    """Return the variables that the texts of a JSON value use, at any depth.

    Raises:
        ValueError: one of the expressions cannot be read.
    """
    return {
        name
        for text in _texts_in(value)
        for found in _split(text)
        if isinstance(found, Expression)
        for name in found.names
    }


def fill_in(value: Any, values: Mapping[str, Any]) -> Any:
    """Replace the expressions in the texts of a JSON value, at any depth.

    A text that is one expression becomes its value, which may be a number or a list; within other
    text a value is written out.

    Raises:
        ValueError: an expression cannot be read or computed.
    """
    if isinstance(value, str):
        parts = _split(value)
        if len(parts) == 1 and isinstance(parts[0], Expression):
            return _compute(parts[0], values)
        return "".join(
            part if isinstance(part, str) else written(_compute(part, values)) for part in parts
        )
    if isinstance(value, list):
        return [fill_in(each, values) for each in value]
    if isinstance(value, Mapping):
        return {fill_in_text(name, values): fill_in(each, values) for name, each in value.items()}
    return value


def fill_in_text(
    text: str, values: Mapping[str, Any], encode: Callable[[str, str], str] | None = None
) -> str:
    """Replace the expressions in a text by what they are written as.

    Args:
        text: the text.
        values: of the variables.
        encode: is called with each value as written and all the text before it, and returns what
            to put there.

    Raises:
        ValueError: an expression cannot be read or computed.
    """
    result = ""
    for part in _split(text):
        if isinstance(part, str):
            result += part
        else:
            value = written(_compute(part, values))
            result += value if encode is None else encode(value, result)
    return result


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield name
            yield from _texts_in(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts_in(each)


def _split(text: str) -> list[str | Expression]:
    """Return a text as its plain parts and its expressions, in order."""
    parts: list[str | Expression] = []
    end = 0
    for found in _EXPRESSION.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        parts.append(parse_expression(found[1]))
        end = found.end()
    if end < len(text) or not parts:
        parts.append(text[end:])
    if any(isinstance(part, str) and "${" in part for part in parts):
        raise ValueError(f"“{text[:80]}” has a “${{” that is not closed by “}}”.")
    return parts


def _compute(expression: Expression, values: Mapping[str, Any]) -> Any:
    try:
        return expression.compute(values)
    except DivisionByZero as error:
        raise ValueError("An expression divides by zero.") from error
    except (InvalidOperation, Overflow) as error:
        raise ValueError("An expression cannot be computed.") from error
