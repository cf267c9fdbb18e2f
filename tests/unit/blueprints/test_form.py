"""A project of the built-in builder is changed by a form: name, choices, lists and facts."""

import pytest

from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.errors import FieldRefused

TASK = "Create a landing page for a bakery called Crumbs"


@pytest.fixture
def builder() -> Blueprints:
    """The built-in one."""
    return Blueprints()


def test_values_of_the_form_are_in_plan_code_and_promises(builder: Blueprints) -> None:
    task = builder.with_fields(TASK, {"name": "Rye & Co", "accent": "green"})
    plan = builder.plan(task).text
    assert "in green" in plan
    project = builder.code(task, plan)
    assert "Rye &amp; Co" in project.files["index.html"]
    assert not project.unmet
    assert "Rye & Co" in str(builder.promise(task, plan).promises)
    assert "for Rye & Co" in builder.advise(task).builds


def test_a_form_shows_what_was_set_by_the_one_before(builder: Blueprints) -> None:
    task = builder.with_fields(TASK, {"accent": "green"})
    assert {field.name: field.value for field in builder.fields(task)}["accent"] == "green"
    again = builder.with_fields(task, {"accent": "red"})
    assert again == builder.with_fields(TASK, {"accent": "red"})


@pytest.mark.parametrize("line", ["accent: neon", "hidden: yes", f"name: {'x' * 61}"])
def test_what_no_form_asks_for_is_no_parameter(builder: Blueprints, line: str) -> None:
    assert not builder.advise(f"{TASK}\n\nWith:\n- {line}").builds


@pytest.mark.parametrize("blueprint", [each.name for each in catalogue().blueprints])
def test_a_form_that_is_left_as_it_is_changes_nothing(builder: Blueprints, blueprint: str) -> None:
    task = next(each.example for each in catalogue().blueprints if each.name == blueprint)
    fields = builder.fields(task)
    same = builder.with_fields(task, {field.name: field.value for field in fields})
    assert builder.plan(same).text == builder.plan(task).text


def test_a_task_that_nothing_fits_has_no_form(builder: Blueprints) -> None:
    assert builder.fields("Train a neural network on my photos") == ()


FACTS = {
    "address": "12 Mill Street, Dublin",
    "hours": "Tue to Sat, 7:00 to 14:00",
    "phone": "+353 1 555 0199",
}


def test_facts_nobody_has_said_are_missing_until_the_form_gives_them(builder: Blueprints) -> None:
    missing = {field.name for field in builder.fields(TASK) if field.is_missing}
    assert missing == {"address", "hours", "phone", "email"}
    task = builder.with_fields(TASK, FACTS)
    assert not [field for field in builder.fields(task) if field.is_missing]
    project = builder.code(task, builder.plan(task).text)
    for fact in FACTS.values():
        assert fact in project.files["index.html"]
    assert "to fill in" not in project.summary
    assert not project.unmet


@pytest.mark.parametrize(
    ("task", "name", "typed", "planned"),
    [
        (TASK, "pages", "menu, about", "pages of their own for menu, about"),
        ("Create a habit tracker", "listed", "Tea\nYoga; Sleep", "habits Tea, Yoga, Sleep:"),
        ("Create a REST API for books", "listed", "title, pages", "the fields title, pages"),
        ("Create a recipe book app", "listed", "Name, Cooking Time", "a list with name, cooking"),
    ],
)
def test_lists_are_typed_with_commas_or_lines(
    builder: Blueprints, task: str, name: str, typed: str, planned: str
) -> None:
    changed = builder.with_fields(task, {name: typed})
    assert planned in builder.plan(changed).text
    shown = next(field for field in builder.fields(changed) if field.name == name)
    assert shown.is_list
    assert builder.with_fields(changed, {name: shown.value}) == changed


@pytest.mark.parametrize(
    ("task", "name", "typed", "sentence"),
    [
        (TASK, "pages", "gallery", "Pages: “gallery” is not one of about, contact, menu, prices."),
        (TASK, "email", "bread at noon", "E-mail address: write it like “hello@example.com”."),
        (TASK, "hours", "x" * 57, "Opening hours: it may have at most 56 characters."),
        ("Create a habit tracker", "listed", "Tea", "Habits: list 2 to 8, with commas between"),
        ("Create a habit tracker", "listed", "Tea, {{x}}", "Habits: “{{x}}” may hold letters,"),
        ("Create a REST API for books", "listed", "a" * 31, "is longer than 30 characters."),
    ],
)
def test_what_a_project_cannot_have_is_refused_in_words(
    builder: Blueprints, task: str, name: str, typed: str, sentence: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        builder.with_fields(task, {name: typed})
    assert sentence in str(refused.value)
