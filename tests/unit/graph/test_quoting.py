"""Text of others is shown as exactly this text, on one line."""

import html
import re

import pytest

from toggle_core.graph.quoting import plain, quote
from toggle_core.ui.text import as_html

TEXTS = (
    "A program that says hello.",
    "**bold** _and_ `code` [link](x) <b> &amp; ~~gone~~ $x$ |",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "---",
    "===",
    "> quote",
    "\\* backslashes \\",
    "2.5 litres, 3.py and -1",
    "snake_case, __dunder__, a__b_ _c_ 1_000 and é_è",
    "._a_. (_b_) *_c_*",
    "می‌خواهم 👩‍💻 日本語 naïve",
)


@pytest.mark.parametrize("text", TEXTS)
def test_plain_shows_exactly_the_text(text: str) -> None:
    assert _shown(as_html(plain(text))) == text
    assert as_html(quote(text)).startswith("<blockquote ")
    assert _shown(as_html(quote(text))) == text


def test_plain_puts_every_kind_of_line_on_one() -> None:
    assert plain("  a\n\nb\r\nc\u2028d\x0be\x85f\t g  ") == "a b c d e f g"


@pytest.mark.parametrize(
    "hidden",
    ["\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\x1b", "\x07", "\U000e0041"],
)
def test_plain_leaves_out_what_cannot_be_seen(hidden: str) -> None:
    assert plain(f"{hidden}a{hidden}b{hidden}") == "ab"


def test_names_with_underscores_stay_readable() -> None:
    assert plain("test_main.py") == "test_main.py"


def test_markup_after_hidden_characters_is_escaped_as_well() -> None:
    assert plain("\u200b# a") == "\\# a"


def _shown(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page)).strip()
