"""A task that nothing fits is refused in words that help."""

import pytest

from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.errors import NoBlueprint


def refused(task: str) -> str:
    with pytest.raises(NoBlueprint) as caught:
        Blueprints().plan(task)
    return str(caught.value)


def test_everything_that_can_be_made_is_offered() -> None:
    sentence = refused("train a neural network on my photos")
    assert all(blueprint.offer in sentence for blueprint in catalogue().blueprints)
    assert "connect a chat model" in sentence


def test_the_nearest_offer_is_named_with_what_stands_in_the_way() -> None:
    sentence = refused("todo list in Rust")
    assert "can make a to-do list, but it cannot write other programming languages" in sentence
    assert "(“Rust”)" in sentence
    assert "“Create a to-do list app”" in sentence


def test_every_kind_of_missing_wish_is_named() -> None:
    sentence = refused("a to-do list with gamification, login and export to Excel, shared by all")
    assert all(f"“{wish}" in sentence for wish in ("gamification", "login", "export to Excel"))


def test_what_a_task_names_first_is_what_comes_nearest() -> None:
    assert "can make a notes app" in refused("notes app with a word cloud")
    assert "can make a quiz" in refused("quiz with a log of mistakes")


def test_two_projects_in_one_task_are_named() -> None:
    sentence = refused("a to-do list and a habit tracker with a map")
    assert "two projects: a to-do list and a habit tracker" in sentence
    assert "one at a time" in sentence
    assert "Neither covers “map”" in sentence


def test_a_task_near_to_nothing_is_quoted_without_a_nearest_offer() -> None:
    sentence = refused("asdf qwer zxcv")
    assert "no project for “asdf qwer zxcv”" in sentence
    assert "closest" not in sentence


@pytest.mark.parametrize(
    ("task", "language"),
    [
        ("crea una lista de tareas para mi tienda", "Spanish"),
        ("erstelle eine App für meine Aufgaben", "German"),
        ("todo app, aber auf Deutsch bitte", "German"),
        ("make a todo app mit deutscher Oberfläche", "German"),
        ("créer une page pour ma boulangerie", "French"),
        ("やることリストを作って", "Japanese"),
        ("创建一个待办事项列表", "Chinese"),
        ("मेरे लिए एक टू-डू लिस्ट बनाओ", "Hindi"),
        ("mujhe ek todo app chahiye", "Hindi"),
        ("أنشئ قائمة مهام", "Arabic"),
        ("создай список дел", "Russian"),
        ("todo app 中文", "Chinese"),
    ],
)
def test_another_language_is_named(task: str, language: str) -> None:
    sentence = refused(task)
    assert "The built-in builder reads English" in sentence
    assert language in sentence


def test_a_task_made_of_foreign_words_is_refused_even_if_it_could_be_read() -> None:
    assert "reads English" in refused("todo liste")


@pytest.mark.parametrize(
    "task",
    [
        "build a webshop for Der Bäcker und Söhne in Lyon with a big cart",
        "a résumé website with a café finder",
        "a to-do list with gamification for Señor López",
        "a calculator for the Müller bakery",
    ],
)
def test_an_english_task_with_foreign_names_is_not_called_foreign(task: str) -> None:
    assert "reads English" not in refused(task)


@pytest.mark.parametrize("task", ["{0} {offers} %s {{x}}", "a to-do list with " + "x" * 9_000])
def test_what_the_task_says_cannot_break_the_sentence(task: str) -> None:
    assert len(refused(task)) < 2_000


def test_code_refuses_as_plan_does() -> None:
    with pytest.raises(NoBlueprint):
        Blueprints().code("an iOS app", "1. Do it.")
