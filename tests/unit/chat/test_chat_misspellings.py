"""Misspelt words of a task count as covered by the words they were meant to be."""

import pytest

from tests.unit.gates.promises.test_coverage import promised
from toggle_core.builders.chat.misspellings import missing_words


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ("Track my expences", "An expense I track is listed."),
        ("A form for invocies with the adress", "A form makes invoices with an address."),
        ("a calender of appointmens", "Appointments are in a calendar."),
        ("Resturant menu with alergens", "The restaurant's menu shows allergens."),
        ("Remeber the recipies", "Recipes are kept, and I remember them."),
        ("a calculater that adds", "The calculator adds."),
    ],
)
def test_a_misspelt_word_is_covered_by_the_word_that_was_meant(task: str, sentence: str) -> None:
    assert missing_words(task, promised(sentence)) == []


@pytest.mark.parametrize(
    ("task", "sentence", "missing"),
    [
        ("a contract form", "A contact form.", ["contract"]),
        ("loans in 100000 and 12 rates", "Loans in 10000 and 21 rates.", ["100000", "12"]),
        ("cats and coats", "Dogs and boats.", ["cats", "coats"]),
        ("the trial of a farm", "The trail of a firm.", ["trial", "farm"]),
        ("bills for Jana Schmitt", "Bills for Jana Schmidt.", ["Schmitt"]),
        ('shows "Invocies"', "It shows invoices.", ["Invocies"]),
        ("my desserts and deserts", "My desserts.", ["deserts"]),
        ("print the planers", "Prints planes and planners.", ["planers"]),
        ("shares photographs", "Shows paragraphs.", ["photographs"]),
        ("mail the notfications", "It keeps notes.", ["notfications"]),
    ],
)
def test_another_word_is_not_covered(task: str, sentence: str, missing: list[str]) -> None:
    assert [each for each in missing_words(task, promised(sentence)) if each in missing] == missing
