"""Records the events of a graph's stream in its run."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final, cast

from langchain_core.messages import BaseMessage

from toggle_core.graph.attempts import is_best
from toggle_core.graph.build import PLANNER, REVIEWER
from toggle_core.graph.gates_node import GateTold
from toggle_core.graph.state import AgentState
from toggle_core.observing.runs import RunWatch
from toggle_core.runs import leases
from toggle_core.runs.attempts import Made, record_attempt, record_gate
from toggle_core.runs.leases import Counts
from toggle_core.runs.lifecycle import RESUME
from toggle_core.runs.partial_output import clear_partial_output, record_partial_output
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.words import Stage
from toggle_core.worker.partial_output import PartialOutput

INTERRUPTED: Final = "__interrupt__"
"""What the stream names instead of a node where the graph waits for a person."""


class Listener:
    """Hears one run's stream, and knows the newest state.

    Attributes:
        state: the newest.
        waits: whether the graph waits for a person.
    """

    def __init__(
        self,
        database: Database,
        lease: Lease,
        state: AgentState,
        watch: RunWatch,
        secrets: tuple[str, ...] = (),
    ) -> None:
        """Begin to listen. What stage a step leads to is told with its checkpoint.

        Args:
            database: where to write.
            lease: of this worker.
            state: the one the graph begins or goes on with.
            watch: notes stages, gates and tokens for those who watch over the worker.
            secrets: keys of models, to be kept out of what they write.
        """
        self.state = state
        self.waits = False
        self._database = database
        self._lease = lease
        self._watch = watch
        self._stage_began = time.monotonic()
        self._coding_began = time.monotonic()
        self._before = self.counts
        self._is_known = False
        self._secrets = secrets
        self._output = PartialOutput(secrets)

    @property
    def counts(self) -> Counts:
        """What the run has used so far."""
        return Counts(self.state["attempt"], self.state["tokens_in"], self.state["tokens_out"])

    def hear(self, mode: str, chunk: Any) -> None:
        """Take one piece of the stream.

        Args:
            mode: ``updates``, ``custom`` or ``messages``.
            chunk: what a node returned by the node's name, what a node told, or a piece of a
                model's answer.

        Raises:
            LeaseLost: another worker has the run.
        """
        if mode == "updates":
            for node, changes in cast(Mapping[str, AgentState], chunk).items():
                if node == INTERRUPTED:
                    self.waits = True
                else:
                    self._update(node, changes)
        elif mode == "messages":
            self._record_output(chunk[0])
        elif isinstance(chunk, GateTold):
            record_gate(self._database, self._lease, chunk.attempt, chunk.result)
            self._is_known = chunk.known
            if not chunk.known:
                self._watch.gate_done(chunk.result)

    def _record_output(self, piece: BaseMessage) -> None:
        self._output.add(piece)
        if text := self._output.due():
            record_partial_output(self._database, self._lease, Stage(self.state["stage"]), text)

    def _clear_output(self) -> None:
        if self._output.recorded:
            clear_partial_output(self._database, self._lease)
        self._output = PartialOutput(self._secrets)

    def _update(self, node: str, changes: AgentState) -> None:
        before = self.state
        self.state = {**before, **changes}
        self._tell_watch(before)
        self._clear_output()
        if node in {PLANNER, REVIEWER}:
            self._begin_coding()
        elif node == "gates":
            self._keep_attempt()
            self._begin_coding()

    def _tell_watch(self, before: AgentState) -> None:
        """Say what a node has come to. How long a person has thought about a plan is no worker's
        time."""
        now = time.monotonic()
        if before["stage"] != Stage.REVIEWING:
            self._watch.stage_done(Stage(before["stage"]), now - self._stage_began)
        self._stage_began = now
        self._watch.tokens_used(
            self.state["tokens_in"] - before["tokens_in"],
            self.state["tokens_out"] - before["tokens_out"],
        )

    def _begin_coding(self) -> None:
        self._coding_began = time.monotonic()
        self._before = self.counts

    def _keep_attempt(self) -> None:
        made = Made(
            attempt=self.state["attempt"],
            files=json.loads(self.state["files"]),
            entry=self.state["entry"],
            seconds=time.monotonic() - self._coding_began,
            tokens_in=self.state["tokens_in"] - self._before.tokens_in,
            tokens_out=self.state["tokens_out"] - self._before.tokens_out,
        )
        record_attempt(
            self._database,
            self._lease,
            made,
            is_best=is_best(self.state),
            is_known=self._is_known,
        )

    def record_resumption(self) -> bool:
        """Record the stage at which this worker goes on, before its first step.

        ``leases.await_review`` and ``leases.complete`` record theirs.

        Returns:
            Whether somebody has asked for the end of the run.

        Raises:
            LeaseLost: another worker has the run.
        """
        stage = Stage(self.state["stage"])
        if stage not in RESUME:
            return False
        return leases.resume(self._database, self._lease, stage, self.counts)
