"""What is written to a run in the transaction of its checkpoints: the stage that comes next.

A step is done when its checkpoint is written. So the stage that it leads to, what was used so far,
and the event that tells of it are written by the same transaction, and with the last checkpoint the
run's end: none is there without the other, and a run costs the database as many commits less as it
has steps.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from psycopg import Cursor
from psycopg.rows import DictRow

from toggle_core.runs.progress import COMPLETE, ENDED, Lease
from toggle_core.store.checkpointer import lease_held
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
    SELECT cancel_asked FROM held
"""
"""As ``progress.advance`` after a step."""


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
        self._lease = lease
        self._told = stage
        self._on_cancel = on_cancel

    def __call__(self, cursor: Cursor[DictRow], channels: Mapping[str, Any]) -> bool:
        """See ``store.checkpointer.Hold``."""
        run_id, lease = self._lease.run_id, self._lease.number
        stage = Stage(channels["stage"]) if "stage" in channels else self._told
        # Who lays a run aside for a review tells so.
        if stage in {self._told, Stage.REVIEWING}:
            return lease_held(cursor, run_id, lease)
        held = {"run_id": run_id, "lease": lease, **{name: channels.get(name, 0) for name in USED}}
        if stage is Stage.DONE:
            ended = {**held, "verdict": channels["verdict"], **ENDED}
            self.completed = cursor.execute(COMPLETE, ended).fetchone() is not None
            return self.completed
        values = {**held, "stage": stage, "kind": EventKind.STAGE}
        row = cursor.execute(ADVANCE, values).fetchone()
        if row is None:
            return False
        self._told = stage
        if row["cancel_asked"]:
            self._on_cancel()
        return True
