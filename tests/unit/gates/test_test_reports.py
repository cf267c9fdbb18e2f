"""A report of tests is judged by what was found in the code, and by the decoys."""

from typing import Any

import pytest

from toggle_core.gates.checks.tests import judge
from toggle_core.gates.harness.outcomes import RunReport, read_run
from toggle_core.words import Outcome

FILES = {"test_a.py": "def test_one():\n    assert f() == 1\n"}
ONE = "test_a.py::test_one"


def expected(name: str = ONE, **changed: Any) -> dict[str, Any]:
    return {"id": name, "definition": f"{name}:1", "checks": 1} | changed


def skip(name: str, reason: str = "later", **changed: Any) -> dict[str, Any]:
    return {"name": name, "reason": reason, "elsewhere": False} | changed


def report(*more: str, outcomes: dict[str, str] | None = None, **changed: Any) -> dict[str, Any]:
    """Return a report of good tests, with parts changed; those of the run by their own names."""
    names = [ONE, *more]
    written = {
        "outcomes": dict.fromkeys(names, "passed") | (outcomes or {}),
        "texts": {},
        "skips": [],
        "uncollected": {},
        "skipped_files": [],
        "lost": [],
        "ended": True,
        "complete": True,
        "forged": 0,
    }
    own = {name: changed.pop(name) for name in list(changed) if name in written}
    good = {
        "test_files": ["test_a.py"],
        "tests": [expected(name) for name in dict.fromkeys(each.split("[")[0] for each in names)],
        "hidden": [],
        "meddling": [],
        "meddling_at_run_time": [],
        "touches_program": True,
        "written": written | own,
        "decoys": ["test_x.py::bad"],
        "order": {"seed": 7},
    }
    return good | changed


def verdict_on(told: dict[str, Any]) -> tuple[Outcome, str]:
    judged = judge(FILES, told, "output")
    return judged.outcome, judged.summary


def failure(told: dict[str, Any]) -> str:
    outcome, summary = verdict_on(told)
    assert outcome is Outcome.FAILED
    return summary


def test_good_report_passes() -> None:
    told = report()
    assert verdict_on(told) == (Outcome.PASSED, "1 test passed, in random order too.")
    assert "random order: seed 7" in judge(FILES, told, "").detail


def test_report_without_random_order_does_not_claim_it() -> None:
    assert verdict_on(report(order={})) == (Outcome.PASSED, "1 test passed.")


def test_cases_of_a_parametrized_test_count_each() -> None:
    told = report("test_a.py::TestIt::test_two[3-x]", "test_a.py::test_one[::]")
    assert verdict_on(told)[1] == "3 tests passed, in random order too."


def test_test_that_is_not_in_the_code_is_not_counted() -> None:
    told = report(outcomes={"test_a.py::test_invented": "passed"})
    assert verdict_on(told)[1] == "1 test passed, in random order too."


def test_test_without_a_check_is_named_and_not_counted() -> None:
    two = "test_a.py::test_two"
    told = report(two, tests=[expected(), expected(two, checks=0)])
    assert verdict_on(told) == (
        Outcome.PASSED,
        "1 test passed, in random order too; test_two checks nothing and does not count.",
    )
    assert failure(report(tests=[expected(checks=0)])) == "The tests run, but check nothing."


def test_failed_tests_are_named() -> None:
    two = "test_a.py::test_two"
    told = report(two, outcomes={two: "failed"}, texts={two: "assert 1 == 2"})
    assert failure(told) == "1 of 2 tests failed: test_two."
    assert "assert 1 == 2" in judge(FILES, told, "").detail


def test_only_the_first_failed_tests_are_named() -> None:
    names = [f"test_a.py::test_{number}" for number in range(8)]
    told = report(*names, outcomes=dict.fromkeys(names, "failed"), texts=dict.fromkeys(names, ""))
    assert failure(told).endswith(": test_0, test_1, test_2, test_3, test_4 and 3 more.")


def test_skipped_tests_are_named_with_their_reason() -> None:
    two, three = "test_a.py::test_two", "test_a.py::test_three"
    told = report(
        two,
        three,
        outcomes={two: "skipped", three: "skipped"},
        skips=[skip(two), skip(three, "could not import 'numpy': No module named 'numpy'")],
    )
    assert failure(told) == (
        "2 of 3 tests were skipped: test_two (later), test_three (needs the package numpy)."
    )


def test_tests_of_a_file_that_skips_itself_are_named() -> None:
    two = "test_b.py::test_two"
    told = report(tests=[expected(), expected(two)], skipped_files=[skip("test_b.py")])
    assert failure(told) == "1 of 2 tests was skipped: test_two (later)."


@pytest.mark.parametrize("marked", [True, False])
def test_skip_for_another_platform_is_reported_and_allowed(marked: bool) -> None:
    two = "test_a.py::test_two"
    told = report(
        two,
        outcomes={two: "skipped"},
        skips=[skip(two, elsewhere=not marked)],
        tests=[expected(), expected(two, skipped=marked)],
    )
    assert verdict_on(told) == (
        Outcome.PASSED,
        "1 test passed, in random order too; skipped, because for another platform: test_two.",
    )


def test_test_without_cases_is_named() -> None:
    empty = "test_a.py::test_two[NOTSET]"
    told = report(
        empty,
        outcomes={empty: "skipped"},
        skips=[skip(empty, "got empty parameter set for (n)")],
    )
    assert failure(told) == "1 of 2 tests was skipped: test_two (has no cases)."


def test_expected_failure_fails() -> None:
    two = "test_a.py::test_two"
    told = report(two, outcomes={two: "xfailed"})
    assert failure(told) == "1 of 2 tests is marked as expected to fail: test_two."


def test_test_of_which_nothing_is_reported_is_named() -> None:
    told = report(tests=[expected(), expected("test_a.py::TestIt::test_two")])
    assert failure(told) == "1 of 2 tests never ran: test_two."


def test_case_that_was_collected_and_never_ran_is_named() -> None:
    assert failure(report(lost=["test_a.py::test_one[3]"])) == (
        "1 of 2 tests never ran: test_one[3]."
    )


def test_test_defined_for_another_platform_may_be_missing() -> None:
    told = report(tests=[expected(), expected("test_a.py::test_two", elsewhere=True)])
    assert verdict_on(told)[0] is Outcome.PASSED


@pytest.mark.parametrize(("spare", "outcome"), [(True, Outcome.PASSED), (False, Outcome.FAILED)])
def test_class_made_to_be_inherited_may_be_missing(spare: bool, outcome: Outcome) -> None:
    base = expected("test_a.py::TestBase::test_one", definition=f"{ONE}:1", spare=spare)
    assert verdict_on(report(tests=[expected(), base]))[0] is outcome


def test_test_of_a_missing_package_names_it() -> None:
    text = "E   ModuleNotFoundError: No module named 'flask'"
    told = report(uncollected={"test_b.py": text})
    assert "needs the package flask" in failure(told)


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("E       fixture 'mocker' not found", "pytest-mock"),
        ("async def functions are not natively supported.", "pytest-asyncio"),
    ],
)
def test_test_of_a_missing_plugin_names_it(text: str, package: str) -> None:
    told = report(outcomes={ONE: "failed"}, texts={ONE: text})
    assert f"needs the package {package}" in failure(told)


def test_failure_in_another_order_names_test_and_seed() -> None:
    order = {"seed": 41, "backwards": True, "failed": {ONE: "assert [] == 1"}, "again": {}}
    told = report(order=order)
    assert failure(told) == "Tests that fail in another order (seed 41): test_one."
    assert "(seed 41, backwards)\nassert [] == 1" in judge(FILES, told, "").detail


def test_failure_in_the_same_order_is_not_blamed_on_the_order() -> None:
    order = {"seed": 41, "backwards": False, "failed": {ONE: ""}, "again": {ONE: ""}}
    assert failure(report(order=order)) == (
        "Tests that pass at one time and fail at another: test_one."
    )


MEDDLES = "The project changes how its tests are run or reported."
CUT_OFF = "The tests were cut off before all had run."

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no tests": ({"tests": []}, "The project has no tests."),
    "meddling read": ({"meddling": ["conftest.py:1: defines the hook x"]}, MEDDLES),
    "meddling seen": ({"meddling_at_run_time": ["pytest.approx"]}, MEDDLES),
    "cannot fail": ({"cannot_fail": [ONE]}, MEDDLES),
    "not ended": ({"ended": False, "complete": False}, CUT_OFF),
    "decoys missing": ({"complete": False}, CUT_OFF),
    "forged": ({"forged": 1}, CUT_OFF),
    "no run": ({"written": {}}, CUT_OFF),
    "too slow": (
        {
            "too_slow": 30,
            "pace": {
                "running": "test_a.py::test_long",
                "slowest": [["test_a.py::test_b", 12.34], ["test_a.py::test_c[1]", 0.2]],
            },
            "written": {},
        },
        (
            "The tests used more than 30 s of processor time and had to be stopped. Still running:"
            " test_long. The slowest before: test_b (12.3 s), test_c[1] (0.2 s)."
        ),
    ),
    "no use": ({"touches_program": False}, "The tests never touch the program."),
    "not loaded": ({"uncollected": {"test_b.py": "boom"}}, "1 test file cannot be loaded."),
    "hidden": (
        {"hidden": ["test_a.py::test_one is defined 2 times, so only the last one runs"]},
        "test_one is defined 2 times, so only the last one runs.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_report_that_cannot_be_believed_fails(name: str) -> None:
    changed, sentence = BAD[name]
    assert failure(report(**changed)) == sentence


def test_report_says_when_it_is_not_known_whether_tests_can_fail() -> None:
    told = report(cannot_fail=None)
    assert verdict_on(told)[0] is Outcome.PASSED
    assert "took too long to find out whether" in judge(FILES, told, "").detail


def test_what_cannot_be_believed_comes_before_what_failed() -> None:
    assert failure(report(texts={ONE: ""}, outcomes={ONE: "failed"}, meddling=["x"])) == MEDDLES


def test_unfinished_report_shows_what_was_printed_without_the_decoys() -> None:
    output = "F.\n___ bad ___\ntest_x.py:6: in bad\n    assert 3 == 7\nE   assert 3 == 7\nbye\n"
    judged = judge(FILES, report(complete=False), output)
    assert "bye" in judged.detail
    assert "F." not in judged.detail
    assert "assert" not in judged.detail


DECOYS = {"test_x.py::bad": "failed", "test_x.py::good": "passed"}


def lines(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        *more,
        *({"test": name, "outcome": how, "text": ""} for name, how in DECOYS.items()),
        {"finished": 1},
    ]


def read(
    told: list[dict[str, Any]], decoys: dict[str, str] = DECOYS, exit_code: int = 1
) -> RunReport:
    return read_run(told, decoys, forged=0, exit_code=exit_code, processor_seconds=1.5)


def test_worst_phase_of_a_test_is_its_outcome() -> None:
    phases = [{"test": ONE, "outcome": how, "text": how} for how in ("passed", "failed", "passed")]
    run = read(lines(*phases))
    assert run.outcomes == {ONE: "failed"}
    assert run.texts == {ONE: "failed"}
    assert (run.ended, run.complete, run.tampered) == (True, True, False)


def test_decoys_are_no_tests_of_the_project() -> None:
    run = read(lines({"collected": [*DECOYS]}))
    assert (run.outcomes, run.texts, run.lost) == ({}, {}, ())


def test_run_in_which_a_decoy_passes_is_tampered_with() -> None:
    assert read(lines(), {"test_x.py::good": "failed"}).tampered


def test_run_in_which_a_decoy_is_missing_is_not_complete() -> None:
    run = read(lines(), DECOYS | {"test_x.py::other": "failed"})
    assert (run.ended, run.complete) == (True, False)


@pytest.mark.parametrize(
    ("more", "code"),
    [([], 0), ([], -9), ([{"finished": 0}], 1)],
    ids=["another exit code", "killed", "two ends"],
)
def test_run_that_did_not_end_by_itself_has_not_ended(
    more: list[dict[str, Any]], code: int
) -> None:
    assert not read(lines(*more), exit_code=code).ended
