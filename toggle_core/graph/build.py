"""The compiled graph: planner, reviewer, coder, gates and coder again, responder."""

from collections.abc import Hashable
from typing import Any, Final

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from toggle_core.builders.protocol import Builder
from toggle_core.graph.attempts import Limits
from toggle_core.graph.cancellation import cuttable
from toggle_core.graph.gates_node import Prover, gates
from toggle_core.graph.nodes import coder, planner, responder, reviewer
from toggle_core.graph.state import AgentState, of_whole_state
from toggle_core.words import Stage

Graph = CompiledStateGraph[AgentState, None, AgentState, AgentState]

PLANNER: Final = "planner"
REVIEWER: Final = "reviewer"

NEXT: Final[dict[Hashable, str]] = {
    Stage.REVIEWING.value: REVIEWER,
    Stage.CODING.value: "coder",
    Stage.CHECKING.value: "gates",
    Stage.REPAIRING.value: "coder",
    Stage.RESPONDING.value: "responder",
}
"""The node of each stage that another node can choose."""


def build_graph(
    builder: Builder,
    prover: Prover,
    limits: Limits,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> Graph:
    """Compile the graph.

    Args:
        builder: plans and codes.
        prover: runs the gates, for runs with the production toggle on.
        limits: how long the coder may go on.
        checkpointer: keeps the state of each thread; None keeps nothing, for tests of the nodes.
    """
    graph = StateGraph(AgentState)
    graph.add_node(PLANNER, of_whole_state(cuttable(planner(builder, limits, prover.find_vacuous))))
    graph.add_node(REVIEWER, of_whole_state(cuttable(reviewer(builder, prover.find_vacuous))))
    graph.add_node("coder", of_whole_state(cuttable(coder(builder, limits, prover.find_vacuous))))
    graph.add_node("gates", of_whole_state(gates(prover, limits)))
    graph.add_node("responder", of_whole_state(responder))
    graph.add_edge(START, PLANNER)
    graph.add_conditional_edges(PLANNER, _stage, NEXT)
    graph.add_edge(REVIEWER, "coder")
    graph.add_conditional_edges("coder", _stage, NEXT)
    graph.add_conditional_edges("gates", _stage, NEXT)
    graph.add_edge("responder", END)
    return graph.compile(checkpointer=checkpointer)


def _stage(state: AgentState) -> str:
    return state["stage"]
