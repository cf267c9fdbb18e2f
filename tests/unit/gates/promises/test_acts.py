"""What the task says that people change, and no promise does, is left out."""

from typing import Any

import pytest

from toggle_core.gates.promises.acts import ONLY_LOOKS, acts_left_out

LOOKS = {"get": "/", "expect": {"text": {"contains": "Guest book"}}}
SENDS = {"submit": {"page": "/", "fields": {"Message": "${text}"}}}


def promised(*promises: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Promises with these sentences and steps."""
    return {
        "promises": [
            {"id": f"p{at}", "sentence": sentence, "steps": steps}
            for at, (sentence, steps) in enumerate(promises)
        ]
    }


def only_looking(*sentences: str) -> dict[str, Any]:
    return promised(*((sentence, [LOOKS]) for sentence in sentences))


def left_out(task: str, promises: dict[str, Any]) -> list[str]:
    return [each.words for each in acts_left_out(task, promises)]


STATIC = only_looking("The title is there.", "The form is there.", "Other addresses are refused.")


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("A notice board where people can add notes", ["add"]),
        (
            "A notice board: notes are added, saved and may be deleted",
            ["added", "saved", "deleted"],
        ),
        ("Notes that are saved", ["saved"]),
        ("A guest book where visitors leave a message", ["leave"]),
        ("a page where clients can book a table and cancel it", ["book"]),
        ("my team can vote for a place to eat", ["vote"]),
        ("I want to add recipes, search them and delete old ones", ["add", "delete"]),
        ("An app to save my recipes", ["save"]),
        ("A page for sending me a message", ["sending"]),
        ("Let people sign up for the course", ["sign-up"]),
        ("a blog where I can write, edit and delete posts", ["write", "edit", "delete"]),
        ("It shows a form. A visitor submits it.", ["submits"]),
    ],
)
def test_an_act_is_left_out_where_all_promises_only_look(task: str, words: list[str]) -> None:
    assert left_out(task, STATIC) == words
    assert {each.why for each in acts_left_out(task, STATIC)} == {ONLY_LOOKS}


@pytest.mark.parametrize(
    "task",
    [
        "A one page website for my bakery Sweet Crumbs",
        "A landing page for my book about saving money. Add a footer with my address.",
        "A guest list for my wedding, in alphabetical order",
        "A page with the posts and comments of my old blog",
        "A page with my saved recipes",
        "A page about how to register a car",
        "A page with a link to book a table at OpenTable",
        "A page for my shop where customers find the phone number to order",
        "Shows exchange rates and the customer orders of a store",
        "Count down from a number",
        "Vote results of the last election",
    ],
)
def test_what_nobody_changes_is_not_an_act(task: str) -> None:
    assert left_out(task, STATIC) == []


@pytest.mark.parametrize(
    "step",
    [
        SENDS,
        {"post": "/notes", "json": {"text": "${text}"}},
        {"request": {"method": "DELETE", "path": "/notes/1"}},
        {"run": ["add", "${text}"]},
        {"run": [], "stdin": "add milk\n"},
        {"click": "Add"},
        {"get": "/add?text=${text}"},
        {"together": [SENDS, SENDS]},
    ],
)
def test_a_promise_that_sends_something_covers_the_act(step: dict[str, Any]) -> None:
    sent = promised(("The title is there.", [LOOKS]), ("A note I add is shown.", [step, LOOKS]))
    assert left_out("A board where I can add notes", sent) == []


@pytest.mark.parametrize(
    "step",
    [
        LOOKS,
        {"request": {"method": "GET", "path": "/"}},
        {"run": []},
        {"open": "/"},
        {"get": "/notes/${number}"},
        {"restart": True},
        {"together": [LOOKS, LOOKS]},
    ],
)
def test_a_promise_about_the_act_that_only_looks_does_not_cover_it(step: dict[str, Any]) -> None:
    looks = promised(("A note I add is shown.", [step]))
    assert left_out("A board where I can add notes", looks)[0] == "add"


def test_each_kind_of_change_needs_a_promise_of_its_own() -> None:
    agreed = promised(
        ("A note I add is shown.", [SENDS, LOOKS]), ("A deleted note is gone.", [LOOKS])
    )
    assert left_out("A board where I can add and delete notes", agreed) == ["delete"]


def test_another_word_for_the_same_change_covers_it() -> None:
    agreed = promised(
        ("The page has a form to sign up.", [LOOKS]),
        ("Whoever enters an address is thanked.", [SENDS]),
        ("An order can be placed.", [SENDS]),
    )
    assert left_out("Visitors can subscribe to my newsletter", agreed) == []


def test_a_sentence_that_its_steps_do_not_carry_out_is_left_out() -> None:
    sentence = "Visitors can vote for a colour."
    agreed = only_looking("The title is there.", sentence, "Other addresses are refused.")
    assert left_out("A poll", agreed) == [sentence]


def test_a_promise_without_steps_is_tried_by_a_person() -> None:
    agreed = promised(("A note that I add is shown.", []), ("The title is there.", [LOOKS]))
    assert left_out("A board where I can add notes", agreed) == []


def test_without_promises_nothing_more_is_left_out() -> None:
    assert left_out("A board where I can add notes", promised()) == []
