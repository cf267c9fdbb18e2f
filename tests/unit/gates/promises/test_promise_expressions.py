"""Expressions in promises: what they compute, and how they are written into texts."""

import pytest

from toggle_core.gates.harness.promises.expressions import parse_expression
from toggle_core.gates.harness.promises.templates import fill_in, fill_in_text, names_in

VALUES = {"a": 100, "b": 8, "word": "tulip", "text": "1,250.50", "many": ["3", "1", "20"]}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("${a / b}", "12.5"),
        ("${a / 4}", "25"),
        ("${a / 1000 * 1000}", "100"),
        ("${a - b - 1}", "91"),
        ("${a - (b - 1)}", "93"),
        ("${2 + 3 * 4}", "14"),
        ("${-b + --a}", "92"),
        ("${round(2.345, 2)}", "2.35"),
        ("${round(0.125, 2)}", "0.13"),
        ("${round(2.5)}", "3"),
        ("${round(-2.5)}", "-3"),
        ("${round(a / 3, 2)}", "33.33"),
        ("${sum(a, b, 1.5)}", "109.5"),
        ("${sum(many)}", "24"),
        ("${sum([a, b])}", "108"),
        ("${count(many, a)}", "4"),
        ("${sorted(many)}", "1, 3, 20"),
        ("${text + 1}", "1251.5"),
        ("-${b}", "-8"),
        ("${word} and ${a}", "tulip and 100"),
        ("plain {text} $5", "plain {text} $5"),
    ],
)
def test_expressions_are_computed_and_written(text: str, written: str) -> None:
    assert fill_in_text(text, VALUES) == written


def test_lone_expression_keeps_its_kind_in_json() -> None:
    filled = fill_in({"n": "${a}", "list": "${sorted(b, a)}", "${word}": ["x ${a}"]}, VALUES)
    assert filled == {"n": 100, "list": [8, 100], "tulip": ["x 100"]}


def test_names_are_found_at_any_depth() -> None:
    step = {"run": ["add", "${x + 1}"], "expect": {"stdout": {"contains": ["${y}", "${sum(z)}"]}}}
    assert names_in(step) == {"x", "y", "z"}


@pytest.mark.parametrize(
    "text",
    [
        *("${", "${}", "${a", "${a +}", "${a b}", "${a..b}", "${f(a)}", "${(a}", "${a)}"),
        *("${round()}", "${round(a, b, 1)}", "${a; b}", "${a.real}", "${a[0]}", "${'a'}"),
        f"${{{'(' * 60}a{')' * 60}}}",
        f"${{{'a+' * 400}a}}",
    ],
)
def test_unreadable_expressions_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        fill_in_text(text, VALUES)


@pytest.mark.parametrize("text", ["${a / (b - 8)}", "${unknown}", "${word + 1}", "${round(a, -1)}"])
def test_expressions_that_cannot_be_computed_say_why(text: str) -> None:
    names_in(text)
    with pytest.raises(ValueError, match=r"\.$"):
        fill_in_text(text, VALUES)


def test_encoder_sees_value_and_text_before_it() -> None:
    seen = []
    fill_in_text("/x?q=${word}", VALUES, lambda value, before: seen.append((value, before)) or "")
    assert seen == [("tulip", "/x?q=")]


def test_names_of_an_expression_are_its_variables_only() -> None:
    assert parse_expression("round(sum(a, b), c)").names == {"a", "b", "c"}
