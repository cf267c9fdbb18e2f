"""Tests that are gone or check less fail the gate ``tests``, unless the builder says why."""

import pytest

from toggle_core.gates.changed_tests import NOT_COMPARED, explain, with_changed_tests
from toggle_core.gates.checks.test_changes import LostTest
from toggle_core.gates.model import ChangedTest, GateResult, from_json, to_json
from toggle_core.words import Outcome

PASSED = GateResult("tests", Outcome.PASSED, 1.0, "3 tests ran and passed.", "passed: test_b")
FAILED = GateResult("tests", Outcome.FAILED, 1.0, "1 of 3 tests failed.", "test_b failed")
GONE = LostTest("test_a.py::test_add", 2, None)
WEAK = LostTest("test_a.py::TestIt::test_sub", 3, 1)
REASON = "test was wrong: 1 + 1 is 2"


def given(*lost: LostTest, **reasons: str) -> list[str]:
    return [test.reason for test in explain(lost, reasons)]


@pytest.mark.parametrize(
    "name", ["test_add", "test_a.py::test_add", " test_add "], ids=["short", "whole", "spaces"]
)
def test_a_reason_is_found_by_the_name_of_its_test(name: str) -> None:
    assert explain([GONE, WEAK], {name: REASON}) == (
        ChangedTest("test_a.py::test_add", 2, None, REASON),
        ChangedTest("test_a.py::TestIt::test_sub", 3, 1, ""),
    )


@pytest.mark.parametrize("name", ["add", "est_add", "a.py::test_add", "TestIt", "", "test_sub::"])
def test_a_part_of_a_name_explains_nothing(name: str) -> None:
    assert [test.reason for test in explain([GONE, WEAK], {name: REASON})] == ["", ""]


def test_a_name_that_fits_two_tests_explains_neither() -> None:
    other = LostTest("test_b.py::test_add", 1, None)
    assert given(GONE, other, test_add=REASON) == ["", ""]


@pytest.mark.parametrize(
    "reason",
    ["Test was wrong: the total was off", "feature removed as asked: no more points"],
)
def test_both_kinds_of_reason_count(reason: str) -> None:
    assert given(GONE, test_add=reason) == [reason]


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "test was wrong",
        "test was wrong: ",
        "test was wrong: !",
        "it failed",
        "x test was wrong: y",
    ],
)
def test_other_reasons_do_not_count(reason: str) -> None:
    assert given(GONE, test_add=reason) == [""]


def test_a_lost_test_fails_tests_that_pass_and_is_named() -> None:
    result = with_changed_tests(PASSED, explain([GONE, WEAK], {}))
    assert result.outcome is Outcome.FAILED
    assert result.summary == (
        "2 earlier tests are gone or check less than before: test_add, TestIt::test_sub."
        " 3 tests ran and passed."
    )
    assert result.detail.startswith(
        "gone: test_a.py::test_add (it made 2 checks)\n"
        "checks less: test_a.py::TestIt::test_sub (1 check instead of 3)\n"
        "Put each test back, or give a reason"
    )
    assert result.detail.endswith("passed: test_b")
    assert len(result.lost_tests) == 2


def test_an_explained_test_passes_and_its_reason_is_shown() -> None:
    result = with_changed_tests(PASSED, explain([GONE], {"test_add": REASON}))
    assert result.outcome is Outcome.PASSED
    assert result.summary == (
        "3 tests ran and passed. 1 earlier test is gone or checks less than before, for reasons"
        " that the builder gives: test_add."
    )
    assert f"    the builder's reason: {REASON}" in result.detail
    assert "Put each test back" not in result.detail
    assert result.lost_tests == ()


def test_one_of_two_explained_is_not_enough() -> None:
    result = with_changed_tests(PASSED, explain([GONE, WEAK], {"test_add": REASON}))
    assert result.outcome is Outcome.FAILED
    assert "gone or checks less than before: TestIt::test_sub. 3 tests" in result.summary


def test_a_failure_stays_a_failure_and_both_are_told() -> None:
    result = with_changed_tests(FAILED, explain([GONE], {"test_add": REASON}))
    assert result.outcome is Outcome.FAILED
    assert result.summary.startswith("1 of 3 tests failed. 1 earlier test")


def test_a_skip_becomes_a_failure_where_a_test_is_lost() -> None:
    skipped = GateResult("tests", Outcome.SKIPPED, 0.0, "It needs a key.")
    assert with_changed_tests(skipped, explain([GONE], {})).outcome is Outcome.FAILED


def test_many_lost_tests_are_counted_and_the_first_are_named() -> None:
    lost = [LostTest(f"test_a.py::test_{number}", 1, None) for number in range(3_000)]
    result = with_changed_tests(PASSED, explain(lost, {}))
    assert "3000 earlier tests" in result.summary
    assert "test_4 and 2995 more." in result.summary
    assert len(result.detail) < 17_000


def test_without_changed_tests_nothing_changes() -> None:
    assert with_changed_tests(PASSED, ()) == PASSED


def test_what_could_not_be_compared_does_not_pass() -> None:
    result = with_changed_tests(PASSED, None)
    assert (result.outcome, result.summary) == (Outcome.SKIPPED, NOT_COMPARED)
    assert with_changed_tests(FAILED, None) == FAILED


def test_changed_tests_survive_being_stored_and_are_missing_in_older_results() -> None:
    result = with_changed_tests(PASSED, explain([GONE], {"test_add": REASON}))
    assert from_json(to_json([result])) == [result]
    older = to_json([PASSED]).replace(', "changed_tests": []', "")
    assert from_json(older) == [PASSED]
