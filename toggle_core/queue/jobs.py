"""Jobs: their names, and adding, replacing and removing them in the caller's transaction."""

from typing import Any, Final
from uuid import UUID

from psycopg import Connection

QUEUE: Final = "runs"
EXECUTE: Final = "execute_run"
"""Name of the job that executes one run."""

SWEEP_HISTORY: Final = "sweep_history"
"""Name of the periodic job that applies the retention policy, in the queue of runs."""

WEBHOOKS: Final = "webhooks"
DELIVER: Final = "deliver_webhook"
"""Name of the job that makes one delivery; a trigger writes the first (migration 0008)."""

CONTINUED_FIRST: Final = 100
"""Added to the priority of a run that was begun: it does not wait behind those that were not."""

_INSERT: Final = """
    INSERT INTO procrastinate_jobs
           (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
"""
"""The queue's triggers record the event and notify a worker, as for ``App.defer``."""

INSERT_RUN_JOBS: Final = f"""
    {_INSERT}
    SELECT '{QUEUE}', '{EXECUTE}', %(priority)s::integer, %(turn)s, id::text,
           jsonb_build_object('run_id', id, 'alone', %(alone)s::boolean), NULL
      FROM run
"""  # noqa: S608  constants
"""Queues the execution of each run in ``run``, a relation with a column ``id`` of type UUID.

Parameters are those of :func:`enqueue`. A statement that creates a run has this as one of its CTEs,
so that the run and its job take one round trip.
"""

_ENQUEUE: Final = f"WITH run AS (SELECT %(run_id)s::uuid AS id) {INSERT_RUN_JOBS}"

_ENQUEUE_DELIVERY: Final = f"""
    {_INSERT}
    SELECT '{WEBHOOKS}', '{DELIVER}', 0, NULL, %(delivery_id)s::text,
           jsonb_build_object('delivery_id', %(delivery_id)s::text),
           now() + make_interval(secs => %(seconds)s::double precision)
"""


def enqueue(
    run_id: UUID,
    connection: Connection[Any],
    *,
    priority: int = 0,
    turn: str | None = None,
    alone: bool = False,
) -> None:
    """Queue the execution of a run, in the transaction that is open on ``connection``.

    Args:
        run_id: the run to execute.
        connection: the caller's; the job exists when the caller commits.
        priority: jobs with a higher number leave the queue first.
        turn: of all jobs with the same one, one is executed at a time.
        alone: whether the run is suspected to kill its worker, so that no other such run should
            be executed beside it.

    Raises:
        psycopg.OperationalError: the server cannot write at the moment.
    """
    connection.execute(
        _ENQUEUE, {"run_id": run_id, "priority": priority, "turn": turn, "alone": alone}
    )


def dequeue(of: UUID, connection: Connection[Any]) -> None:
    """Remove the waiting job of a run or a delivery, if there is one.

    Args:
        of: id of the run, or of the delivery.
        connection: the caller's, inside a transaction.

    Raises:
        psycopg.OperationalError: the server cannot write at the moment.
    """
    connection.execute(
        "DELETE FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'",
        (str(of),),
    )


def requeue(
    run_id: UUID,
    job_id: int | None,
    connection: Connection[Any],
    *,
    priority: int = 0,
    turn: str | None = None,
    alone: bool = False,
) -> None:
    """Queue a run again, in place of the job that a dead worker left.

    A new job, because Procrastinate notifies its workers of new jobs only.

    Args:
        run_id: the run to execute.
        job_id: of the job that was left, None where there is none.
        connection: the caller's, inside a transaction.
        priority: of the run.
        turn: as for :func:`enqueue`.
        alone: as for :func:`enqueue`.

    Raises:
        psycopg.OperationalError: the server cannot write at the moment.
    """
    _remove_fetched(job_id, connection)
    enqueue(run_id, connection, priority=priority + CONTINUED_FIRST, turn=turn, alone=alone)


def enqueue_delivery(
    delivery_id: UUID, connection: Connection[Any], *, seconds: float | None = None
) -> None:
    """Queue an attempt of a delivery, in the transaction that is open on ``connection``.

    It takes the place of one that is queued already.

    Args:
        delivery_id: of the delivery.
        connection: the caller's; the job exists when the caller commits.
        seconds: until it is due; None: at once.

    Raises:
        psycopg.OperationalError: the server cannot write at the moment.
    """
    dequeue(delivery_id, connection)
    connection.execute(_ENQUEUE_DELIVERY, {"delivery_id": str(delivery_id), "seconds": seconds})


def requeue_delivery(delivery_id: UUID, job_id: int | None, connection: Connection[Any]) -> None:
    """Queue a delivery again, in place of the job that a dead worker left.

    Args:
        delivery_id: of the delivery.
        job_id: of the job that was left, None where there is none.
        connection: the caller's, inside a transaction.

    Raises:
        psycopg.OperationalError: the server cannot write at the moment.
    """
    _remove_fetched(job_id, connection)
    enqueue_delivery(delivery_id, connection)


def _remove_fetched(job_id: int | None, connection: Connection[Any]) -> None:
    connection.execute(
        "DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'doing'", (job_id,)
    )
