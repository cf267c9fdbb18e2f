"""Names, currencies, columns and numbers are taken from the task."""

from collections.abc import Mapping
from typing import Any

import pytest

from toggle_core.builders.blueprints.builder import render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.matching import match


def values(task: str) -> Mapping[str, Any]:
    chosen = match(task, catalogue()).chosen
    assert chosen is not None, task
    return chosen.values


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("a to-do list for the Acme bakery", "Acme bakery"),
        ("a to-do list for our music school", "Music school"),
        ("Maria's to-do list", "Maria"),
        ("Maria's wedding to-do list", "Maria's wedding"),
        ("a wedding to-do list", "Wedding"),
        ("a to-do list called Rosebud", "Rosebud"),
        ("a to-do list called iPlan", "iPlan"),
        ("a to-do list called go.acme", "go.acme"),
        ('a to-do list called "Rust & Bones"', "Rust & Bones"),
        ("a to-do list named 'Über {{ 7 }}'", "Über {{ 7 }}"),
        ('a "Sunday" to-do list', "Sunday"),
        ("a to-do list for Ben and Anna with priorities", "Ben and Anna"),
        ("for my move to Berlin, make a to-do list", "Move to Berlin"),
        ("a to-do list for planning my trip", "Trip"),
        ("a to-do list for the IT department", "IT department"),
        ("a to-do list for Will", "Will"),
        ("a to-do list for me", ""),
        ("a to-do list", ""),
        ("a to-do list app for 図書館", "図書館"),
    ],
)
def test_a_name_is_taken_as_it_was_written(task: str, name: str) -> None:
    assert values(task)["name"] == name


@pytest.mark.parametrize(
    ("task", "name", "language"),
    [
        ("hello world in Spanish for Maria", "Maria", "Spanish"),
        ("hello world for Maria in Spanish", "Maria", "Spanish"),
        ("greet Zoë in French, hello world", "Zoë", "French"),
        ("hello world", "", "English"),
    ],
)
def test_whom_to_greet_and_how(task: str, name: str, language: str) -> None:
    assert (values(task)["name"], values(task)["language"]) == (name, language)


@pytest.mark.parametrize(
    ("task", "currency"),
    [
        ("expense tracker in euros", "EUR"),
        ("expense tracker in €", "EUR"),
        ("expense tracker in Swedish kronor for the office", "SEK"),
        ("expense tracker in US dollars", "USD"),
        ("an invoice in yen", "JPY"),
    ],
)
def test_a_currency_is_understood_by_word_sign_or_code(task: str, currency: str) -> None:
    assert values(task)["currency"] == currency


def test_of_two_different_choices_none_is_guessed() -> None:
    assert match("expense tracker in euros and dollars", catalogue()).chosen is None
    assert match("hello world in French and German", catalogue()).chosen is None


@pytest.mark.parametrize(
    ("task", "units"),
    [
        ("convert miles to kilometres", ("miles", "kilometres")),
        ("kg to lbs converter", ("kilograms", "pounds")),
        ("convert °C to °F", ("celsius", "fahrenheit")),
        ("convert square feet to square metres", ("square_feet", "square_metres")),
        ("unit converter", ("miles", "kilometres")),
    ],
)
def test_the_units_of_the_task_become_the_example(task: str, units: tuple[str, str]) -> None:
    assert tuple(values(task)["units"]) == units


def test_units_that_do_not_belong_together_are_refused() -> None:
    assert match("convert miles to hours", catalogue()).chosen is None


def test_the_resource_and_its_fields_are_taken() -> None:
    found = values("REST API for books with fields title, author and page_count")
    assert found["noun"] == "book"
    assert found["listed"] == ("title", "author", "page_count")
    assert values("REST API for books with title and year")["known"] == ("title", "year")


def test_a_field_named_apart_from_the_others_is_kept() -> None:
    found = values("REST API for movies with a year, fields title and director")
    files = render("rest-api", found).files
    assert all(f'"{field}"' in files["records.py"] for field in ("title", "director", "year"))


@pytest.mark.parametrize(
    ("task", "brand"),
    [
        ("a landing page for Green Planet", "Green Planet"),
        ("a landing page for Blue Bottle Coffee in red", "Blue Bottle Coffee"),
    ],
)
def test_a_colour_within_a_name_is_no_choice(task: str, brand: str) -> None:
    assert values(task)["name"] == brand
    assert values(task)["accent"] == ("red" if task.endswith("red") else "")


def test_people_are_no_habits() -> None:
    found = values("habit tracker for Anna and Ben")
    assert (found["name"], found["listed"]) == ("Anna and Ben", ())
    assert values("a habit tracker, simple and nice")["listed"] == ()


def test_columns_of_a_report_are_taken() -> None:
    found = values("Create a CSV report of sales by region")
    assert (found["value"], found["measures"]) == ("sales", ("region",))


def test_habits_are_taken() -> None:
    found = values("habit tracker for early rising, cold showers and no sugar")
    assert found["listed"][:2] == ("early rising", "cold showers")


@pytest.mark.parametrize(
    ("task", "key", "number"),
    [
        ("password generator with 20 characters", "asked", 20),
        ("passwords of length 24", "asked", 24),
        ("quiz with 10 questions", "asked", 10),
        ("invoice generator with 19% VAT", "asked", 19),
        ("invoice generator with 7 percent tax", "asked", 7),
        ("guess a number between 1 and 50", "asked", 50),
        ("log analyser with top 10 pages", "top", 10),
    ],
)
def test_numbers_are_taken_with_their_unit(task: str, key: str, number: int) -> None:
    assert values(task)[key] == number


@pytest.mark.parametrize(
    "task", ["password generator with 5000 characters", "quiz with 500 questions", "3 to-do lists"]
)
def test_a_number_that_cannot_be_had_is_refused(task: str) -> None:
    assert match(task, catalogue()).chosen is None


@pytest.mark.parametrize(
    ("task", "interface"),
    [
        ("a to-do list", "web"),
        ("a command-line to-do list", "cli"),
        ("a to-do list in the terminal", "cli"),
        ("a to-do list, not a web app", "cli"),
        ("a tic-tac-toe game", "web"),
        ("a tic-tac-toe game for the console", "cli"),
        ("hello world", "web"),
        ("hello world web page", "web"),
        ("a CSV report as a website", "web"),
        ("csv statistics command line tool", "cli"),
        ("Write a script that parses CSV files and calculates totals per month", "cli"),
        ("a hello world script", "cli"),
        ("a hello world script as a web page", "web"),
        ("Helloworld app on the command line", "cli"),
    ],
)
def test_the_task_says_how_it_will_be_used(task: str, interface: str) -> None:
    assert values(task)["interface"] == interface


@pytest.mark.parametrize(
    "task", ["a log analyser as a website", "a URL shortener for the terminal"]
)
def test_an_interface_a_project_does_not_have_is_refused(task: str) -> None:
    assert match(task, catalogue()).chosen is None


def test_symbols_can_be_left_out_of_passwords() -> None:
    assert values("password generator without special characters")["symbols"] is False
    assert values("password generator")["symbols"] is True
