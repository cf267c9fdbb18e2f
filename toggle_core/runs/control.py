"""What people and programs ask of a run that exists: cancel it, retry it, run it again."""

from typing import cast
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Row, func, insert, select, update

from toggle_core.errors import NotRetryable, RunNotFound
from toggle_core.queue import dequeue, enqueue
from toggle_core.runs.commands import submit
from toggle_core.runs.model import Receipt
from toggle_core.store.database import Database
from toggle_core.store.tables import RunEventRow, RunRow
from toggle_core.words import EventKind, Stage, Status


def cancel(database: Database, run_id: UUID) -> Receipt:
    """Ask for the end of a run.

    One that waits ends at once. One that a worker holds ends at its next node boundary, or as soon
    as its gate is cut; until then it is processing. One that has ended stays as it is.

    Args:
        database: where.
        run_id: of the run.

    Returns:
        The run's status after this moment: ``cancelled`` only where that is true already.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: nothing was asked.
    """
    with database.begin() as connection:
        run = _locked(connection, run_id)
        if run.status != Status.PROCESSING:
            return Receipt(run_id, Status(run.status))
        connection.execute(
            update(RunRow)
            .where(RunRow.id == run_id)
            .values(cancel_requested_at=func.coalesce(RunRow.cancel_requested_at, func.now()))
        )
        if run.worker is not None:
            return Receipt(run_id, Status.PROCESSING)
        connection.execute(
            update(RunRow)
            .where(RunRow.id == run_id)
            .values(status=Status.CANCELLED, stage=Stage.DONE, finished_at=func.now())
        )
        _record(connection, run_id, Stage.DONE)
        dequeue(run_id, _driver(connection))
    return Receipt(run_id, Status.CANCELLED)


def retry(database: Database, run_id: UUID) -> Receipt:
    """Go on with a failed or cancelled run from its last checkpoint: what was made is kept.

    Args:
        database: where.
        run_id: of the run.

    Raises:
        RunNotFound: there is none with this id.
        NotRetryable: it is processing or completed.
        DatabaseAway: nothing was asked.
    """
    with database.begin() as connection:
        run = _locked(connection, run_id)
        if run.status not in {Status.FAILED, Status.CANCELLED}:
            raise NotRetryable
        connection.execute(
            update(RunRow)
            .where(RunRow.id == run_id)
            .values(
                status=Status.PROCESSING,
                stage=Stage.QUEUED,
                error=None,
                finished_at=None,
                cancel_requested_at=None,
            )
        )
        _record(connection, run_id, Stage.QUEUED)
        enqueue(run_id, _driver(connection))
    return Receipt(run_id, Status.PROCESSING)


def run_again(
    database: Database, run_id: UUID, *, builder: str, idempotency_key: str | None = None
) -> Receipt:
    """Submit the same task again, as a new run from the start.

    Args:
        database: where.
        run_id: of the earlier run, which becomes the parent.
        builder: name of the builder that will make it.
        idempotency_key: the same key returns the same new run.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: nothing was accepted.
    """
    with database.begin() as connection:
        run = _locked(connection, run_id)
    return submit(
        database,
        run.task,
        builder=builder,
        production=run.production,
        idempotency_key=idempotency_key,
        parent_id=run_id,
    )


def _locked(connection: Connection, run_id: UUID) -> Row[str, str | None, str, bool]:
    run = connection.execute(
        select(RunRow.status, RunRow.worker, RunRow.task, RunRow.production)
        .where(RunRow.id == run_id)
        .with_for_update()
    ).one_or_none()
    if run is None:
        raise RunNotFound
    return run


def _record(connection: Connection, run_id: UUID, stage: Stage) -> None:
    connection.execute(insert(RunEventRow).values(run_id=run_id, kind=EventKind.STAGE, stage=stage))


def _driver(connection: Connection) -> psycopg.Connection:
    return cast(psycopg.Connection, connection.connection.driver_connection)
