"""Inside a node of LangGraph the answer can be watched while it grows."""

from typing import Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN, PLAN_TEXT
from tests.integration.chat.conftest import KEY
from tests.integration.chat.server import ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.growing import readable


class State(TypedDict):
    """A task and its plan."""

    task: str
    plan: str


Graph = CompiledStateGraph[State, None, State, State]


@pytest.fixture
def graph(builder: ChatBuilder) -> Graph:
    """One node that plans, as the app's graph has it."""

    def planner(state: State) -> dict[str, str]:
        return {"plan": builder.plan(state["task"]).text}

    graph = StateGraph(State)
    graph.add_node("planner", planner)
    graph.add_edge(START, "planner")
    graph.add_edge("planner", END)
    return graph.compile()


def streamed(graph: Graph) -> list[tuple[Any, dict[str, Any]]]:
    """The pieces of the answer, with what LangGraph says about each."""
    return list(graph.stream({"task": "Greet me", "plan": ""}, stream_mode="messages"))  # type: ignore[arg-type]  # a plain dict


def test_the_pieces_of_an_answer_are_streamed_as_they_come(
    server: ScriptedServer, graph: Graph
) -> None:
    server.script(replies.streamed(PLAN, piece=10))
    pieces = streamed(graph)
    texts = [piece.text for piece, _ in pieces if piece.text]
    assert len(texts) == -(-len(PLAN) // 10)
    assert readable("".join(texts)) == PLAN_TEXT


def test_each_piece_names_the_node_and_not_the_key(server: ScriptedServer, graph: Graph) -> None:
    server.script(replies.streamed(PLAN))
    pieces = streamed(graph)
    assert {told["langgraph_node"] for _, told in pieces} == {"planner"}
    assert KEY not in repr(pieces)


def test_pieces_of_one_request_share_an_id_and_a_new_request_has_another(
    server: ScriptedServer, graph: Graph
) -> None:
    server.script(replies.dropped_after('{"goal": '), replies.streamed(PLAN, answer_id="2"))
    texts: dict[str, str] = {}
    for piece, _ in streamed(graph):
        texts[piece.id] = texts.get(piece.id, "") + piece.text
    assert list(texts.values()) == ['{"goal": ', PLAN]


def test_an_answer_that_comes_as_a_whole_is_one_piece(server: ScriptedServer, graph: Graph) -> None:
    server.script(replies.whole(PLAN))
    assert [piece.text for piece, _ in streamed(graph)] == [PLAN]


def test_the_plan_is_in_the_state(server: ScriptedServer, graph: Graph) -> None:
    server.script(replies.streamed(PLAN))
    assert graph.invoke({"task": "Greet me", "plan": ""})["plan"] == PLAN_TEXT


def test_a_fault_leaves_the_graph_as_it_is_named(server: ScriptedServer, graph: Graph) -> None:
    server.script(replies.error(401, "No"))
    with pytest.raises(errors.ModelKeyRefused):
        graph.invoke({"task": "Greet me", "plan": ""})
