"""How long a run may be worked on. The clock stands while it waits for a worker or a person.

What is left is noted at each step, so that only time in which a worker was at it counts: a machine
that is off over night uses none of it.
"""

from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from toggle_core.errors import RunOverdue
from toggle_core.store.tables import RunEventRow, RunRow, WorkerRow
from toggle_core.words import EventKind, Stage, Status


def end_overdue(connection: Connection) -> list[UUID]:
    """End the runs whose time is up, whatever their workers are doing.

    One whose worker is not known to be alive is left to be taken over.

    Args:
        connection: of a transaction that is open.

    Returns:
        The runs that have failed by this.
    """
    overdue = (
        select(RunRow.id, func.coalesce(RunRow.deadline_seconds, 0.0))
        .where(
            RunRow.status == Status.PROCESSING,
            RunRow.deadline_at < func.now(),
            RunRow.worker.in_(select(WorkerRow.identity)),
        )
        .with_for_update(skip_locked=True)
    )
    ended = []
    for run_id, limit in connection.execute(overdue).all():
        error = RunOverdue(limit=_said(limit))
        connection.execute(
            update(RunRow)
            .where(RunRow.id == run_id)
            .values(
                status=Status.FAILED,
                stage=Stage.DONE,
                error=str(error),
                worker=None,
                deadline_at=None,
                lease=RunRow.lease + 1,
                finished_at=func.now(),
            )
        )
        connection.execute(
            insert(RunEventRow).values(
                run_id=run_id,
                kind=EventKind.ERROR,
                stage=Stage.DONE,
                detail={"kind": type(error).__name__},
            )
        )
        ended.append(run_id)
    return ended


def _said(seconds: float) -> str:
    """A time in words: ``30 minutes``."""
    minutes, rest = divmod(seconds, 60)
    number, unit = (seconds, "second") if rest else (minutes, "minute")
    return f"{number:g} {unit}{'' if number == 1 else 's'}"
