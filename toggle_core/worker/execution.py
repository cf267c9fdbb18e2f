"""Executes one run in a thread: streams the graph, and writes what it says to the run."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID, uuid4

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl
from psycopg_pool import PoolTimeout

from toggle_core.builders.protocol import Builder
from toggle_core.errors import BuildFailed, DatabaseAway, LeaseLost, RunInterrupted
from toggle_core.graph.build import Graph, build_graph
from toggle_core.graph.state import AgentState, first_state
from toggle_core.runs import progress
from toggle_core.runs.progress import Claim, Counts
from toggle_core.store.checkpointer import CheckpointPool, FencedSaver
from toggle_core.store.database import Database
from toggle_core.words import Stage, Verdict

logger = logging.getLogger(__name__)

DATABASE_FAULTS: Final = (
    DatabaseAway,
    PoolTimeout,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""The database went away in the middle: the run did nothing wrong and is continued later."""

UNEXPECTED: Final = (
    "Something went wrong that was not your doing. The task is kept; try it again."
    " If it happens again, the log has the details under reference {reference}."
)


@dataclass
class Executor:
    """Executes runs, each in the thread that calls it.

    Attributes:
        database: for what is written to runs.
        pool: for the checkpoints of all threads.
        builder: plans and codes.
        identity: of the worker.
        active: what is being executed, with the control that can drain it.
    """

    database: Database
    pool: CheckpointPool
    builder: Builder
    identity: str
    active: dict[UUID, RunControl] = field(default_factory=dict)
    draining: bool = False
    _thread: threading.local = field(default_factory=threading.local)

    def execute(self, run_id: UUID) -> None:
        """Execute a run, from the start or from its newest checkpoint, until it ends.

        Args:
            run_id: of the run; one that has ended already is left alone.

        Raises:
            RunInterrupted: it did not end and is to be continued by whoever takes it next.
        """
        control = RunControl()
        self.active[run_id] = control
        if self.draining:
            control.request_drain()
        try:
            claim = progress.claim(self.database, run_id, self.identity)
            if claim is not None:
                self._execute(claim, control)
        except DATABASE_FAULTS as error:
            logger.warning("run %s interrupted: the database went away", run_id)
            raise RunInterrupted from error
        finally:
            del self.active[run_id]

    def drain(self) -> None:
        """Ask every run to stop at its next node boundary, and new ones not to begin."""
        self.draining = True
        for control in list(self.active.values()):
            control.request_drain()

    def _execute(self, claim: Claim, control: RunControl) -> None:
        lease = claim.lease
        try:
            state = self._stream(claim, control)
            progress.complete(self.database, lease, Verdict(state["verdict"]), _counts(state))
            logger.info("run %s completed", lease.run_id)
        except GraphDrained:
            progress.release(self.database, lease)
            logger.info("run %s released, to be continued", lease.run_id)
            raise RunInterrupted from None
        except LeaseLost:
            logger.warning("run %s was taken over by another worker", lease.run_id)
        except BuildFailed as error:
            logger.info("run %s failed: %s", lease.run_id, type(error).__name__)
            self._fail(claim, str(error), {"kind": type(error).__name__})
        except DATABASE_FAULTS:
            raise
        except Exception:  # the edge: whatever a builder does, the run must end and say so
            reference = uuid4().hex[:8]
            logger.exception("run %s failed, reference %s", lease.run_id, reference)
            self._fail(claim, UNEXPECTED.format(reference=reference), {"reference": reference})

    def _fail(self, claim: Claim, sentence: str, detail: dict[str, Any]) -> None:
        try:
            progress.fail(self.database, claim.lease, sentence, detail=detail)
        except LeaseLost:
            logger.warning("run %s was taken over by another worker", claim.lease.run_id)

    def _stream(self, claim: Claim, control: RunControl) -> AgentState:
        """Run the graph, telling each stage as it begins. Returns the last state."""
        graph, saver = self._tools()
        saver.fence(claim.lease.run_id, claim.lease.number)
        config: RunnableConfig = {"configurable": {"thread_id": str(claim.lease.run_id)}}
        state = _state(graph, config)
        begun = bool(state)
        if not begun:
            state = first_state(claim.task, production=claim.production)
        self._tell(claim, state)
        for update in graph.stream(
            None if begun else state,
            config,
            stream_mode="updates",
            durability="sync",
            control=control,
        ):
            for changes in update.values():
                state = cast(AgentState, {**state, **changes})
                self._tell(claim, state)
        return state

    def _tell(self, claim: Claim, state: AgentState) -> None:
        stage = Stage(state["stage"])
        if stage is not Stage.DONE:
            progress.advance(self.database, claim.lease, stage, _counts(state))

    def _tools(self) -> tuple[Graph, FencedSaver]:
        """The graph and the saver of this thread, made once."""
        if not hasattr(self._thread, "tools"):
            saver = FencedSaver(self.pool)
            self._thread.tools = (build_graph(self.builder, saver), saver)
        tools: tuple[Graph, FencedSaver] = self._thread.tools
        return tools


def _counts(state: AgentState) -> Counts:
    return Counts(state["attempt"], state["tokens_in"], state["tokens_out"])


def _state(graph: Graph, config: RunnableConfig) -> AgentState:
    """The newest state of a thread, empty before its first checkpoint."""
    return cast(AgentState, graph.get_state(config).values)
