"""Why a run is asked to stop, and nodes that heed it in the middle of their work."""

from typing import Final

from langgraph.runtime import Runtime

from toggle_core.builders.stopping import stoppable
from toggle_core.graph.gates_node import ProvingNode
from toggle_core.graph.nodes import Node
from toggle_core.graph.state import AgentState

CANCEL: Final = "cancel"
"""A person asked for the end of the run."""

LOST: Final = "lost"
"""The run has ended, or is another worker's: whatever comes of it will not be recorded."""


def cuttable(node: Node) -> ProvingNode:
    """The node, with its builder told to stop as soon as nobody wants its answer.

    At a shutdown somebody does: an answer that comes in time is kept for the run's continuation.
    """

    def run(state: AgentState, runtime: Runtime[None]) -> AgentState:
        control = runtime.control

        def unwanted() -> bool:
            return control is not None and control.drain_reason in {CANCEL, LOST}

        with stoppable(unwanted):
            return node(state)

    return run
