"""The nodes: what each step of a run does. They do I/O only through the builder.

A node may run twice after a crash, so each touches nothing but what it returns. The ``stage`` it
returns is the one that comes next.
"""

import json
from typing import Final, Protocol

from langgraph.types import interrupt

from toggle_core.builders.protocol import (
    Builder,
    Feedback,
    GateFailure,
    Plan,
    Project,
    base_from_json,
    can_continue,
)
from toggle_core.errors import BuildFailed, ContinuationRefused, TokensUsedUp
from toggle_core.gates.model import GateResult, failures, from_json, verdict
from toggle_core.graph.attempts import Limits, best_of
from toggle_core.graph.cleaning import clean, clean_project
from toggle_core.graph.response import respond
from toggle_core.graph.state import AgentState
from toggle_core.words import ERROR_LIMIT, PLAN_LIMIT, Stage, Status, Verdict

FEEDBACK_LIMIT: Final = 16_000
"""Characters of the output of all failed gates that the coder reads."""


class Node(Protocol):
    """A step of the graph."""

    def __call__(self, state: AgentState) -> AgentState:
        """Return what changes in the state."""


def planner(builder: Builder, limits: Limits) -> Node:
    """The node that plans the task.

    Args:
        builder: plans and codes.
        limits: how much a run may use, which an earlier try may have used up.
    """

    def plan(state: AgentState) -> AgentState:
        if limits.out_of_tokens(state):
            raise TokensUsedUp(limit=limits.tokens)
        planned = _plan(builder, state)
        stage = Stage.REVIEWING if state["review"] else Stage.CODING
        return {
            "plan": clean(planned.text, PLAN_LIMIT),
            "stage": stage.value,
            "tokens_in": state["tokens_in"] + planned.tokens_in,
            "tokens_out": state["tokens_out"] + planned.tokens_out,
        }

    return plan


def reviewer(state: AgentState) -> AgentState:
    """The node that waits for a person's yes to the plan, and goes on with the plan they return.

    The first call interrupts the graph; ``Command(resume=plan)`` calls it again.
    """
    plan = interrupt(state["plan"])
    return {"plan": clean(str(plan), PLAN_LIMIT), "stage": Stage.CODING.value}


def coder(builder: Builder, limits: Limits) -> Node:
    """The node that writes the project for the plan, or repairs it after a gate failed.

    Args:
        builder: plans and codes.
        limits: how long the coder may go on.
    """

    def code(state: AgentState) -> AgentState:
        if limits.out_of_tokens(state):
            raise TokensUsedUp(limit=limits.tokens)
        feedback = _feedback(state)
        try:
            project = _project(builder, state, feedback)
        except BuildFailed as error:
            if feedback is None:
                raise
            # What was made before is kept and reported with what the gates said of it.
            stopped = clean(str(error), ERROR_LIMIT)
            return {
                "stopped": stopped,
                "stage": Stage.RESPONDING.value,
                "tokens_in": state["tokens_in"] + error.tokens_in,
                "tokens_out": state["tokens_out"] + error.tokens_out,
            }
        stage = Stage.CHECKING if state["production"] else Stage.RESPONDING
        return {
            "code": project.files[project.entry],
            "entry": project.entry,
            "files": json.dumps(dict(project.files), ensure_ascii=False),
            "how_to_run": project.how_to_run,
            "summary": project.summary,
            "stage": stage.value,
            "attempt": state["attempt"] + 1,
            "tokens_in": state["tokens_in"] + project.tokens_in,
            "tokens_out": state["tokens_out"] + project.tokens_out,
        }

    return code


def responder(state: AgentState) -> AgentState:
    """The node that tells the founder what there is now. Only gates decide the verdict."""
    kept: AgentState = best_of(state) if state["best"] else {}
    final: AgentState = {**state, **kept}
    if state["production"]:
        final["verdict"] = verdict(from_json(final["gates"])).value
    else:
        final["verdict"] = Verdict.DRAFT.value
    return {
        **kept,
        "response": respond(final),
        "verdict": final["verdict"],
        "status": Status.COMPLETED.value,
        "stage": Stage.DONE.value,
    }


def _plan(builder: Builder, state: AgentState) -> Plan:
    base = base_from_json(state["base"])
    if base is None:
        return builder.plan(state["task"])
    if not can_continue(builder):
        raise ContinuationRefused(builder=builder.name)
    return builder.plan(state["task"], base=base)


def _project(builder: Builder, state: AgentState, feedback: Feedback | None) -> Project:
    """What the builder has coded, clean. One that cannot be kept has cost its tokens as well."""
    project = _code(builder, state, feedback)
    try:
        return clean_project(project)
    except BuildFailed as error:
        error.tokens_in, error.tokens_out = project.tokens_in, project.tokens_out
        raise


def _code(builder: Builder, state: AgentState, feedback: Feedback | None) -> Project:
    base = base_from_json(state["base"])
    if base is None:
        return builder.code(state["task"], state["plan"], feedback)
    if not can_continue(builder):
        raise ContinuationRefused(builder=builder.name)
    return builder.code(state["task"], state["plan"], feedback, base=base)


def _feedback(state: AgentState) -> Feedback | None:
    """Why the coder is called again, None the first time."""
    failed = failures(from_json(state["gates"]))
    if not failed:
        return None
    return Feedback(
        failures=tuple(_failure(result, FEEDBACK_LIMIT // len(failed)) for result in failed),
        files=json.loads(state["files"]),
        entry=state["entry"],
        attempt=state["attempt"] + 1,
    )


def _failure(result: GateResult, limit: int) -> GateFailure:
    text = f"{result.summary}\n\n{result.detail}\n\n{result.output}"
    return GateFailure(result.gate, clean(text, limit))
