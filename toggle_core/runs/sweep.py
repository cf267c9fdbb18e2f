"""The sweep: ends overdue runs and requeues the runs of dead workers."""

from uuid import UUID

from sqlalchemy import Connection, func, select

from toggle_core.errors import LeaseLost, RunOverdue
from toggle_core.runs.lifecycle import EXPIRE, TAKE_OVER, write
from toggle_core.store.lease_guard import Lease
from toggle_core.store.tables import RunRow, WorkerRow
from toggle_core.words import Status


def end_overdue(connection: Connection) -> list[UUID]:
    """End the runs that have used up their time limit, whatever their workers are doing.

    One whose worker is not known to be alive is left to be taken over.

    Args:
        connection: of a transaction that is open.

    Returns:
        The runs that have failed by this.
    """
    overdue = (
        select(RunRow.id, RunRow.lease, func.coalesce(RunRow.deadline_seconds, 0.0))
        .where(
            RunRow.status == Status.PROCESSING,
            RunRow.deadline_at < func.now(),
            RunRow.worker.in_(select(WorkerRow.identity)),
        )
        .with_for_update(skip_locked=True)
    )
    ended = []
    for run_id, number, limit in connection.execute(overdue).all():
        error = RunOverdue(limit=_duration(limit))
        detail = {"kind": type(error).__name__}
        write(connection, EXPIRE, Lease(run_id, number), detail, error=str(error), revoked=1)
        ended.append(run_id)
    return ended


def take_over(connection: Connection, lease: Lease, worker: str) -> bool:
    """Take a run off its worker, for its next job to continue it.

    Args:
        connection: of a transaction that is open.
        lease: of the run, as it was read.
        worker: identity of the worker that sweeps.

    Returns:
        Whether it was; False where another worker has claimed the run in the meantime.
    """
    try:
        write(connection, TAKE_OVER, lease, worker=worker)
    except LeaseLost:
        return False
    return True


def _duration(seconds: float) -> str:
    """A time in words: ``30 minutes``."""
    minutes, rest = divmod(seconds, 60)
    number, unit = (seconds, "second") if rest else (minutes, "minute")
    return f"{number:g} {unit}{'' if number == 1 else 's'}"
