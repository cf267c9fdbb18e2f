"""Text of builders and generated projects, quoted so that nobody mistakes it for the product's."""

import re
import unicodedata
from typing import Final

JOINERS: Final = "\u200c\u200d"
"""Invisible, but needed: Persian words and some emoji are written with them."""

INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Unicode categories of control characters, marks of direction, private and half characters."""

MARKUP: Final = re.compile(
    r"[\\`*{}\[\]<>&~|$]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word an underscore is none
    r"|^(?:[-+=#]|\d+[.)](?!\S))"
)
"""What Markdown reads as markup inside a line or at its beginning (CommonMark 0.31, 2.4)."""


def plain(text: str) -> str:
    """Markdown that shows exactly this text, on one line.

    Args:
        text: as a builder or a project wrote it.

    Returns:
        The text without line breaks and invisible characters, with its markup escaped.
    """
    flat = " ".join(text.split())
    visible = "".join(letter for letter in flat if _is_visible(letter))
    return MARKUP.sub(_escape, visible.strip())


def quote(text: str) -> str:
    """A Markdown block quote that shows exactly this text, on one line."""
    return f"> {plain(text)}"


def _is_visible(letter: str) -> bool:
    return letter in JOINERS or unicodedata.category(letter) not in INVISIBLE


def _escape(found: re.Match[str]) -> str:
    markup = found[0]
    return f"{markup[:-1]}\\{markup[-1]}"
