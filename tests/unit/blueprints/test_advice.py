"""Before a run is made, the builder says what would be built and what comes close."""

import pytest

from toggle_core.builders.advice import Advice
from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.matching import match


def advised(task: str) -> Advice:
    return Blueprints().advise(task)


def titles(task: str) -> list[str]:
    return [offer.title for offer in advised(task).offers]


def test_what_would_be_built_is_the_first_sentence_of_the_plan() -> None:
    task = "Create an expense tracker in euros"
    assert Blueprints().plan(task).text.startswith(advised(task).builds)
    assert advised(task).promises >= 3
    assert not advised(task).omitted


def test_left_out_wishes_are_named_and_can_be_dropped() -> None:
    found = advised("to-do list with reminders")
    assert not found.builds
    assert "reminders" in found.reason
    assert found.offers[0].task == "to-do list"


def test_both_parts_of_a_task_of_two_projects_are_offered() -> None:
    offers = advised("Create a landing page for Crumbs and an invoice generator in euros").offers
    assert {offer.task for offer in offers} == {
        "Create a landing page for Crumbs",
        "An invoice generator in euros",
    }


@pytest.mark.parametrize(
    ("task", "title"),
    [
        ("A budget forecast for my household", "Expense tracker"),
        ("An online shop for handmade clothing", "Landing page"),
        ("An exam simulator with a timer", "Quiz"),
    ],
)
def test_the_nearest_is_found_by_its_noun(task: str, title: str) -> None:
    assert any(each.startswith(title) for each in titles(task))


@pytest.mark.parametrize(
    "task",
    [
        "An app like Airbnb for boats",
        "A CRM with a login for my plumbing company",
        "Train a neural network on my photos",
        "erstelle eine App für meine Aufgaben",
        "asdf",
    ],
)
def test_a_refusal_offers_three_tasks_that_are_built(task: str) -> None:
    offers = advised(task).offers
    assert len({offer.task for offer in offers}) == 3
    assert all(advised(offer.task).builds for offer in offers)


def test_every_blueprint_is_built_by_its_offer() -> None:
    for blueprint in catalogue().blueprints:
        chosen = match(f"Create {blueprint.offer}", catalogue()).chosen
        assert chosen is not None
        assert chosen.blueprint == blueprint
