"""The lease of a run, and the statement that writes a checkpoint under it, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, LiteralString, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write to a run. The next claim raises the run's number, which ends it.

    Attributes:
        run_id: id of the run.
        number: compared with the run's at every write.
    """

    run_id: UUID
    number: int


LOCK_BY_LEASE: Final = """
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
"""Ends a :class:`GuardedPut`: writes a checkpoint as LangGraph's own saver does."""

LOOK: Final = "SELECT cancel_asked FROM run"

CHECK_LEASE: Final = LOCK_BY_LEASE + LOOK
"""Locks a run until the end of a transaction."""

PUT_BY_LEASE: Final = LOCK_BY_LEASE + PUT


@dataclass(frozen=True, slots=True)
class GuardedPut:
    """The statement that writes a checkpoint if the lease is the newest of a run that processes.

    Attributes:
        statement: ends with ``PUT``. Its CTE ``run`` has a row where the run may be written, with
            ``cancel_asked``: whether somebody has asked for the run's end.
        values: its parameters, but for those of ``PUT``.
    """

    statement: LiteralString
    values: Mapping[str, object]


class PutGuard(Protocol):
    """Guards each checkpoint of a run. It may write to the run by the same statement."""

    def put(self, channels: Mapping[str, Any]) -> GuardedPut:
        """How to write a checkpoint with these channels."""

    def written(self, channels: Mapping[str, Any], *, cancel_asked: bool) -> None:
        """Note that it was written, and whether somebody has asked for the run's end."""


def parameters_of(lease: Lease) -> dict[str, object]:
    """The parameters of ``LOCK_BY_LEASE`` and ``CHECK_LEASE``."""
    return {"run_id": lease.run_id, "lease": lease.number}


def put_by_lease(lease: Lease) -> GuardedPut:
    """Writes a checkpoint and nothing to the run."""
    return GuardedPut(PUT_BY_LEASE, parameters_of(lease))
