"""Tests that a repair or a change loses keep it from being ready, unless it says why."""

from collections.abc import Iterator

import pytest

from tests.integration.building import Build, outcome_of
from tests.integration.executors import executors
from tests.integration.proved_builders import GOOD, MAIN, TESTS, Answering
from toggle_core.runs.attempts import list_attempts
from toggle_core.store.database import Database
from toggle_core.words import Verdict

SECOND = """

def test_nobody_is_greeted_too() -> None:
    assert greeting("") == "Hello, !"
"""
TWO = GOOD | {"test_main.py": TESTS + SECOND}
FAILING = TWO | {"test_main.py": TESTS + SECOND.replace("Hello", "Bye")}
KINDLY = GOOD | {"main.py": MAIN.replace("Says hello", "Says hello kindly")}
REASON = "feature removed as asked: nobody is **not** greeted"


@pytest.fixture
def build(shared_database: Database) -> Iterator[Build]:
    with executors(shared_database) as new:
        yield Build(shared_database, new)


def test_a_repair_that_drops_the_failing_test_is_not_ready(build: Build) -> None:
    builder = Answering({"files": FAILING}, {"files": GOOD})
    run = build(builder)
    assert run.verdict is Verdict.NOT_READY
    dropped = list_attempts(build.database, run.id)[1]
    said = next(result for result in dropped.gates if result.gate == "tests")
    assert said.summary.startswith(
        "1 earlier test is gone or checks less than before: test_nobody_is_greeted_too."
    )
    told = builder.feedback[2]
    assert told is not None
    assert "give a reason" in told.failures[0].detail


def test_an_attempt_that_lost_tests_is_not_kept_instead_of_one_that_did_not(build: Build) -> None:
    run = build(Answering({"files": FAILING}, {"files": GOOD}))
    assert run.files == FAILING
    assert outcome_of(run, "tests") == "failed: 1 of 2 tests failed: test_nobody_is_greeted_too."


def test_a_repair_that_puts_the_test_back_is_ready(build: Build) -> None:
    run = build(Answering({"files": FAILING}, {"files": GOOD}, {"files": TWO}))
    assert (run.verdict, run.attempt) == (Verdict.READY, 3)


def test_a_repair_that_gives_its_reason_is_ready_and_shows_it(build: Build) -> None:
    reasons = {"test_nobody_is_greeted_too": "test was wrong: nobody is greeted with Hello"}
    run = build(Answering({"files": FAILING}, {"files": GOOD, "test_changes": reasons}))
    assert run.verdict is Verdict.READY
    assert (
        "Tests that are gone or check less than before, with the builder's reasons:\n\n"
        "- test_main.py::test_nobody_is_greeted_too: “test was wrong: nobody is greeted"
        " with Hello”" in str(run.response)
    )
    assert "for reasons that the builder gives" in outcome_of(run, "tests")


def test_a_change_that_drops_a_test_of_its_base_is_not_ready(build: Build) -> None:
    before = build(Answering({"files": TWO}))
    assert before.verdict is Verdict.READY
    run = build(Answering({"files": KINDLY}), change=before.id)
    assert run.verdict is Verdict.NOT_READY
    assert "failed: 1 earlier test is gone" in outcome_of(run, "tests")
    assert "test_nobody_is_greeted_too" in str(run.response)


def test_a_change_that_explains_a_dropped_test_is_ready_and_quotes_the_reason(
    build: Build,
) -> None:
    before = build(Answering({"files": TWO}))
    reasons = {"test_main.py::test_nobody_is_greeted_too": REASON}
    run = build(Answering({"files": KINDLY, "test_changes": reasons}), change=before.id)
    assert run.verdict is Verdict.READY
    assert "nobody is \\*\\*not\\*\\* greeted”" in str(run.response)


def test_a_reason_that_comes_with_the_repair_is_heard_although_no_file_changed(
    build: Build,
) -> None:
    before = build(Answering({"files": TWO}))
    answers = (
        {"files": KINDLY},
        {"files": KINDLY, "test_changes": {"test_nobody_is_greeted_too": REASON}},
    )
    run = build(Answering(*answers), change=before.id)
    assert (run.verdict, run.attempt) == (Verdict.READY, 2)


def test_a_change_of_a_draft_misses_the_tests_of_the_draft(build: Build) -> None:
    before = build(Answering({"files": TWO}), production=False)
    run = build(Answering({"files": KINDLY}), change=before.id)
    assert run.verdict is Verdict.NOT_READY


def test_a_reason_that_is_no_reason_is_none(build: Build) -> None:
    before = build(Answering({"files": TWO}))
    reasons = {"test_nobody_is_greeted_too": "It was in the way."}
    run = build(Answering({"files": KINDLY, "test_changes": reasons}), change=before.id)
    assert run.verdict is Verdict.NOT_READY
    assert "in the way" not in str(run.response)
