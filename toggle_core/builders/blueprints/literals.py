"""Putting a stranger's text safely into Python, HTML, Markdown, CSV and JSON."""

import csv
import html
import io
import itertools
import json
import keyword
import re
import unicodedata

from toggle_core.csv_formulas import harmless

MAX_WIDTH = 56
"""Columns a name may take, so that a line of code that holds it stays within 100."""

MAX_SENTENCE = 200
"""Characters of a promise's sentence."""

_JOINER = "\u200d"
_WIDE = {"W", "F"}
_ESCAPED = "\\'\""
_MARKDOWN = re.compile(r"([\\`*_\[\]#|~$])")
_ESCAPE = re.compile(r"\\(.)")
_NOT_IDENTIFIER = re.compile(r"[^a-z0-9]+")


def one_line(text: str, width: int = MAX_WIDTH) -> str:
    """Make a text fit to be a name: one line, no invisible characters, not too wide.

    Control and format characters go (they hide text, and right-to-left overrides reorder the
    code they stand in, CVE-2021-42574), except the joiner that emoji are made with.

    Args:
        text: any text.
        width: columns the result may take, counted as they would be in a Python literal.

    Returns:
        The text, cut with an ellipsis where it was too wide.
    """
    start = text[: 16 * width]
    visible = " ".join("".join(map(_visible, unicodedata.normalize("NFC", start))).split())
    if start == text and sum(map(_columns, visible)) <= width:
        return visible
    ends = itertools.accumulate(map(_columns, visible))
    kept = sum(end < width for end in ends)
    return visible[:kept].rstrip() + "…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\n\r\v\f":
        return " "
    return character if not category.startswith("C") or character == _JOINER else ""


def _columns(character: str) -> int:
    if character in _ESCAPED or unicodedata.east_asian_width(character) in _WIDE:
        return 2
    return 1 if character.isprintable() else len(ascii(character)) - 2


def python_literal(text: str) -> str:
    """Write a text as a Python string literal, with the quotation marks a formatter would choose.

    The result is one line of printable characters, whatever the text holds.
    """
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_python_character(each, quote) for each in text) + quote


def _python_character(character: str, quote: str) -> str:
    if character in {"\\", quote}:
        return "\\" + character
    return character if character.isprintable() else ascii(character)[1:-1]


def python_identifier(text: str) -> str:
    """Make a lower-case Python identifier of a text, such as a column's name."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    name = _NOT_IDENTIFIER.sub("_", plain).strip("_")[:30].rstrip("_")
    if not name or name[0].isdigit():
        name = f"field_{name}".rstrip("_")
    return f"{name}_" if keyword.iskeyword(name) else name


def markdown_text(text: str) -> str:
    """Write a text so that Markdown, and the HTML it allows, show it as it is."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(_MARKDOWN.sub(r"\\\1", plain).split())


def plain_text(markdown: str) -> str:
    """Read what :func:`markdown_text` wrote, with the emphasis of a plan's sentence left out."""
    return html.unescape(_ESCAPE.sub(r"\1", markdown.replace("`", "")))


def csv_cell(text: str) -> str:
    """Write a text as one cell of a CSV file; no spreadsheet takes it for a formula."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([harmless(text)])
    return line.getvalue()


def json_text(value: object) -> str:
    """Write a value as JSON, safe between the tags of a page as well."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def html_text(text: str) -> str:
    """Write a text as HTML, with the entities that ``html.escape`` chooses."""
    return html.escape(text, quote=True)


def promise_texts(text: str) -> list[str]:
    """Write a text as texts that a promise looks for, none of which holds an expression.

    ``${`` begins an expression in a promise and cannot be escaped, so a text is cut there.
    """
    first, *others = text.split("${")
    ends = [f"{each}$" for each in (first, *("{" + each for each in others[:-1]))]
    return [*ends, "{" + others[-1]] if others else [first]


def promise_sentence(text: str) -> str:
    """Make a text fit to be the sentence of a promise: printable, not too long, no expression."""
    plain = "".join(filter(str.isprintable, text)).replace("${", "$ {")
    return plain if len(plain) <= MAX_SENTENCE else f"{plain[: MAX_SENTENCE - 1].rstrip()}…"
