"""What a project is called on pages."""

import pytest

from toggle_core.ui.text import project_title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Create a to-do list", "To-do list"),
        ("Please build me an invoice generator", "Invoice generator"),
        ("A quiz about geography", "Quiz about geography"),
        ("make the office lunch poll", "Office lunch poll"),
        ("Say hello", "Say hello"),
        ("Create", "Create"),
        ("Makeup shop", "Makeup shop"),
        ("Create a habit tracker With: - listed: Tea, Yoga", "Habit tracker"),
    ],
)
def test_title_is_the_name_without_the_request(name: str, title: str) -> None:
    assert project_title(name) == title
