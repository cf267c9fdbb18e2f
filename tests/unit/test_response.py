"""What the founder is told at the end of a run."""

import json

from toggle_core.gates.model import GateResult, to_json
from toggle_core.graph.response import respond
from toggle_core.graph.state import AgentState, first_state
from toggle_core.words import GATES, Outcome

PASSED = [GateResult(gate, Outcome.PASSED, 1.0, f"{gate} is fine.") for gate in GATES]


def ended(verdict: str, *, files: int = 3, gates: list[GateResult] | None = None) -> AgentState:
    """The final state of a run."""
    return {
        **first_state("Ask", production=gates is not None),
        "summary": "A program that says hello.",
        "how_to_run": "python main.py",
        "files": json.dumps({f"{number}.py": "" for number in range(files)}),
        "verdict": verdict,
        "attempt": 1,
        "gates": to_json(gates) if gates else "",
    }


def test_a_draft_says_what_it_is_how_to_run_it_and_that_nothing_was_checked() -> None:
    assert respond(ended("draft")) == (
        "A program that says hello.\n\n"
        "The project has 3 files. To run it, download it, open a terminal in its folder and type:"
        "\n\n    python main.py\n\n"
        "This is a quick draft: nothing has been checked."
    )


def test_one_file_is_one_file() -> None:
    assert "The project has 1 file. " in respond(ended("draft", files=1))


def test_a_proved_project_says_that_all_checks_passed() -> None:
    words = respond(ended("production-ready", gates=PASSED))
    assert words.endswith("It is production-ready: all 7 checks passed.")
    assert "draft" not in words


def test_the_number_of_attempts_is_told_where_there_was_more_than_one() -> None:
    state: AgentState = {**ended("production-ready", gates=PASSED), "attempt": 3}
    assert respond(state).endswith("all 7 checks passed. It took 3 attempts.")


def test_what_is_missing_is_listed_with_the_reason_there_was_no_further_attempt() -> None:
    gates = [
        *PASSED[:5],
        GateResult("tests", Outcome.FAILED, 1.0, "Two tests failed."),
        GateResult("start", Outcome.SKIPPED, 0.0, "There is no sandbox."),
    ]
    state: AgentState = {**ended("not-production-ready", gates=gates), "stopped": "No more tries."}
    words = respond(state)
    assert "It is not production-ready: 5 of 7 checks passed. What is missing:" in words
    assert "- **tests**: Two tests failed.\n- **start**: There is no sandbox." in words
    assert "No more tries.\n\nWhat you can do: " in words
    assert "syntax" not in words
