"""How a run is held while a checkpoint of it is written: one statement does both, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, LiteralString, Protocol
from uuid import UUID

HELD: Final = """
    WITH run AS (
        SELECT cancel_requested_at IS NOT NULL AS cancel_asked FROM runs
         WHERE id = %(run_id)s AND lease = %(lease)s AND status = 'processing' FOR SHARE
    )
"""
"""FOR SHARE makes a take-over wait for the write that is under way, and later writes see it."""

PUT: Final = """, written AS (
        INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id,
                                 checkpoint, metadata)
        SELECT %(thread_id)s, %(checkpoint_ns)s, %(checkpoint_id)s, %(parent_checkpoint_id)s,
               %(checkpoint)s, %(metadata)s
          FROM run
        ON CONFLICT (thread_id, checkpoint_ns, checkpoint_id)
        DO UPDATE SET checkpoint = EXCLUDED.checkpoint, metadata = EXCLUDED.metadata
    )
    SELECT cancel_asked FROM run
"""
"""Ends the statement of a :class:`Holding`: writes a checkpoint as LangGraph's own saver does."""

LOOK: Final = "SELECT cancel_asked FROM run"

LEASE_HELD: Final = HELD + LOOK
"""Holds a run until the end of a transaction."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The statement that writes a checkpoint, if the run may be written: nobody else has taken it.

    Attributes:
        statement: ends with ``PUT``. Its CTE ``run`` holds the run until the end, and has a row
            where it may be written: whether somebody has asked for the run's end.
        values: its parameters, but for those of ``PUT``.
    """

    statement: LiteralString
    values: Mapping[str, object]


class Hold(Protocol):
    """Holds a run for each of its checkpoints. It may write to the run as well."""

    def holding(self, channels: Mapping[str, Any]) -> Holding:
        """How to write a checkpoint with these channels."""

    def written(self, channels: Mapping[str, Any], *, cancel_asked: bool) -> None:
        """Hear that it was written, and whether somebody has asked for the run's end."""


def held_by_lease(run_id: UUID, lease: int) -> Holding:
    """Holds a run, where this lease is its newest, and writes nothing to it."""
    return Holding(HELD + PUT, {"run_id": run_id, "lease": lease})
