"""The input with which the graph starts or resumes a run."""

import json
from dataclasses import dataclass
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, StateSnapshot

from toggle_core.graph.build import PLANNER, REVIEWER, Graph
from toggle_core.graph.state import AgentState, first_state, whole
from toggle_core.runs.control import approval_of
from toggle_core.runs.leases import Claim
from toggle_core.runs.run_source import Origin, origin_of
from toggle_core.store.database import Database
from toggle_core.words import Stage


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the graph is given.

    Attributes:
        given: the input of the graph; None: it goes on from its newest checkpoint.
        state: the one it begins with.
    """

    given: AgentState | Command[Any] | None
    state: AgentState


def begin(
    database: Database,
    claim: Claim,
    graph: Graph,
    config: RunnableConfig,
    newest: StateSnapshot | None,
) -> Beginning:
    """Find out how to begin. Safe to repeat: what a crash cut off is done again.

    Args:
        database: knows what a person approved, and what the run comes from.
        claim: of the run.
        graph: writes the first state of a fork into the run's thread.
        config: names this thread.
        newest: state of this thread; None: it has none yet.

    Raises:
        LeaseLost: another worker has the run.
    """
    if newest is not None and newest.values:
        return _go_on(database, claim, newest)
    origin = origin_of(database, claim.lease.run_id) if claim.has_origin else None
    base = (origin.base or "") if origin else ""
    state = first_state(
        claim.task,
        production=claim.production,
        review=claim.review,
        base=base,
        promises=json.dumps(claim.promises, ensure_ascii=False) if claim.promises else "",
    )
    if origin is None or origin.as_node is None:
        return Beginning(state, state)
    forked, as_node = _forked(state, origin, origin.as_node)
    graph.update_state(config, forked, as_node=as_node)
    return Beginning(None, forked)


def _go_on(database: Database, claim: Claim, newest: StateSnapshot) -> Beginning:
    state = whole(cast(AgentState, newest.values))
    if newest.next == (REVIEWER,) and (given := approval_of(database, claim.lease.run_id)):
        plan = state["plan"] if given.plan is None else given.plan
        reviewed = {"plan": plan, "promises": given.promises or state["promises"]}
        return Beginning(Command(resume=reviewed), state)
    if uncounted := _uncounted(state, claim):
        return Beginning(Command(update=uncounted), {**state, **uncounted})
    return Beginning(None, state)


def _uncounted(state: AgentState, claim: Claim) -> AgentState:
    """The tokens that the run has used and its newest checkpoint does not know of: a step that
    failed leaves no checkpoint."""
    tokens_in = max(state["tokens_in"], claim.tokens_in)
    tokens_out = max(state["tokens_out"], claim.tokens_out)
    if (tokens_in, tokens_out) == (state["tokens_in"], state["tokens_out"]):
        return {}
    return {"tokens_in": tokens_in, "tokens_out": tokens_out}


def _forked(first: AgentState, origin: Origin, as_node: str) -> tuple[AgentState, str]:
    """The first state of a fork, and the node that is taken to have written it.

    What models used up to there was used by the parent. With a plan of a person's, all that came
    of the earlier plan is left out.
    """
    kept = {name: value for name, value in (origin.state or {}).items() if name in first}
    state: AgentState = {**first, **cast(AgentState, kept), "tokens_in": 0, "tokens_out": 0}
    if origin.plan is None:
        return state, as_node
    coding = Stage.CODING.value
    kept = {"base": state["base"], "promises": state["promises"]}
    return {**first, **cast(AgentState, kept), "plan": origin.plan, "stage": coding}, PLANNER
