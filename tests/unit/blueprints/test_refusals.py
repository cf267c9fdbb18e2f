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
    assert "The nearest is a to-do list (“Create a to-do list app”)." in sentence
    assert (
        "It cannot write other programming languages than Python (the task says “Rust”)."
        in sentence
    )


def test_words_that_nothing_accounts_for_are_named() -> None:
    assert "does not cover “gamification”" in refused("a to-do list with gamification")


def test_a_task_near_to_nothing_gets_no_nearest_offer() -> None:
    assert "nearest" not in refused("asdf qwer zxcv")


@pytest.mark.parametrize(
    "task",
    [
        "crea una lista de tareas para mi tienda",
        "erstelle eine App für meine Aufgaben",
        "créer une page pour ma boulangerie",
        "やることリストを作って",
        "создай список дел",
    ],
)
def test_other_languages_are_refused_politely(task: str) -> None:
    assert "It reads English only." in refused(task)


def test_an_english_task_with_foreign_names_is_not_called_foreign() -> None:
    assert "English" not in refused(
        "build a webshop for Der Bäcker und Söhne in Lyon with a big cart"
    )


@pytest.mark.parametrize("task", ["{0} {offers} %s {{x}}", "a to-do list with " + "x" * 9_000])
def test_what_the_task_says_cannot_break_the_sentence(task: str) -> None:
    assert len(refused(task)) < 2_000


def test_code_refuses_as_plan_does() -> None:
    with pytest.raises(NoBlueprint):
        Blueprints().code("an iOS app", "1. Do it.")
