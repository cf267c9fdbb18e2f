"""Webhook deliveries as a worker records them; jobs are queued in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, text, update

from toggle_core.queue.jobs import enqueue_delivery, requeue_delivery
from toggle_core.queue.leftovers import NEWEST_DELIVERY_JOBS
from toggle_core.runs.locked import driver
from toggle_core.store.database import Database
from toggle_core.store.webhook_tables import DeliveryRow
from toggle_core.words import DeliveryState

LEFT_BEHIND: Final = text(
    f"""
    WITH job AS ({NEWEST_DELIVERY_JOBS})
    SELECT delivery.id, job.id AS job_id
      FROM webhook_deliveries AS delivery
      LEFT JOIN job ON job.queueing_lock = delivery.id::text
     WHERE delivery.state = 'pending'
       AND job.status IS DISTINCT FROM 'todo'
       AND (job.last_heartbeat IS NULL
            OR job.last_heartbeat < now() - make_interval(secs => :stalled_seconds))
     ORDER BY delivery.created_at
       FOR UPDATE OF delivery SKIP LOCKED
     LIMIT 1000
    """  # noqa: S608  constants of ours
)
"""Deliveries that nobody will go on with: their worker died, or their job is gone."""


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is being tried.

    Attributes:
        url: None: of the webhook of all runs.
        event_type: one of ``event_types.EVENTS``.
        payload: facts of the moment it happened.
        created_at: that moment.
        attempt: number of this attempt, from 1.
    """

    id: UUID
    run_id: UUID
    url: str | None
    event_type: str
    payload: Mapping[str, Any]
    created_at: datetime
    attempt: int


def begin_attempt(database: Database, delivery_id: UUID) -> Due | None:
    """Count an attempt before it is made, so that one that kills its worker is counted too.

    Returns:
        The delivery, None where it is settled or gone with its run.

    Raises:
        DatabaseAway: nothing was begun.
    """
    begun = (
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery_id, DeliveryRow.state == DeliveryState.PENDING)
        .values(attempts=DeliveryRow.attempts + 1, last_attempt_at=func.now())
        .returning(
            DeliveryRow.run_id,
            DeliveryRow.url,
            DeliveryRow.event_type,
            DeliveryRow.payload,
            DeliveryRow.created_at,
            DeliveryRow.attempts,
        )
    )
    with database.begin() as connection:
        row = connection.execute(begun).one_or_none()
    return None if row is None else Due(delivery_id, *row)


def settle(database: Database, due: Due, code: int | None, error: str | None) -> None:
    """End a delivery: it was delivered, or there is no use in trying again.

    Args:
        database: where.
        due: the attempt.
        code: HTTP status of the answer, None where none came.
        error: why it failed, in a sentence; None: it was delivered.

    Raises:
        DatabaseAway: it is still pending, and will be tried again.
    """
    state = DeliveryState.DELIVERED if error is None else DeliveryState.FAILED
    ended = (
        update(DeliveryRow)
        .where(DeliveryRow.id == due.id, DeliveryRow.state == DeliveryState.PENDING)
        .values(state=state, answer_code=code, error=error, next_attempt_at=None)
    )
    with database.begin() as connection:
        connection.execute(ended)


def put_off(database: Database, due: Due, code: int | None, error: str, seconds: float) -> None:
    """Try again later.

    Args:
        database: where.
        due: the attempt.
        code: HTTP status of the answer, None where none came.
        error: why it failed, in a sentence.
        seconds: until the next attempt.

    Raises:
        DatabaseAway: nothing was written; a sweep finds the delivery.
    """
    pause = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    failed = (
        update(DeliveryRow)
        .where(
            DeliveryRow.id == due.id,
            DeliveryRow.state == DeliveryState.PENDING,
            DeliveryRow.attempts == due.attempt,
        )
        .values(answer_code=code, error=error, next_attempt_at=func.now() + pause)
        .returning(DeliveryRow.id)
    )
    with database.begin() as connection:
        if connection.execute(failed).one_or_none() is not None:
            enqueue_delivery(due.id, driver(connection), seconds=seconds)


def put_back_left(database: Database, stalled_seconds: float) -> list[UUID]:
    """Queue again what dead workers left. Returns the deliveries.

    Args:
        database: where.
        stalled_seconds: of silence, after which a worker is taken for dead.

    Raises:
        DatabaseAway: nothing was queued.
    """
    with database.begin() as connection:
        left = connection.execute(LEFT_BEHIND, {"stalled_seconds": stalled_seconds}).all()
        for delivery in left:
            requeue_delivery(delivery.id, delivery.job_id, driver(connection))
    return [delivery.id for delivery in left]
