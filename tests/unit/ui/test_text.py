"""Text of others is shown as text."""

import pytest

from toggle_core.ui.text import as_html, as_label, first_line, first_words, one_line

WJ = "\N{WORD JOINER}"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Create a to-do list", r"Create a to\-do list"),
        ("**bold** _it_ ~no~", r"\*\*bold\*\* \_it\_ \~no\~"),
        ("`code`", r"\`code\`"),
        ("[a](http://e.test)", rf"\[a\]\(http\:{WJ}\/\/e\.test\)"),
        ("![a](b)", r"\!\[a\]\(b\)"),
        ("<img src=x>", r"\<img src\=x\>"),
        ("$x^2$", r"\$x\^2\$"),
        (":red[x]", rf"\:{WJ}red\[x\]"),
        (":material/home:", rf"\:{WJ}material\/home\:"),
        (":tada:", rf"\:{WJ}tada\:"),
        ("note: it", r"note\: it"),
        ("a -> b", rf"a \-{WJ}\> b"),
        ("a <-> b", rf"a \<{WJ}\-\> b"),
        ("a -- b", rf"a \-{WJ}\- b"),
        ("me@e.test", rf"me\@{WJ}e\.test"),
        ("www.e.test", rf"www{WJ}\.e\.test"),
        ("&lt;", r"\&lt\;"),
        ("# one\n- two", r"\# one \- two"),
        ("1. one", r"1\. one"),
        ("back\\slash", r"back\\slash"),
        ("🚀 日本語 عربي", "🚀 日本語 عربي"),
    ],
)
def test_a_label_shows_markup_as_text(text: str, label: str) -> None:
    assert as_label(text) == label


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c"])
def test_marks_of_direction_are_dropped(mark: str) -> None:
    text = f"pay{mark}load"
    assert as_label(text) == one_line(text, 20) == "payload"
    assert as_html(text) == "<p>payload</p>\n"


def test_one_line_is_cut_with_an_ellipsis() -> None:
    assert one_line("one two\nthree  four", 12) == "one two thr…"


def test_one_line_that_fits_is_not_cut() -> None:
    assert one_line("  one\ttwo ", 7) == "one two"


def test_markdown_of_a_plan_becomes_elements() -> None:
    shown = as_html("# Plan\n\n1. **one**\n2. `two`\n\n```python\nx = 1\n```\n")
    for element in ("<h1>Plan</h1>", "<strong>one</strong>", "<code>two</code>", "x = 1"):
        assert element in shown


def test_a_table_of_a_plan_becomes_a_table() -> None:
    assert "<td>1</td>" in as_html("| a |\n|---|\n| 1 |\n")


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](http://e.test/x.png)",
        "[x](http://e.test)",
        "[x](javascript:alert(1))",
        "[x]\n\n[x]: http://e.test",
        "![x]\n\n[x]: http://e.test/x.png",
        "<http://e.test>",
        "<me@e.test>",
        "http://e.test www.e.test",
        "<img src=http://e.test/x.png onerror=alert(1)>",
        "<script>alert(1)</script>",
        "<iframe src=http://e.test></iframe>",
        "<div style='background:url(http://e.test)'>\n\n</div>",
        "a <b onclick=alert(1)>b</b>",
        '| a |\n|---|\n| <a href="x">x</a> |\n',
        "```<script>\nx\n```",
        '```x" onclick=alert(1) y="\nx\n```',
    ],
)
def test_nothing_in_a_plan_has_an_address_or_a_script(hostile: str) -> None:
    shown = as_html(hostile)
    for element in ("<img", "<a", "<script", "<iframe", "<div", "<b ", 'onclick="', "href"):
        assert element not in shown.replace("&lt;a href", "")


def test_the_first_words_of_a_plan_are_without_markup() -> None:
    assert first_words("\n# **A** plan\n\n1. One", 20) == "A plan"


def test_the_first_words_are_cut() -> None:
    assert first_words("- one two three", 8) == "one two…"


@pytest.mark.parametrize("text", [None, "", "\n \n"])
def test_where_there_is_no_text_there_are_no_words(text: str | None) -> None:
    assert first_words(text, 20) == first_line(text, 20) == ""


def test_the_first_line_of_a_file_keeps_its_signs() -> None:
    assert first_line("\n# one_two *three*\nx = 1\n", 30) == "# one_two *three*"
