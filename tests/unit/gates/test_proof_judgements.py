"""What the gate ``proof`` says of what the harness counted."""

from typing import Any

import pytest

from toggle_core.gates.checks.proof import judge
from toggle_core.gates.checks.proof_jobs import join
from toggle_core.words import Outcome


def tried(fate: str, number: int) -> dict[str, Any]:
    """Return a mistake and what became of it."""
    return {
        "path": "shop.py",
        "line": number,
        "function": "total",
        "operator": "boundary",
        "before": "a < b",
        "after": "a <= b",
        "fate": fate,
        "tests": ["test_shop.py::test_total"] if fate != "unreached" else [],
    }


def report(**changed: Any) -> dict[str, Any]:
    """Return a report of the harness; ``fates`` says how many mistakes had each fate."""
    fates: dict[str, int] = changed.pop("fates", {"noticed": 20})
    found = [fate for fate, number in fates.items() for _ in range(number)]
    return {
        "planned": len(found),
        "seed": "abc",
        "seconds": 3.25,
        "runs": 20,
        "tests": 4,
        "trouble": "",
        "flaky": [],
        "dated": {"days": [], "tests": []},
        "unseeded": [],
        "readers": [],
        "idle_functions": [],
        "runs_program": True,
        "tried": [tried(fate, number + 1) for number, fate in enumerate(found)],
        "neutral": 4,
        "neutral_failed": [],
        "sampled": 0,
        "tampered": 0,
        **changed,
    }


@pytest.mark.parametrize(
    ("noticed", "survived", "outcome", "listed"),
    [
        (49, 51, Outcome.FAILED, True),
        (50, 50, Outcome.PASSED, True),
        (79, 21, Outcome.PASSED, True),
        (80, 20, Outcome.PASSED, False),
    ],
)
def test_thresholds_decide_what_fails_and_what_is_advice(
    noticed: int, survived: int, outcome: Outcome, *, listed: bool
) -> None:
    judged = judge(report(fates={"noticed": noticed, "survived": survived}))
    assert judged.outcome is outcome
    only = "only " if outcome is Outcome.FAILED else ""
    assert judged.summary == (
        f"We broke it quietly in 100 ways; its tests noticed {only}{noticed}."
    )
    line = f"shop.py:{noticed + 1} total: a < b -> a <= b (run by test_total)"
    assert (line in judged.detail) is listed
    assert judged.proof is not None
    assert judged.proof.strength == noticed


def test_places_that_no_test_runs_count_as_missed() -> None:
    judged = judge(report(fates={"noticed": 10, "survived": 5, "unreached": 6}))
    assert judged.outcome is Outcome.FAILED
    assert judged.proof is not None
    assert (judged.proof.strength, judged.proof.unreached) == (48, 6)
    assert "shop.py:16 total: a < b -> a <= b (no test runs this line)" in judged.detail


def test_crashes_count_for_nobody_and_are_told_where_they_are_most() -> None:
    few = judge(report(fates={"noticed": 10, "unjudged": 10}))
    assert few.summary == "We broke it quietly in 10 ways; its tests noticed 10."
    most = judge(report(fates={"noticed": 10, "unjudged": 11}))
    assert most.summary == (
        "We broke it quietly in 10 ways; its tests noticed 10. "
        "11 more of 21 only made it crash, which shows nothing."
    )
    assert most.outcome is Outcome.PASSED


def test_nothing_but_crashes_fails() -> None:
    assert judge(report(fates={"unjudged": 20})).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("changed", "summary"),
    [
        (
            {"flaky": ["test_a.py::test_one", "test_a.py::T::test_two[3]"]},
            "Tests that pass at one time and fail at another: test_one, test_two[3].",
        ),
        (
            {"neutral_failed": [{**tried("", 3), "test": "test_a.py::test_hash"}]},
            "Tests fail although the program still does the same: test_hash.",
        ),
        ({"tampered": 1}, "The project changes how its tests are run or reported."),
        (
            {"fates": {"noticed": 5}, "idle_functions": ["a.py:3 half"]},
            "No test runs half.",
        ),
        (
            {"fates": {"survived": 5}},
            "We broke it quietly in 5 ways; its tests noticed none.",
        ),
        ({"fates": {}, "runs_program": False}, "The tests never run the program."),
    ],
)
def test_what_cannot_be_believed_fails(changed: dict[str, Any], summary: str) -> None:
    judged = judge(report(**changed))
    assert (judged.outcome, judged.summary) == (Outcome.FAILED, summary)


@pytest.mark.parametrize(
    ("changed", "summary"),
    [
        (
            {"fates": {"noticed": 6, "survived": 2, "unjudged": 3}},
            "Small program: its tests noticed 6 of 8.",
        ),
        (
            {"idle_functions": ["a.py:3 half"]},
            "We broke it quietly in 20 ways; its tests noticed 20.",
        ),
    ],
)
def test_what_is_strong_enough_passes(changed: dict[str, Any], summary: str) -> None:
    judged = judge(report(**changed))
    assert (judged.outcome, judged.summary) == (Outcome.PASSED, summary)


def test_a_sample_cut_short_by_time_is_not_a_small_program() -> None:
    judged = judge(report(fates={"noticed": 9, "survived": 1}, planned=60))
    assert judged.summary == "We broke it quietly in 10 ways; its tests noticed 9."
    assert "Time was up after 10 of 60 planned mistakes." in judged.detail


def test_tests_that_could_not_be_run_again_are_skipped_with_the_reason() -> None:
    judged = judge(report(fates={}, tests=0, trouble="test_a.py: ImportError", planned=9))
    assert judged.outcome is Outcome.SKIPPED
    assert "test_a.py: ImportError" in judged.detail


def test_survivors_and_names_are_bounded() -> None:
    names = [f"test_a.py::test_{'x' * 500}_{number}" for number in range(900)]
    judged = judge(report(fates={"survived": 60}, flaky=names))
    assert judged.proof is not None
    assert (len(judged.proof.survivors), len(judged.proof.flaky)) == (30, 30)
    assert len(judged.summary) < 1_500
    assert len(judged.detail) < 17_000


def test_tests_of_today_fail_by_name_with_the_other_days() -> None:
    dated = {"days": ["29 February 2028", "1 June 2027"], "tests": ["test_a.py::test_due"]}
    judged = judge(report(dated=dated))
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == (
        "Tests that pass today and fail on other days (29 February 2028 and 1 June 2027): test_due."
    )
    assert "passes only today: test_a.py::test_due" in judged.detail


def test_tests_unsteady_in_either_job_are_named_and_their_other_failures_are_not() -> None:
    failed = [{**tried("noticed", 1), "test": f"test_shop.py::test_{name}"} for name in "ab"]
    breaking = report(runs=1, flaky=["test_shop.py::test_c"], neutral_failed=failed)
    repeated = {
        "runs": 19,
        "flaky": ["test_shop.py::test_a"],
        "dated": {"days": ["29 February 2028"], "tests": []},
        "trouble": "late",
        "seconds": 2.0,
        "tampered": 1,
    }
    both = join(breaking, repeated)
    assert both["flaky"] == ["test_shop.py::test_a", "test_shop.py::test_c"]
    assert both["neutral_failed"] == failed[1:]
    assert (both["runs"], both["trouble"], both["seconds"], both["tampered"]) == (
        20,
        "late",
        5.25,
        1,
    )
