"""What is written to a run by the statement of its checkpoints: the stage that comes next.

A step is done when its checkpoint is written. So the stage that it leads to, what was used so far
and the event are written by the same statement, and with the last checkpoint the run's end: none is
there without the other, and a run costs the database as many commits less as it has steps.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from toggle_core.errors import TransitionRefused
from toggle_core.runs.evidence import evidence_of, kind_of
from toggle_core.runs.lifecycle import ADVANCE, COMPLETE, parameters
from toggle_core.store.lease_guard import PUT, GuardedPut, Lease, put_by_lease
from toggle_core.words import Stage

USED: Final = ("attempt", "tokens_in", "tokens_out")

PUTS: Final = {
    stage: transition.change + PUT
    for stage, transition in {**ADVANCE, Stage.DONE: COMPLETE}.items()
}
"""The statement of a checkpoint that leads to a stage."""


class CheckpointGuard:
    """Guards each checkpoint of a run by its lease, and records the stage where that changes.

    Attributes:
        completed: whether the run has ended with its last checkpoint.
    """

    def __init__(self, lease: Lease, stage: Stage, on_cancel: Callable[[], None]) -> None:
        """Guard a run.

        Args:
            lease: of the worker.
            stage: that was recorded last.
            on_cancel: called where somebody has asked for the end of the run.
        """
        self.completed = False
        self._lease = lease
        self._stage = stage
        self._on_cancel = on_cancel

    def put(self, channels: Mapping[str, Any]) -> GuardedPut:
        """See ``store.lease_guard.PutGuard``.

        Raises:
            TransitionRefused: the table has no transition from the stage before to this one.
        """
        stage = self._stage_of(channels)
        if stage == self._stage:
            return put_by_lease(self._lease)
        transition = COMPLETE if stage is Stage.DONE else ADVANCE.get(stage)
        if transition is None or self._stage not in transition.sources:
            raise TransitionRefused(transition=f"to {stage}", state=self._stage)
        used = {name: channels.get(name, 0) for name in USED} | {"kind": kind_of(channels)}
        if transition is COMPLETE:
            used |= {"verdict": channels.get("verdict"), **evidence_of(channels)}
        return GuardedPut(PUTS[stage], parameters(transition, self._lease, **used))

    def written(self, channels: Mapping[str, Any], *, cancel_asked: bool) -> None:
        """See ``store.lease_guard.PutGuard``."""
        stage = self._stage_of(channels)
        self.completed = self.completed or (stage is Stage.DONE and stage != self._stage)
        self._stage = stage
        if cancel_asked and not self.completed:
            self._on_cancel()

    def _stage_of(self, channels: Mapping[str, Any]) -> Stage:
        """The stage to record with this checkpoint. ``reviewing`` is not: ``leases.await_review``
        records it."""
        stage = Stage(channels.get("stage", self._stage))
        return self._stage if stage is Stage.REVIEWING else stage
