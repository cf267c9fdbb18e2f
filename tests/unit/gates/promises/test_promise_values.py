"""Values of promises: drawn from a seed, of many kinds, and never one within another."""

import re
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from toggle_core.gates.harness.promises.values import draw_values, parse_kind

SHAPES = {
    "word": r"[a-z]{7}",
    "words:3": r"[a-z]{7} [a-z]{7} [a-z]{7}",
    "name": r"[A-Z][a-z]+ [A-Z][a-z]+",
    "int:-3..99": r"-[1-3]|\d\d?",
    "decimal:0.01..9.99": r"\d\.\d\d",
    "date:-1..1": r"2026-12-31|2027-01-01|2027-01-02",
    "email": r"[a-z]+\.[a-z]+@example\.com",
}


@pytest.mark.parametrize("kind", SHAPES)
def test_values_have_the_shape_of_their_kind(kind: str) -> None:
    for seed in range(50):
        drawn = draw_values({"x": kind}, str(seed), today=date(2027, 1, 1))["x"]
        assert re.fullmatch(SHAPES[kind], str(drawn)), drawn


def test_decimals_stay_in_their_range() -> None:
    drawn = [draw_values({"x": "decimal:0.5..1.5"}, str(seed))["x"] for seed in range(60)]
    assert all(Decimal("0.5") <= Decimal(str(each)) <= Decimal("1.5") for each in drawn)
    assert len(set(drawn)) > 5


def test_utf8_values_have_letters_of_several_scripts() -> None:
    text = str(draw_values({"x": "utf8"}, "seed")["x"])
    names = {sign for sign in text if ord(sign) > 127}
    assert any(0x370 < ord(sign) < 0x400 for sign in names)
    assert any(0x400 < ord(sign) < 0x500 for sign in names)
    assert any(ord(sign) > 0x3000 for sign in names)


def test_same_seed_draws_same_values() -> None:
    kinds = {"a": "word", "b": "int:1..1000000"}
    assert draw_values(kinds, "s") == draw_values(kinds, "s")
    assert draw_values(kinds, "s") != draw_values(kinds, "t")


def test_no_value_is_part_of_another_one() -> None:
    kinds = {"a": "word", "b": "words:4", "c": "name", "d": "name", "e": "email", "f": "word"}
    for seed in range(60):
        drawn = draw_values(kinds, str(seed)).values()
        words = [set(re.findall(r"\w+", str(each).lower())) - {"example", "com"} for each in drawn]
        assert not any(one & two for one, two in permutations(words, 2))


def test_second_trial_has_other_values_even_in_small_ranges() -> None:
    kinds = {"n": "int:1..2", "w": "word"}
    for seed in range(30):
        first = draw_values(kinds, f"{seed} first")
        second = draw_values(kinds, f"{seed} second", others=first)
        assert first["n"] != second["n"]
        assert first["w"] != second["w"]


def test_range_of_one_value_can_be_drawn_twice() -> None:
    first = draw_values({"n": "int:5..5"}, "first")
    assert draw_values({"n": "int:5..5"}, "second", others=first) == {"n": 5}


@pytest.mark.parametrize(
    "kind", ["", "wort", "words:0", "words:200", "int:9..1", "int:1", "decimal:a..b", "int: 1..2"]
)
def test_unknown_kinds_are_refused_in_a_sentence(kind: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_kind(kind)
