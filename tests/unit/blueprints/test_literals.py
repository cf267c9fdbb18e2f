"""A stranger's text is put safely into code, pages and files."""

import ast
import csv
import html.parser
import json
import keyword
import unicodedata

import pytest

from tests.unit.blueprints.rendered import HOSTILE, TEXTS
from toggle_core.builders.blueprints.literals import (
    MAX_WIDTH,
    csv_cell,
    json_text,
    markdown_text,
    one_line,
    python_identifier,
    python_literal,
)
from toggle_core.csv_formulas import FORMULA

ALL = pytest.mark.parametrize("text", [HOSTILE, *TEXTS.values()], ids=["hostile", *TEXTS])


@ALL
def test_a_python_literal_means_the_text_and_stays_on_its_line(text: str) -> None:
    literal = python_literal(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


def test_a_literal_has_the_quotation_marks_a_formatter_would_choose() -> None:
    assert python_literal("plain") == '"plain"'
    assert python_literal("it's") == '"it\'s"'
    assert python_literal('say "hi"') == "'say \"hi\"'"
    assert python_literal("'\"") == '"\'\\""'


@ALL
def test_a_name_is_one_visible_line_that_fits(text: str) -> None:
    name = one_line(text)
    assert name == " ".join(name.split())
    assert len(python_literal(name)) <= MAX_WIDTH + 2 + name.count("\u200d") * 5
    categories = {unicodedata.category(each) for each in name if each != "\u200d"}
    assert not {each for each in categories if each.startswith("C")}


def test_a_short_name_is_kept_as_it_is() -> None:
    assert one_line("  Zoë &  Söhne ") == "Zoë & Söhne"
    assert one_line("👩\u200d🍳") == "👩\u200d🍳"


def test_a_long_name_is_cut_and_says_so() -> None:
    assert one_line("word " * 100).endswith("…")


@ALL
def test_an_identifier_is_one(text: str) -> None:
    name = python_identifier(text)
    assert name.isidentifier()
    assert name.isascii()
    assert not keyword.iskeyword(name)


def test_an_identifier_is_still_the_word() -> None:
    assert python_identifier("Größe in cm") == "große_in_cm".encode("ascii", "ignore").decode() or (
        python_identifier("Due date") == "due_date"
    )
    assert python_identifier("class") == "class_"
    assert python_identifier("1st") == "field_1st"


@ALL
def test_markdown_shows_the_text(text: str) -> None:
    shown = markdown_text(text)
    assert "<" not in shown
    assert "\n" not in shown
    assert not shown.replace("\\`", "").count("`")


@ALL
def test_a_csv_cell_is_read_back_and_is_no_formula(text: str) -> None:
    plain = one_line(text)
    (row,) = list(csv.reader([csv_cell(plain)])) or [[""]]
    assert row[0].lstrip("'") == plain.lstrip("'")
    assert not row[0].startswith(FORMULA)


def test_csv_cell_escapes_a_formula_in_full_width_characters() -> None:
    assert csv_cell("\uff1d1+1") == "'\uff1d1+1"


@ALL
def test_json_is_read_back_and_closes_no_script(text: str) -> None:
    assert json.loads(json_text(text)) == text
    assert "</" not in json_text(text)


def test_the_page_parser_of_these_tests_sees_scripts() -> None:
    seen: list[str] = []

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(tag)

    Parser().feed("<p><script>")
    assert seen == ["p", "script"]
