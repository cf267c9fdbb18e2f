"""Text that others wrote, shown as text: nothing in it is obeyed, loaded or run."""

import re
from typing import Final

from markdown_it import MarkdownIt

ELLIPSIS: Final = "…"
WORD_JOINER: Final = "\N{WORD JOINER}"
"""Takes no room. It parts what is still looked for when Markdown's own escapes are gone."""

BIDI_CONTROL: Final = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of the text around them (Unicode Annex 9)."""

PARTED: Final = re.compile(
    r":(?=\S)"  # :material/home:, :tada:, :red[...], https://
    r"|@(?=\w)|\bwww(?=\.)"  # addresses that become links by themselves
    r"|(?<!\S)[<>~-](?=(?:->|>|-|=)(?!\S))"  # -- and -> that become other signs
)
PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
"""Any of these may be escaped (CommonMark 0.31, 2.4), and nothing else begins a markup."""

MARKERS: Final = re.compile(r"^[#>\-*+\s]+|[*_`]")
"""Markup that would only disturb in the first words of a plan."""

_prose = MarkdownIt("commonmark", {"html": False}).enable("table")
_prose.disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])


def one_line(text: str, limit: int) -> str:
    """The text on one line, without marks of direction, cut with an ellipsis.

    Args:
        text: as it was written.
        limit: characters at most, with the ellipsis.
    """
    flat = " ".join(BIDI_CONTROL.sub("", text).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + ELLIPSIS


def as_label(text: str) -> str:
    """Markdown that Streamlit shows as exactly this text, on one line.

    Args:
        text: as it was written.
    """
    flat = " ".join(BIDI_CONTROL.sub("", text).split())
    parted = PARTED.sub(lambda found: found[0] + WORD_JOINER, flat)
    return PUNCTUATION.sub(lambda found: "\\" + found[0], parted)


def as_html(markdown: str) -> str:
    """HTML of a Markdown text whose links, images and HTML stay the text they are.

    Headings, lists, emphasis, tables and code become elements; none of them has an address, so a
    browser has nothing to fetch and nothing to follow.

    Args:
        markdown: as a model wrote it.
    """
    return str(_prose.render(BIDI_CONTROL.sub("", markdown)))


def first_words(markdown: str | None, limit: int) -> str:
    """The beginning of a plan, without its markup, for a cell of a table.

    Args:
        markdown: None where there is no plan yet.
        limit: characters at most.
    """
    lines = (MARKERS.sub("", line) for line in (markdown or "").splitlines())
    return one_line(next((line for line in lines if line.strip()), ""), limit)


def first_line(code: str | None, limit: int) -> str:
    """The first line of a file that says something, for a cell of a table.

    Args:
        code: None where there is no file yet.
        limit: characters at most.
    """
    lines = (code or "").splitlines()
    return one_line(next((line for line in lines if line.strip()), ""), limit)
