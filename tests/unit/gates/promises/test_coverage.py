"""Which words of a task count as covered."""

from collections.abc import Mapping

import pytest

from toggle_core.gates.promises.coverage import uncovered_words
from toggle_core.gates.promises.model import Interface, Kind, LeftOut, Promise, Promises


def promised(
    *sentences: str, kind: Kind = Kind.CLI, left_out: Mapping[str, str] | None = None
) -> Promises:
    """Promises with these sentences."""
    return Promises(
        version=1,
        interface=Interface(kind),
        promises=tuple(
            Promise(f"p{at}", sentence, {}, ({"run": [], "expect": {"exit": 0}},))
            for at, sentence in enumerate(sentences)
        ),
        left_out=tuple(LeftOut(words, why) for words, why in (left_out or {}).items()),
    )


@pytest.mark.parametrize(
    ("task", "sentences"),
    [
        ("A program that adds up a list of numbers", ["It adds a list of numbers."]),
        ("Please build me an app to track my expenses", ["An expense I track is in the list."]),
        ("Shuffle a list of names", ["The names of the list are shuffled."]),
        ("A to-do list", ["What is added is in my to do list."]),
        ("a todo list", ["What is added is in the to-do list."]),
        ("send e-mails", ["An email is sent."]),
        ("Three columns", ["There are 3 columns."]),
        ("10 points a coffee", ["Each coffee gives ten points."]),
        ("sums over 1,000.50", ["Sums over 1000.5 are shown."]),
        ("A calculator", ["It calculates."]),
        ("notes: delete, list", ["I can delete notes and list them."]),
        ("Keep who paid", ["It shows who pays, and it is kept."]),
        ("It's my café\u2019s menu", ["The menu of the café is shown."]),
        ("a three-column board", ["The board has three columns."]),
    ],
)
def test_other_forms_of_a_word_cover_it(task: str, sentences: list[str]) -> None:
    assert uncovered_words(task, promised(*sentences)) == []


@pytest.mark.parametrize(
    ("task", "sentences", "uncovered"),
    [
        ("a to-do list where every employee has an account", ["A to-do list."],
         ["employee", "account"]),
        ("invoices that are sent as PDF", ["It makes invoices."], ["sent", "PDF"]),
        ("a quiz about planets", ["A quiz about plans."], ["planets"]),
        ("a contact form", ["The form contains text."], ["contact"]),
        ("ten points", ["It shows 100 points."], ["ten"]),
        ("a discount of 2.5", ["A discount of 25."], ["2.5"]),
        ("tasks, tasks and Tasks by tag", ["Nothing."], ["tasks", "tag"]),
        ('A page called "Sweet Crumbs"', ["The page is called sweet."], ["Sweet Crumbs"]),
        ("A shop named “The It”", ["The shop has a name."], ["The It"]),
        ("a Kanban-board", ["A board."], ["Kanban"]),
    ],
)  # fmt: skip
def test_a_word_that_no_sentence_mentions_is_found(
    task: str, sentences: list[str], uncovered: list[str]
) -> None:
    assert uncovered_words(task, promised(*sentences)) == uncovered


def test_quoted_words_are_covered_only_in_their_order() -> None:
    task = 'Greets with "Hello World"'
    assert uncovered_words(task, promised("It greets with Hello World!")) == []
    assert uncovered_words(task, promised("It greets the world with hello.")) == ["Hello World"]


def test_an_apostrophe_is_no_quotation_mark() -> None:
    task = "My team's tasks and Ann's tasks aren't mixed"
    assert uncovered_words(task, promised("Tasks of the team and of Ann")) == ["aren't", "mixed"]


def test_what_is_left_out_by_name_is_covered() -> None:
    left_out = {"syncing with my bank": "needs the bank's service"}
    promises = promised("It tracks expenses.", left_out=left_out)
    assert uncovered_words("Track expenses and sync with my bank", promises) == []


def test_the_reason_for_leaving_something_out_covers_nothing() -> None:
    promises = promised("It tracks expenses.", left_out={"sync": "needs the bank"})
    assert uncovered_words("Track expenses, sync, bank", promises) == ["bank"]


@pytest.mark.parametrize(
    ("kind", "uncovered"),
    [(Kind.WEB, []), (Kind.CLI, ["website", "page"]), (Kind.API, ["website", "page"])],
)
def test_the_kind_of_the_interface_answers_for_its_own_words(
    kind: Kind, uncovered: list[str]
) -> None:
    promises = promised("A menu.", kind=kind)
    assert uncovered_words("A website, one page with a menu", promises) == uncovered


@pytest.mark.parametrize(
    "task", ["", "   ", "?!", "Please build me a simple program.", "做一个待办事项列表"]
)
def test_a_task_without_words_that_can_be_looked_for_is_covered(task: str) -> None:
    assert uncovered_words(task, promised("Nothing.")) == []


def test_a_german_task_needs_its_own_words() -> None:
    task = "Erstelle eine einfache Liste für meine Bücher"
    assert uncovered_words(task, promised("Ein Buch steht in der Liste.")) == ["Bücher"]


def test_a_long_task_is_searched_quickly_and_each_word_is_named_once() -> None:
    words = [f"word{n}" for n in range(800)]
    task = " ".join(words * 2)[:10_000]
    assert uncovered_words(task, promised("Nothing.")) == list(dict.fromkeys(task.split()))
