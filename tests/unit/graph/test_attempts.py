"""Which attempt is kept, and whether there is another one."""

import json

from toggle_core.gates.model import GateResult
from toggle_core.graph.attempts import (
    COSMETIC,
    REPEATED,
    Limits,
    after_gates,
    best_of,
    known_results,
)
from toggle_core.graph.state import AgentState, first_state
from toggle_core.words import GATES, Outcome

LIMITS = Limits(attempts=9)
CODE = "def double(number):\n    return number + 2\n"


def results(*failed: str, skipped: tuple[str, ...] = (), words: str = "") -> list[GateResult]:
    """What all gates said, with those that failed."""

    def outcome(gate: str) -> Outcome:
        if gate in failed:
            return Outcome.FAILED
        return Outcome.SKIPPED if gate in skipped else Outcome.PASSED

    return [GateResult(gate, outcome(gate), 1.0, f"{gate} {words}") for gate in GATES]


def attempt(state: AgentState, code: str, told: list[GateResult]) -> AgentState:
    """The state after another attempt was checked."""
    written: AgentState = {
        **state,
        "files": json.dumps({"main.py": code}),
        "code": code,
        "entry": "main.py",
        "attempt": state["attempt"] + 1,
    }
    return {**written, **after_gates(written, told, LIMITS)}


def first(code: str = CODE, *failed: str) -> AgentState:
    return attempt(first_state("Ask", production=True), code, results(*(failed or ("tests",))))


def kept(state: AgentState) -> str:
    return best_of(state)["code"]


def test_passed_gates_end_the_run() -> None:
    state = attempt(first_state("Ask", production=True), CODE, results())
    assert (state["stopped"], state["failure"]) == ("Every check passed.", "")


def test_skipped_gates_alone_are_no_reason_to_write_the_code_again() -> None:
    told = results(skipped=("start",))
    assert "could not be run" in attempt(first_state("A", production=True), CODE, told)["stopped"]


def test_a_failure_is_repaired() -> None:
    assert first()["stopped"] == ""


def test_a_repair_that_changed_the_code_gets_another_attempt_although_the_failure_is_the_same() -> (
    None
):
    assert attempt(first(), CODE.replace("+ 2", "* 2"), results("tests"))["stopped"] == ""


def test_a_repair_that_changed_nothing_ends_the_run() -> None:
    assert attempt(first(), CODE, results("tests"))["stopped"] == REPEATED


def test_a_repair_of_comments_alone_ends_the_run_when_the_failure_is_the_same() -> None:
    assert attempt(first(), f"# Better.\n{CODE}", results("tests"))["stopped"] == COSMETIC


def test_a_repair_of_comments_alone_goes_on_when_another_gate_fails_or_in_another_way() -> None:
    commented = f"# Better.\n{CODE}"
    for told in (results("lint"), results("tests", "lint"), results("tests", words="other")):
        assert attempt(first(), commented, told)["stopped"] == ""


def test_every_failed_gate_counts_for_the_same_failure() -> None:
    two = first(CODE, "lint", "tests")
    assert attempt(two, f"# Better.\n{CODE}", results("lint"))["stopped"] == ""
    assert attempt(two, f"# Better.\n{CODE}", results("lint", "tests"))["stopped"] == COSMETIC


def test_what_the_gates_said_of_the_same_project_is_known() -> None:
    state = first()
    assert known_results(state) == results("tests")
    assert known_results({**state, "files": json.dumps({"main.py": "x"})}) == []
    assert known_results({**state, "entry": "other.py"}) == []


def test_a_reason_for_a_changed_test_makes_the_same_files_worth_checking() -> None:
    reasons = json.dumps({"test_a": "test was wrong: it doubled"})
    assert known_results({**first(), "test_changes": reasons}) == []


def test_what_the_gates_said_of_the_best_attempt_is_known_after_a_worse_one() -> None:
    worse = attempt(first(), "x = 1\n", results("tests", "start"))
    again: AgentState = {**worse, "files": json.dumps({"main.py": CODE})}
    assert known_results(again) == results("tests")
    assert attempt(worse, CODE, known_results(again))["stopped"] == REPEATED


def test_the_attempt_that_passed_more_gates_is_kept() -> None:
    worse = attempt(first(), "x = 1\n", results("tests", "start"))
    assert kept(worse) == CODE
    assert kept(attempt(worse, "x = 2\n", results("lint"))) == "x = 2\n"


def test_the_later_of_equal_attempts_is_kept() -> None:
    assert kept(attempt(first(), "x = 1\n", results("start"))) == "x = 1\n"


def test_the_limit_of_attempts_ends_the_run() -> None:
    state: AgentState = {**first(), "attempt": 3}
    decided = after_gates(
        {**state, "files": json.dumps({"main.py": "x = 1\n"})}, results("tests"), Limits(attempts=3)
    )
    assert decided["stopped"] == "The limit of 3 attempts was reached."


def test_a_thread_of_an_earlier_version_has_no_known_results() -> None:
    old: AgentState = {**first(), "checked": "", "best": ""}
    assert known_results(old) == []


def test_what_the_gates_of_an_earlier_version_said_is_not_known() -> None:
    old = attempt(first(), CODE, results("tests")[:7])
    assert known_results(old) == []
