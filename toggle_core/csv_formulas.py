"""Escape cells of a CSV file that a spreadsheet would calculate: an apostrophe makes them text.

The characters are those of OWASP's page on CSV Injection, also behind characters that a spreadsheet
may drop.
"""

from typing import Final

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
    """Escape a text that a spreadsheet would take for a formula.

    Args:
        text: of one cell.

    Returns:
        The text, with an apostrophe before it where it is needed.
    """
    begin = text[:LOOKED_AT]
    first = begin.lstrip(PASSED_OVER)[:1]
    suspected = first in FORMULA if first else len(begin) == LOOKED_AT
    return f"'{text}" if suspected or text.startswith(BROKEN) else text
