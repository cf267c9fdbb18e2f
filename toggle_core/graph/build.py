"""The compiled graph: planner, coder, responder."""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from toggle_core.builders.protocol import Builder
from toggle_core.graph.nodes import coder, planner, responder
from toggle_core.graph.state import AgentState

Graph = CompiledStateGraph[AgentState, None, AgentState, AgentState]


def build_graph(builder: Builder, checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Compile the graph for a builder.

    Args:
        builder: plans and codes.
        checkpointer: keeps the state of each thread; None keeps nothing, for tests of the nodes.
    """
    graph = StateGraph(AgentState)
    graph.add_node("planner", planner(builder))
    graph.add_node("coder", coder(builder))
    graph.add_node("responder", responder)
    graph.add_edge(START, "planner")
    graph.add_edge("planner", "coder")
    graph.add_edge("coder", "responder")
    graph.add_edge("responder", END)
    return graph.compile(checkpointer=checkpointer)
