"""What a blueprint says it does is shown by a test of the project, and a parameter by its files."""

import re

import pytest

from tests.unit.blueprints.rendered import variants
from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.builder import render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.errors import NoBlueprint

VARIANTS = [(blueprint.name, interface) for blueprint, interface in variants()]


@pytest.mark.parametrize(("name", "interface"), VARIANTS)
def test_every_ability_is_shown_by_a_test_of_the_project(name: str, interface: str) -> None:
    blueprint = next(each for each in catalogue().blueprints if each.name == name)
    files = render(name, {"interface": interface}).files
    tests = "\n".join(text for path, text in files.items() if path.startswith("test_"))
    had = [each for each in blueprint.abilities if each.interface in {"", interface}]
    assert {each.proof for each in had} <= set(re.findall(r"^def (test_\w+)", tests, re.MULTILINE))


def test_every_ability_is_a_sentence_that_a_task_can_ask_for() -> None:
    for blueprint in catalogue().blueprints:
        assert blueprint.abilities
        for ability in blueprint.abilities:
            assert re.fullmatch(r"[A-Z].*\.", ability.what), ability.what
            assert ability.asked_as, ability.what
            assert ability.interface in {"", *blueprint.interfaces}


def test_no_phrase_consists_of_optional_words_only() -> None:
    shared = catalogue().vocabulary
    tables = [shared.framing, shared.common, *(each.asked_as for each in shared.omissions)]
    tables += [table for each in catalogue().blueprints for table in each.phrases.values()]
    for table in tables:
        for listed in table.values():
            assert all(any(not place.is_optional for place in each.places) for each in listed)


@pytest.mark.parametrize(
    ("task", "path", "shown"),
    [
        ("passphrase generator with 6 words", "passwords.py", "LENGTH = 6\n"),
        ("password generator with 20 characters", "passwords.py", "LENGTH = 20\n"),
        ("generate 3 passwords with 12 characters each", "passwords.py", "COUNT = 3\n"),
        ("guess a number between 1 and 500", "game.py", "LARGEST = 500\n"),
        ("a shopping list for our school", "todo.py", 'TITLE = "School: shopping list"'),
        ("meeting notes", "notes.py", 'TITLE = "Meeting notes"'),
        ("a calculator for my bakery", "calculator.py", 'TITLE = "Bakery: calculator"'),
        ("maths quiz for kids", "questions.json", '"Kids: Arithmetic quiz"'),
        ("a to-do list for my family", "todo.py", 'TITLE = "Family: to-do list"'),
        ("I run a bakery in Lyon. Make a to-do list.", "todo.py", "Bakery in Lyon: to-do list"),
        ("a website for a bakery called Crumbs", "index.html", "<span>Crumbs, bakery</span>"),
        ("an invoice for the Acme bakery", "details.py", 'SELLER = "Acme bakery"'),
        ("an invoice script for the Acme bakery", "invoice.toml", 'name = "Acme bakery"'),
        ("REST API for pets with name and age", "records.py", '    "age": int,'),
        ("csv report of sales by country", "sample.csv", "order,country,sales"),
        ("log analyser with top 7 pages", "logs.py", "TOP = 7\n"),
        ("landing page in green", "site.css", "--accent: #146c36"),
    ],
)
def test_what_a_task_says_is_in_the_files(task: str, path: str, shown: str) -> None:
    project = Blueprints().code(task, "")
    assert shown in project.files[path]
    assert project.unmet == ()


def test_a_quiz_about_planets_asks_about_planets_only() -> None:
    text = Blueprints().code("Create a quiz about planets", "").files["questions.json"]
    questions = re.findall(r'"question": "(.*)"', text)
    assert len(questions) == 8
    assert all("planet" in question for question in questions)


@pytest.mark.parametrize(
    ("task", "missing"),
    [
        ("a to-do list for recurring chores", "recurring"),
        ("a to-do list for each client", "each client"),
        ("a to-do list for three teams", "three teams"),
        ("Create A To-Do List For Recurring Chores", "Recurring"),
        ("landing page for SEO", "SEO"),
        ("landing page for my bookings", "bookings"),
        ("url shortener with a form for my newsletter", "form for my newsletter"),
    ],
)
def test_a_wish_is_never_taken_for_a_name(task: str, missing: str) -> None:
    with pytest.raises(NoBlueprint, match=missing):
        Blueprints().plan(task)
