"""The same three steps as a draft of ours, at once, in plain LangGraph."""

import json
from typing import TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

FILES = {
    "main.py": "print('hello')\n",
    "README.md": "# Hello\n",
    "tests/test_main.py": "def test_it() -> None:\n    assert True\n",
}


class State(TypedDict, total=False):
    """Flat, as ours is."""

    task: str
    stage: str
    plan: str
    code: str
    files: str
    response: str


def planner(state: State) -> State:
    """Plans the task."""
    return {"plan": f"A program for: {state['task']}\n\n1. Write it\n2. Test it", "stage": "coding"}


def coder(_: State) -> State:
    """Writes the project."""
    return {"code": FILES["main.py"], "files": json.dumps(FILES), "stage": "responding"}


def responder(state: State) -> State:
    """Tells what there is."""
    count = len(json.loads(state["files"]))
    return {"response": f"The project has {count} files.", "stage": "done"}


def build(checkpointer: BaseCheckpointSaver | None = None) -> CompiledStateGraph:
    """Compile the graph.

    Args:
        checkpointer: keeps the state of each thread; None: nothing is kept, or the server does it.
    """
    graph = StateGraph(State)
    graph.add_node("planner", planner)
    graph.add_node("coder", coder)
    graph.add_node("responder", responder)
    graph.add_edge(START, "planner")
    graph.add_edge("planner", "coder")
    graph.add_edge("coder", "responder")
    graph.add_edge("responder", END)
    return graph.compile(checkpointer=checkpointer)


agent = build()
