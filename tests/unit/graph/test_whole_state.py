"""A thread that began before a channel existed goes on all the same."""

import json
from typing import Any, get_type_hints

import pytest

from tests.builders import FILES, Quick, no_vacuous
from tests.integration.proved_builders import GOOD
from tests.integration.told_builders import Changing
from toggle_core.builders.protocol import Base, Feedback, Project
from toggle_core.gates.model import GateResult, to_json
from toggle_core.graph.attempts import Limits
from toggle_core.graph.nodes import coder, planner, responder
from toggle_core.graph.state import AgentState, first_state, of_whole_state, whole
from toggle_core.words import Outcome, Stage

OLD: AgentState = {
    "task": "Say hello",
    "production": False,
    "plan": "The plan",
    "code": "x = 1\n",
    "entry": "main.py",
    "files": '{"main.py": "x = 1\\n"}',
    "how_to_run": "python main.py",
    "summary": "It says hello.",
    "response": "",
    "status": "processing",
    "stage": "coding",
    "attempt": 0,
    "verdict": "",
    "tokens_in": 3,
    "tokens_out": 4,
}
"""What the first version of the graph kept."""


@pytest.mark.parametrize(
    "node",
    [planner(Quick(), Limits(), no_vacuous), coder(Quick(), Limits(), no_vacuous), responder],
    ids=["plan", "code", "respond"],
)
def test_each_node_works_on_a_state_that_lacks_newer_channels(node: Any) -> None:
    with pytest.raises(KeyError):
        node(OLD)
    assert of_whole_state(node)(OLD)["stage"] in {Stage.CODING, Stage.RESPONDING, Stage.DONE}


def test_what_is_there_is_kept_and_what_is_missing_says_nothing() -> None:
    state = whole(OLD)
    assert {**state, **OLD} == state
    assert (state["review"], state["base"], state["gates"]) == (False, "", "")


def test_the_first_state_has_every_channel() -> None:
    assert set(first_state("Hi", production=True)) == set(get_type_hints(AgentState))


class Repairing(Changing):
    """Keeps what it is told of a repair."""

    feedback: Feedback | None = None

    def code(
        self, task: str, plan: str, feedback: Feedback | None = None, *, base: Base | None = None
    ) -> Project:
        """Keep it, and code."""
        self.feedback = feedback
        return super().code(task, plan, feedback, base=base)


def test_a_repair_is_told_of_the_base_and_of_the_files_as_they_stand() -> None:
    builder, base = Repairing(), Base(FILES, "main.py", "Say hello")
    failed = GateResult("tests", Outcome.FAILED, 0.5, "One failed.")
    state = first_state("In Welsh", production=True, base=base.to_json())
    state |= {"files": json.dumps(GOOD), "entry": "main.py", "gates": to_json([failed])}
    coder(builder, Limits(), no_vacuous)(state)
    assert builder.coded_with == [base]
    assert builder.feedback is not None
    assert builder.feedback.files == GOOD
