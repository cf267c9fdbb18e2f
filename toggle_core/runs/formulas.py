"""Cells of a CSV file that a spreadsheet would calculate, made text by an apostrophe before them.

What is looked for is the list of OWASP's page on CSV Injection, also behind characters that a
spreadsheet may drop.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

FORMULA: Final = (
    *("=", "+", "-", "@"),
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
"""How a formula begins, also as East Asian keyboards write it."""

BROKEN: Final = ("\t", "\r")
"""How a cell begins that a spreadsheet may part into several. A line feed alone is how much code
begins; before a formula it counts as below."""

PASSED_OVER: Final = "".join(
    chr(number)
    for numbers in (
        range(0x01, 0x21),  # controls and space
        range(0x7F, 0xA1),
        (0xAD, 0x034F, 0x061C, 0x1680, 0x180E, 0x202F, 0x205F, 0x3000, 0xFEFF),
        range(0x2000, 0x2010),  # spaces, and what has no width
        range(0x2028, 0x202F),
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
        range(0xFFF9, 0xFFFC),
    )
    for number in numbers
)
"""White space, controls, and characters that take no room: with these before it a formula may still
be one."""

LOOKED_AT: Final = 1_000
"""Characters of the beginning. A cell with nothing but the above in them is taken for a formula."""


def harmless(text: str) -> str:
    """A text, with an apostrophe before what a spreadsheet would take for a formula."""
    begin = text[:LOOKED_AT]
    first = begin.lstrip(PASSED_OVER)[:1]
    suspected = first in FORMULA if first else len(begin) == LOOKED_AT
    return f"'{text}" if suspected or text.startswith(BROKEN) else text


def harmless_column(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same of a column, in SQL. Most cells begin with a letter, and are not looked at further.

    Args:
        text: of type text; NULL stays NULL.
    """
    begin = func.left(text, LOOKED_AT)
    first = func.left(func.ltrim(begin, PASSED_OVER), 1)
    suspected = or_(
        func.left(text, 1).in_(BROKEN),
        first.in_(FORMULA),
        and_(first == "", func.length(begin) == LOOKED_AT),
    )
    marked = case((suspected, literal("'").concat(text)), else_=text)
    return case((func.left(text, 1).in_((*FORMULA, *PASSED_OVER)), marked), else_=text)
