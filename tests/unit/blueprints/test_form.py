"""A project of the built-in builder is changed by a form: name, choices, lists and facts."""

import json

import pytest

from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.questions import read_questions, write_questions
from toggle_core.errors import FieldRefused
from toggle_core.gates.promises.reading import read_promises

TASK = "Create a landing page for a bakery called Crumbs"
QUIZ = "Create a quiz about world capitals"
UNITS = "Create a unit converter"
CSV = "Create a report from a CSV file"
OWN_QUIZ = "A quiz where I can add my own questions"


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
        (UNITS, "units", "Kg, pounds", "kilograms to pounds as its example"),
        (UNITS, "units", "square feet\nsquare_metres", "square feet to square metres"),
        (CSV, "measures", "Sales Rep", "by sales rep"),
        (CSV, "columns", "country; Order Date", "The sample also has country, Order Date"),
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
        (UNITS, "units", "miles, furlongs", "“furlongs” is not a unit it knows."),
        (UNITS, "units", "miles", "Units of the example: name two units, with a comma between"),
        (UNITS, "units", "miles, hours", "one measures length, the other time."),
        (CSV, "measures", "region, country", "Grouped by: name one only."),
        (QUIZ, "question", "One?|a|b", "Questions: write 2 to 30 questions, each on a line"),
        (QUIZ, "question", "One?|a|b\nTwo?|c", "“Two?” needs a right answer and at least one"),
        (QUIZ, "question", "One?|a|b\nTwo?|c|C", "“Two?” has the same answer twice."),
        (QUIZ, "question", "One?|a|b\nTwo?|a|b|c|d|e", "“Two?” has more than 4 answers."),
        (QUIZ, "question", "One?|a|b\nONE?|a|b", "is there twice."),
        (QUIZ, "question", "One?|${a}|b\nTwo?|a|b", "“One?” may not hold “${”."),
        (QUIZ, "question", f"One?|a|b\n{'x' * 10_000}|a|b", "is longer than 200 characters."),
        (QUIZ, "question", "x" * 10_000, "Questions: write 2 to 30 questions"),
        (QUIZ, "question", "One?|a|b\n |a|b", "a question has no text."),
        (OWN_QUIZ, "question", "\n".join(f"{each}?|a|b" for each in range(31)), "write 1 to 30"),
        (
            OWN_QUIZ,
            "question",
            "\n".join(f"{each}{'x' * 190}|a|b" for each in range(22)),
            "all questions together may have at most 4,000 characters.",
        ),
    ],
)
def test_what_a_project_cannot_have_is_refused_in_words(
    builder: Blueprints, task: str, name: str, typed: str, sentence: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        builder.with_fields(task, {name: typed})
    assert sentence in str(refused.value)


TYPED = """1. Which wool is <softest>? | Cashmere | Jute
2. What is 2+2? | 4 | 5 | 22"""
BLOCKS = """Which wool is <softest>?
a) Jute
b) Cashmere ✓

Q: What is 2+2?
Right answer: 4
Wrong: 5
Wrong: 22"""
STORED = (
    "- question: Which wool is <softest>? | Cashmere | Jute\n- question: What is 2+2? | 4 | 5 | 22"
)


@pytest.mark.parametrize("task", [QUIZ, OWN_QUIZ, "trivia on the command line"])
@pytest.mark.parametrize("typed", [TYPED, BLOCKS, TYPED.replace(" | ", "\t"), f"\r\n{TYPED}\r\n"])
def test_questions_of_a_quiz_are_typed_and_played(
    builder: Blueprints, task: str, typed: str
) -> None:
    changed = builder.with_fields(task, {"question": typed})
    assert changed == f"{task}\n\nWith:\n{STORED}"
    (shown,) = (field for field in builder.fields(changed) if field.name == "question")
    assert "one question a line" in shown.hint.casefold()
    assert builder.with_fields(changed, {"question": shown.value}) == changed
    plan = builder.plan(changed).text
    assert "your 2 " in plan
    project = builder.code(changed, plan)
    kept = json.loads(project.files.get("first_questions.json") or project.files["questions.json"])
    rows = kept if isinstance(kept, list) else kept["questions"]
    wool = ["Which wool is <softest>?", "Cashmere", "Jute"]
    assert rows[0] in (wool, {"question": wool[0], "right": wool[1], "wrong": wool[2:]})
    assert len(rows) == 2
    assert not project.unmet
    assert "Cashmere" in str(builder.promise(changed, plan).promises)
    assert "Lyon" not in str(builder.promise(changed, plan).promises)


def test_known_questions_are_there_to_be_changed(builder: Blueprints) -> None:
    (shown,) = (field for field in builder.fields(QUIZ) if field.name == "question")
    assert (
        shown.value.splitlines()[0]
        == "What is the capital of France? | Paris | Lyon | Marseille | Nice"
    )
    assert builder.with_fields(QUIZ, {"question": f"{shown.value}\n"}) == QUIZ
    assert "8 questions" in builder.plan(builder.with_fields(QUIZ, {"question": ""})).text


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("Which sign multiplies? | * | +", ("Which sign multiplies?", "*", "+")),
        ("What takes all? | *args | **kwargs", ("What takes all?", "*args", "**kwargs")),
        ("1. FC Köln plays in? | Köln | Bonn", ("1. FC Köln plays in?", "Köln", "Bonn")),
        ("Pick: a; b | a) x | b) y (right)", ("Pick: a; b", "y", "x")),
        ("Ends; or not? ; yes; no", ("Ends", "or not?", "yes", "no")),
        ("مرحبا؟ | نعم | لا", ("مرحبا؟", "نعم", "لا")),
        ("Tab?\u202e | {{x}} | \x00</script>", ("Tab?", "{{x}}", "</script>")),
        ("One?\na\nb\nTwo?\nc\nd", ("One?", "a", "b")),
    ],
)
def test_questions_are_read_as_people_write_them(typed: str, row: tuple[str, ...]) -> None:
    first = read_questions(typed)[0]
    assert first == row
    assert read_questions(write_questions([first])) == (first,)


@pytest.mark.parametrize("sign", ["z", "字"])
@pytest.mark.parametrize("task", [QUIZ, OWN_QUIZ, "trivia on the command line"])
def test_the_most_and_longest_questions_make_a_task_and_promises(
    builder: Blueprints, task: str, sign: str
) -> None:
    rows = [(f"{each} {sign * 48}?", sign * 40, f"{sign * 36}x") for each in range(100, 130)]
    changed = builder.with_fields(task, {"question": write_questions(rows)})
    assert len(changed) < 5_000
    promises = dict(builder.promise(changed, builder.plan(changed).text).promises or {})
    assert len(read_promises(promises).promises) == 5
    assert rows[-1][0] in str(promises)
