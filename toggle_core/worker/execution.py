"""Executes one run in a thread: streams the graph, and writes what it says to the run."""

import logging
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import UUID, uuid4

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl
from langgraph.types import StreamMode
from psycopg_pool import PoolTimeout

from toggle_core.builders.protocol import Builder, streams
from toggle_core.errors import (
    BuildFailed,
    CheckpointOutOfOrder,
    DatabaseAway,
    LeaseLost,
    RunInterrupted,
)
from toggle_core.gates.prover import SandboxProver
from toggle_core.gates.settings import GateSettings
from toggle_core.graph.attempts import Limits
from toggle_core.graph.build import Graph, build_graph
from toggle_core.graph.cancellation import CANCEL, LOST
from toggle_core.graph.gates_node import Prover
from toggle_core.observing.context import working_on
from toggle_core.observing.langsmith import langsmith_tracing
from toggle_core.observing.metrics import QUEUE_SECONDS
from toggle_core.observing.runs import RunWatch
from toggle_core.observing.tracing import run_span
from toggle_core.runs import leases
from toggle_core.runs.checkpoint_guard import CheckpointGuard
from toggle_core.runs.evidence import evidence_of
from toggle_core.runs.leases import Claim, claim_run
from toggle_core.runs.lifecycle import RELEASE, STOP, write
from toggle_core.store.checkpoint_pool import CheckpointPool
from toggle_core.store.checkpointer import FencedSaver
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.words import Stage, Verdict
from toggle_core.worker.graph_input import begin
from toggle_core.worker.stream_recorder import Listener

logger = logging.getLogger(__name__)

DATABASE_FAULTS: Final = (
    DatabaseAway,
    PoolTimeout,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
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
        prover: runs the gates, for runs with the production toggle on.
        limits: how much a run may use.
        deadline_seconds: how long a run may be worked on that says nothing itself; None: any time.
        secrets: keys of models, to be kept out of what they write.
        langsmith: whether LangSmith is told of runs.
        active: the control of each execution, and its run. A worker that was frozen may come to
            execute a run again while its earlier, superseded execution is still on its way out.
        leases: of those executions that have one by now.
    """

    database: Database
    pool: CheckpointPool
    builder: Builder
    identity: str
    prover: Prover = field(default_factory=lambda: SandboxProver(GateSettings()))
    limits: Limits = field(default_factory=Limits)
    deadline_seconds: float | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    langsmith: bool = False
    active: dict[RunControl, UUID] = field(default_factory=dict)
    leases: dict[RunControl, Lease] = field(default_factory=dict)
    draining: bool = False
    _thread: threading.local = field(default_factory=threading.local)

    def use(self, builder: Builder, secrets: tuple[str, ...]) -> None:
        """Execute runs with another builder from now on; those under way keep theirs.

        Args:
            builder: plans and codes.
            secrets: keys of its model, to be kept out of what it writes, beside the others.
        """
        self.secrets = tuple(dict.fromkeys((*self.secrets, *secrets)))
        self.builder = builder

    def execute(self, run_id: UUID) -> None:
        """Execute a run, from the start or from its newest checkpoint, until it ends.

        Args:
            run_id: of the run; one that has ended already is left alone.

        Raises:
            RunInterrupted: it did not end and is to be continued by whoever takes it next.
        """
        with working_on(run_id), langsmith_tracing(enabled=self.langsmith):
            self._claim_and_execute(run_id)

    def _claim_and_execute(self, run_id: UUID) -> None:
        control = RunControl()
        self.active[control] = run_id
        if self.draining:
            control.request_drain()
        try:
            claim = claim_run(self.database, run_id, self.identity, self.deadline_seconds)
            if claim is not None:
                self.leases[control] = claim.lease
                if claim.waited_seconds is not None:
                    QUEUE_SECONDS.observe(claim.waited_seconds)
                with run_span(run_id) as trace:
                    self._execute(claim, control, RunWatch(trace))
        except LeaseLost:
            logger.warning("the run was ended or taken over while it was worked on")
        except DATABASE_FAULTS as error:
            logger.warning("interrupted: the database went away")
            raise RunInterrupted from error
        finally:
            self.leases.pop(control, None)
            del self.active[control]

    def running(self) -> frozenset[UUID]:
        """The runs that are being executed. May be asked from any thread."""
        # A tuple is copied in one step; hashing ids is not, and other threads come and go.
        return frozenset(tuple(self.active.values()))

    def drain(self) -> None:
        """Ask every run to stop at its next node boundary, and new ones not to begin."""
        self.draining = True
        for control in tuple(self.active):
            control.request_drain()

    def stop_unwanted(self) -> None:
        """Ask those runs to stop whose end was asked for, that have ended, or that were lost."""
        held = tuple(self.leases.items())
        if not held:
            return
        newest = leases.held(self.database, (lease for _, lease in held))
        for control, lease in held:
            if lease not in newest:
                control.request_drain(LOST)
            elif newest[lease] and control.drain_reason != CANCEL:
                control.request_drain(CANCEL)

    def _execute(self, claim: Claim, control: RunControl, watch: RunWatch) -> None:
        lease = claim.lease
        try:
            heard, guard = self._stream(claim, control, watch)
            if heard.waits:
                leases.await_review(self.database, lease, heard.counts)
                logger.info("waits for a review of its plan")
                return
            verdict = Verdict(heard.state["verdict"])
            if not guard.completed:  # its last checkpoint was there before
                evidence = evidence_of(heard.state)
                leases.complete(self.database, lease, verdict, heard.counts, evidence)
            logger.info("completed, %s", verdict)
        except (GraphDrained, RunInterrupted, CheckpointOutOfOrder):
            if control.drain_reason == CANCEL:
                write(self.database, STOP, lease)
                logger.info("cancelled")
                return
            write(self.database, RELEASE, lease)
            logger.info("released, to be continued")
            raise RunInterrupted from None
        except BuildFailed as error:
            kind = type(error).__name__
            logger.info("failed: %s", kind)
            watch.tokens_used(error.tokens_in, error.tokens_out)
            leases.fail(
                self.database,
                lease,
                str(error),
                detail={"kind": kind},
                tokens_in=error.tokens_in,
                tokens_out=error.tokens_out,
            )
        except (LeaseLost, *DATABASE_FAULTS):
            raise
        except (Exception, SystemExit):  # the edge: whatever a builder does, the run must end
            reference = uuid4().hex[:8]
            logger.exception("failed, reference %s", reference)
            sentence = UNEXPECTED.format(reference=reference)
            leases.fail(self.database, lease, sentence, detail={"reference": reference})

    def _stream(
        self, claim: Claim, control: RunControl, watch: RunWatch
    ) -> tuple[Listener, CheckpointGuard]:
        """Run the graph until it ends or waits, and record what it streams.

        Returns:
            The listener to its stream and the guard of its checkpoints.
        """
        graph, saver = self._tools()
        saver.fence(claim.lease, is_new=claim.is_first)
        config: RunnableConfig = {
            "configurable": {"thread_id": str(claim.lease.run_id)},
            "callbacks": list(watch.trace.callbacks),
        }
        newest = None if claim.is_first else graph.get_state(config)
        if newest and (checkpoint_id := newest.config["configurable"].get("checkpoint_id")):
            saver.follow(checkpoint_id)
        beginning = begin(self.database, claim, graph, config, newest)
        cancel = partial(control.request_drain, CANCEL)
        listener = Listener(self.database, claim.lease, beginning.state, watch, self.secrets)
        if not claim.has_begun and listener.record_resumption():
            cancel()
        stage = Stage(beginning.state["stage"])
        recorded = claim.stage if stage is Stage.REVIEWING else stage
        guard = CheckpointGuard(claim.lease, recorded, cancel)
        saver.guard_by(guard)
        for mode, chunk in graph.stream(
            beginning.given,
            config,
            stream_mode=self._modes(claim),
            durability="sync",
            control=control,
        ):
            listener.hear(mode, chunk)
        return listener, guard

    def _modes(self, claim: Claim) -> list[StreamMode]:
        """What to listen to. Where nothing is told before a step is done, LangGraph executes the
        steps in this thread, and else in threads that it starts for each run."""
        gates: list[StreamMode] = ["custom"] if claim.production else []
        answers: list[StreamMode] = ["messages"] if streams(self.builder) else []
        return ["updates", *gates, *answers]

    def _tools(self) -> tuple[Graph, FencedSaver]:
        """The graph and the saver of this thread, made once for each builder."""
        builder = self.builder
        if getattr(self._thread, "builder", None) is not builder:
            saver = FencedSaver(self.pool)
            self._thread.tools = (build_graph(builder, self.prover, self.limits, saver), saver)
            self._thread.builder = builder
        tools: tuple[Graph, FencedSaver] = self._thread.tools
        return tools
