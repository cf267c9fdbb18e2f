"""What people and programs ask of a run that exists: cancel it, retry it, run it again."""

from uuid import UUID

from sqlalchemy import select

from toggle_core.errors import NotRetryable, StepsCleared
from toggle_core.queue.jobs import dequeue, enqueue
from toggle_core.runs.commands import submit
from toggle_core.runs.intake import UNLIMITED, Intake
from toggle_core.runs.lifecycle import CANCEL, REQUEST_CANCEL, RETRY, write
from toggle_core.runs.locked import driver, lock
from toggle_core.runs.model import Receipt
from toggle_core.runs.origins import Origin, base_of
from toggle_core.store.database import Database
from toggle_core.store.retention_tables import RunResultRow
from toggle_core.words import Status


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
        run = lock(connection, run_id)
        if run.status != Status.PROCESSING:
            return Receipt(run_id, run.status)
        if run.worker is not None:
            write(connection, REQUEST_CANCEL, run_id)
            return Receipt(run_id, Status.PROCESSING)
        write(connection, CANCEL, run_id)
        dequeue(run_id, driver(connection))
    return Receipt(run_id, Status.CANCELLED)


def retry(database: Database, run_id: UUID) -> Receipt:
    """Go on with a failed or cancelled run from its last checkpoint: what was made is kept.

    Args:
        database: where.
        run_id: of the run.

    Raises:
        RunNotFound: there is none with this id.
        NotRetryable: it is processing or completed.
        StepsCleared: what it made is still there, but no step to go on from.
        DatabaseAway: nothing was asked.
    """
    with database.begin() as connection:
        run = lock(connection, run_id)
        if run.status not in RETRY.sources:
            raise NotRetryable
        if connection.scalar(select(RunResultRow.run_id).where(RunResultRow.run_id == run_id)):
            raise StepsCleared
        write(connection, RETRY, run_id)
        enqueue(run_id, driver(connection), priority=run.priority, turn=run.turn)
    return Receipt(run_id, Status.PROCESSING)


def run_again(
    database: Database,
    run_id: UUID,
    *,
    builder: str,
    idempotency_key: str | None = None,
    submitted_by: str | None = None,
    intake: Intake = UNLIMITED,
) -> Receipt:
    """Submit the same task again, as a new run from the start.

    One that continued another begins with the same project again.

    Args:
        database: where.
        run_id: of the earlier run, which becomes the parent.
        builder: name of the builder that will make it.
        idempotency_key: the same key returns the same new run.
        submitted_by: who asks, where that is known.
        intake: how many runs are accepted.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: nothing was accepted.
    """
    with database.begin() as connection:
        run = lock(connection, run_id)
        base = base_of(connection, run_id)
    return submit(
        database,
        run.task,
        builder=builder,
        production=run.production,
        review=run.review,
        idempotency_key=idempotency_key,
        submitted_by=submitted_by,
        parent_id=run_id,
        origin=Origin(base=base) if base else None,
        priority=run.priority,
        intake=intake,
    )
