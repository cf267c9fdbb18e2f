"""The nodes: what each step of a run does. They do I/O only through the builder.

A node may run twice after a crash, so each touches nothing but what it returns. The ``stage`` it
returns is the one that comes next.
"""

import json
from typing import Protocol

from toggle_core.builders.protocol import Builder
from toggle_core.graph.cleaning import PLAN_LIMIT, clean, clean_project
from toggle_core.graph.response import respond
from toggle_core.graph.state import AgentState
from toggle_core.words import Stage, Status, Verdict


class Node(Protocol):
    """A step of the graph."""

    def __call__(self, state: AgentState) -> AgentState:
        """Return what changes in the state."""


def planner(builder: Builder) -> Node:
    """The node that plans the task."""

    def plan(state: AgentState) -> AgentState:
        planned = builder.plan(state["task"])
        return {
            "plan": clean(planned.text, PLAN_LIMIT),
            "stage": Stage.CODING.value,
            "tokens_in": state["tokens_in"] + planned.tokens_in,
            "tokens_out": state["tokens_out"] + planned.tokens_out,
        }

    return plan


def coder(builder: Builder) -> Node:
    """The node that writes the project for the plan."""

    def code(state: AgentState) -> AgentState:
        project = clean_project(builder.code(state["task"], state["plan"]))
        return {
            "code": project.files[project.entry],
            "entry": project.entry,
            "files": json.dumps(dict(project.files), ensure_ascii=False),
            "how_to_run": project.how_to_run,
            "summary": project.summary,
            "stage": Stage.RESPONDING.value,
            "attempt": state["attempt"] + 1,
            "tokens_in": state["tokens_in"] + project.tokens_in,
            "tokens_out": state["tokens_out"] + project.tokens_out,
        }

    return code


def responder(state: AgentState) -> AgentState:
    """The node that tells the founder what there is now."""
    return {
        "response": respond(state),
        "verdict": Verdict.DRAFT.value,
        "status": Status.COMPLETED.value,
        "stage": Stage.DONE.value,
    }
