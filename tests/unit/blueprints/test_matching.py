"""A task finds the one project it asks for, or none."""

import functools
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.matching import match
from toggle_core.builders.blueprints.slips import is_slip, is_swap

NONE = "none"
SETS = ("phrases", "held_out", "near_misses")
LEAST_ACCURACY = 0.95


@dataclass(frozen=True)
class Score:
    """How well a labelled set came out."""

    total: int
    none: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def accuracy(self) -> float:
        return 1 - (len(self.wrong) + len(self.missed)) / self.total

    def report(self) -> str:
        lines = [
            f"{self.accuracy:.1%} of {self.total} tasks right, {len(self.wrong)} false matches"
        ]
        return "\n".join([*lines, *self.wrong, *self.missed])


def labelled(name: str) -> dict[str, list[str]]:
    path = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def found(task: str) -> str:
    chosen = match(task, catalogue()).chosen
    return chosen.blueprint.name if chosen else NONE


@functools.cache
def score(name: str) -> Score:
    wrong, missed = [], []
    phrases = labelled(name)
    for wanted, tasks in phrases.items():
        for task in tasks:
            got = found(task)
            if got != wanted:
                kind = missed if got == NONE else wrong
                kind.append(f"  {task!r}: wanted {wanted}, found {got}")
    total = sum(map(len, phrases.values()))
    return Score(total, len(phrases[NONE]), tuple(wrong), tuple(missed))


@pytest.mark.parametrize("name", SETS)
def test_no_task_gets_a_wrong_project(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    result = score(name)
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {result.report()}\n")
    assert result.wrong == (), result.report()


@pytest.mark.parametrize("name", SETS)
def test_nearly_every_task_finds_its_project(name: str) -> None:
    result = score(name)
    assert result.accuracy >= LEAST_ACCURACY, result.report()


def test_the_labelled_set_is_large_enough_to_mean_something() -> None:
    result = score("phrases")
    assert result.total >= 120
    assert result.none >= 40
    assert set(labelled("phrases")) == {NONE, *(each.name for each in catalogue().blueprints)}


def test_no_task_is_labelled_twice() -> None:
    tasks = [task for name in SETS for group in labelled(name).values() for task in group]
    assert len(tasks) == len(set(tasks))


@pytest.mark.parametrize(
    "task",
    [
        "create a TO-DO list!!!",
        "  create\n a   to-do\tlist ",
        "Create a “to-do list”",
        "Create a 'to do list', please.",
        "CREATE A TODO-LIST",
        "Creating to-do lists",
    ],
)
def test_spelling_and_punctuation_do_not_matter(task: str) -> None:
    assert found(task) == "to-do-list"


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("pasword generator", "password-generator"),
        ("expence tracker", "expense-tracker"),
        ("create an invioce", "invoice"),
        ("unit convertre for miles", "unit-converter"),
        ("habbit tracker", "habit-tracker"),
    ],
)
def test_one_slip_of_the_pen_is_forgiven(task: str, name: str) -> None:
    assert found(task) == name


@pytest.mark.parametrize(
    ("written", "meant", "is_one"),
    [
        ("pasword", "password", True),
        ("passwordd", "password", True),
        ("passwird", "password", True),
        ("passwrod", "password", True),
        ("password", "password", False),
        ("bassword", "password", False),
        ("pswd", "password", False),
        ("passwrdo", "password", False),
        ("tracer", "tracker", True),
        ("cracker", "tracker", False),
        ("list", "lost", False),
    ],
)
def test_a_slip_is_one_letter_of_a_long_word(written: str, meant: str, is_one: bool) -> None:
    assert is_slip(written, meant) is is_one


@pytest.mark.parametrize(
    ("written", "meant", "is_one"),
    [
        ("wnat", "want", True),
        ("taks", "task", True),
        ("want", "want", False),
        ("wan", "want", False),
        ("wtan", "want", False),
        ("pap", "app", False),
    ],
)
def test_a_swap_is_two_neighbours_of_a_word_of_four_letters(
    written: str, meant: str, is_one: bool
) -> None:
    assert is_swap(written, meant) is is_one


def test_slips_in_the_words_around_a_project_are_forgiven() -> None:
    assert found("i wnat a simple todolist app pls, with due dates??") == "to-do-list"
    assert found("plaese craete a hello world app") == "hello-world"


@pytest.mark.parametrize(
    "task",
    [
        "steak tracker",
        "massage form",
        "sending tracker",
        "trucking expense tracker",
        "contract form",
        "a to-do list from a form",
        "litter counter",
        "lifting tracker",
    ],
)
def test_an_english_word_is_never_taken_for_another(task: str) -> None:
    assert found(task) == NONE


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("a landing page for a to-do list app", "landing-page"),
        ("a to-do list for my landing page project", "to-do-list"),
        ("REST API for a to-do list", "rest-api"),
        ("an expense tracker called Quiz Night", "expense-tracker"),
        ('a quiz called "Hello World"', "quiz"),
    ],
)
def test_a_project_named_inside_another_is_only_what_it_is_for(task: str, name: str) -> None:
    assert found(task) == name


@pytest.mark.parametrize(
    "feature",
    ["with login", "in Rust", "for iPhone", "with email reminders", "using Django", "on AWS"],
)
@pytest.mark.parametrize(
    "project",
    ["a to-do list", "a quiz", "an expense tracker", "a URL shortener", "an invoice maker"],
)
def test_a_feature_no_project_has_is_never_passed_over(project: str, feature: str) -> None:
    assert found(f"Create {project}") != NONE
    assert found(f"Create {project} {feature}") == NONE


def test_what_a_project_does_not_have_may_be_unwanted() -> None:
    assert found("a to-do list without login and without cloud sync") == "to-do-list"


def test_what_a_project_has_cannot_be_unwanted() -> None:
    assert found("a to-do list without priorities") == NONE
    assert found("a REST API for books, not SQLite") == NONE


def test_two_projects_at_once_are_refused() -> None:
    assert found("a to-do list and a habit tracker") == NONE


@pytest.mark.parametrize("task", ["", " ", "\n", "?", "👩‍🍳", "x" * 10_000, "the " * 2_500])
def test_a_task_that_says_nothing_finds_nothing(task: str) -> None:
    assert found(task) == NONE


@pytest.mark.parametrize("text", ["add, ", "1 to ", "no login ", "for my ", "to ", "I am a x. "])
def test_ten_thousand_characters_are_matched_in_linear_time(text: str) -> None:
    began = time.process_time()
    assert found((text * 10_000)[:10_000]) == NONE
    assert time.process_time() - began < 60


def test_every_example_finds_its_own_blueprint() -> None:
    for blueprint in catalogue().blueprints:
        assert found(blueprint.example) == blueprint.name
