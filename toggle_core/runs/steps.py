"""What is written to a run in the transaction of its checkpoints: the stage that comes next.

A step is done when its checkpoint is written. So the stage that it leads to, what was used so far,
and the event that tells of it are written by the same transaction, and with the last checkpoint the
run's end: none is there without the other, and a run costs the database as many commits less as it
has steps.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from toggle_core.runs.progress import COMPLETION, ENDED, Lease
from toggle_core.store.holding import PUT, Holding, held_by_lease
from toggle_core.words import EventKind, Stage

USED: Final = ("attempt", "tokens_in", "tokens_out")

ADVANCE: Final = """
    WITH held AS (
        UPDATE runs SET stage = %(stage)s, attempt = %(attempt)s,
               tokens_in = %(tokens_in)s, tokens_out = %(tokens_out)s, strikes = 0,
               seconds_left = EXTRACT(epoch FROM deadline_at - now())::double precision
         WHERE id = %(run_id)s AND lease = %(lease)s AND status = 'processing'
        RETURNING id, cancel_requested_at IS NOT NULL AS cancel_asked
    ), told AS (
        INSERT INTO run_events (run_id, kind, stage) SELECT id, %(kind)s, %(stage)s FROM held
    )
"""
"""Begins a statement: as ``progress.advance`` after a step."""

ADVANCE_AND_PUT: Final = ADVANCE + PUT
COMPLETE_AND_PUT: Final = COMPLETION + PUT


class Steps:
    """Holds a run for each of its checkpoints, and tells its stage where that changes.

    Attributes:
        completed: whether the run has ended with its last checkpoint.
    """

    def __init__(self, lease: Lease, stage: Stage, on_cancel: Callable[[], None]) -> None:
        """Begin to hold a run.

        Args:
            lease: of the worker.
            stage: that was told last.
            on_cancel: called where somebody has asked for the end of the run.
        """
        self.completed = False
        self._held = held_by_lease(lease.run_id, lease.number)
        self._told = stage
        self._on_cancel = on_cancel

    def holding(self, channels: Mapping[str, Any]) -> Holding:
        """See ``store.holding.Hold``."""
        stage = self._stage_of(channels)
        if stage == self._told:
            return self._held
        used = {name: channels.get(name, 0) for name in USED}
        if stage is Stage.DONE:
            ended = {**self._held.values, **used, **ENDED, "verdict": channels["verdict"]}
            return Holding(COMPLETE_AND_PUT, ended)
        values = {**self._held.values, **used, "stage": stage, "kind": EventKind.STAGE}
        return Holding(ADVANCE_AND_PUT, values)

    def written(self, channels: Mapping[str, Any], *, cancel_asked: bool) -> None:
        """See ``store.holding.Hold``."""
        stage = self._stage_of(channels)
        self.completed = self.completed or (stage is Stage.DONE and stage != self._told)
        self._told = stage
        if cancel_asked and not self.completed:
            self._on_cancel()

    def _stage_of(self, channels: Mapping[str, Any]) -> Stage:
        """The stage to tell with this checkpoint. ``reviewing`` is not: it is told by
        ``progress.wait_for_review``."""
        stage = Stage(channels.get("stage", self._told))
        return self._told if stage is Stage.REVIEWING else stage
