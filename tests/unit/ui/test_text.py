"""Text of others is shown as text."""

import time

import pytest

from toggle_core.ui.text import (
    as_html,
    as_label,
    first_line,
    first_words,
    one_line,
    task_line,
    visible,
)

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


@pytest.mark.parametrize(
    ("hidden", "mark"),
    [
        ("\u202a", "⟨U+202A⟩"),
        ("\u202d", "⟨U+202D⟩"),
        ("\u202e", "⟨U+202E⟩"),
        ("\u2066", "⟨U+2066⟩"),
        ("\u2069", "⟨U+2069⟩"),
        ("\u200e", "⟨U+200E⟩"),
        ("\u200f", "⟨U+200F⟩"),
        ("\u061c", "⟨U+061C⟩"),
        ("\u200b", "⟨U+200B⟩"),
        ("\u200c", "⟨U+200C⟩"),
        ("\u200d", "⟨U+200D⟩"),
        ("\ufeff", "⟨U+FEFF⟩"),
        ("\u2028", "⟨U+2028⟩"),
        ("\u2063", "⟨U+2063⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\x00", "␀"),
        ("\x07", "␇"),
        ("\x08", "␈"),
        ("\x0c", "␌"),
        ("\r", "␍"),
        ("\x1b", "␛"),
        ("\x7f", "␡"),
        ("\x85", "⟨U+0085⟩"),
        ("\x9b", "⟨U+009B⟩"),
    ],
)
def test_character_that_nobody_sees_has_a_mark_everywhere(hidden: str, mark: str) -> None:
    text = f"pay{hidden}load"
    assert visible(text) == one_line(text, 20) == f"pay{mark}load"
    assert as_label(text).replace("\\", "") == f"pay{mark}load"
    assert as_html(text) == f"<p>pay{mark}load</p>\n"
    assert first_words(f"# {text}", 20) == first_line(text, 20) == f"pay{mark}load"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "line one\n\tline two\r\nline three",
        "Größe, é, ☃, 日本語, ﷽",
        "شغل\nعربي",
        "می\u200cخواهم",  # noqa: RUF001  Persian
        "क्\u200dष र्\u200cय",
        "👩\u200d💻 👨\u200d👩\u200d👧\u200d👦 ❤\ufe0f\u200d🔥 👩🏽\u200d🚀 🏳\ufe0f\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "Zeilen\u00adumbruch",
    ],
)
def test_text_of_any_language_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200d💻", "a⟨U+200D⟩💻"),
        ("💻\u200da", "💻⟨U+200D⟩a"),
        ("👩\u200d", "👩⟨U+200D⟩"),
        ("\u200dab\u200c", "⟨U+200D⟩ab⟨U+200C⟩"),
        ("🏴\U000e0041", "🏴⟨U+E0041⟩"),
        ("x\U000e0067\U000e007f", "x⟨U+E0067⟩⟨U+E007F⟩"),
        ("a\rb\r\nc\r", "a␍b\r\nc␍"),
        ("\x1b]8;;http://e.test\x07link\x1b]8;;\x07", "␛]8;;http://e.test␇link␛]8;;␇"),
        ("if a: # \u2067 == \u2066b\u2069", "if a: # ⟨U+2067⟩ == ⟨U+2066⟩b⟨U+2069⟩"),
    ],
)
def test_joiners_and_tags_are_seen_where_no_script_needs_them(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_large_text_is_made_visible_in_a_moment() -> None:
    text = ("value = 1  # \u200d comment\r\n" * 20_000)[:400_000]
    began = time.process_time()
    assert visible(text).count("⟨U+200D⟩") == text.count("\u200d")
    assert time.process_time() - began < 1


def test_lists_of_a_plan_have_their_numbers_where_their_text_begins() -> None:
    assert '<ol dir="auto">' in as_html("1. one\n")
    assert '<ul dir="auto">' in as_html("- one\n")
    assert '<table dir="auto">' in as_html("| a |\n|---|\n| 1 |\n")


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


@pytest.mark.parametrize(
    ("task", "line"),
    [
        ("A page\n\nWith:\n- accent: green\n- hours: Mon to Fri", "A page"),
        ("A page\n\nWith:\n- a Menu", "A page With: - a Menu"),
    ],
)
def test_task_line_leaves_out_what_a_form_has_set(task: str, line: str) -> None:
    assert task_line(task, 80) == line
