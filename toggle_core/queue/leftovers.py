"""What ended jobs and dead workers leave in the queue: SQL fragments to find and delete it."""

from typing import Any, Final

from sqlalchemy import Connection, text

from toggle_core.queue.jobs import EXECUTE, QUEUE, SWEEP_HISTORY, WEBHOOKS

LAST_HEARTBEAT: Final = (
    "(SELECT last_heartbeat FROM procrastinate_workers WHERE id = job.worker_id)"
)
"""Of the worker that has fetched ``job``; null where that worker has signed off."""

DELETE_FETCHED_RUN_JOBS: Final = f"""
    DELETE FROM procrastinate_jobs AS job WHERE job.status = 'doing' AND job.task_name = '{EXECUTE}'
"""  # noqa: S608  a constant
"""Callers add conditions on ``job.queueing_lock``, the id of the run, and ``LAST_HEARTBEAT``."""

_NEWEST: Final = """
    SELECT DISTINCT ON (job.queueing_lock)
           job.queueing_lock, job.id, job.status, fetcher.last_heartbeat
      FROM procrastinate_jobs AS job
      LEFT JOIN procrastinate_workers AS fetcher ON fetcher.id = job.worker_id
     WHERE job.queue_name = '{queue}' AND job.status IN ('todo', 'doing')
     ORDER BY job.queueing_lock, job.id DESC
"""

NEWEST_RUN_JOBS: Final = _NEWEST.format(queue=QUEUE)
NEWEST_DELIVERY_JOBS: Final = _NEWEST.format(queue=WEBHOOKS)
"""The newest open job of each run, or of each delivery. Columns are ``queueing_lock`` (its id as
text), ``id``, ``status`` (``todo`` or ``doing``) and ``last_heartbeat`` (of the worker that fetched
the job; null where there is none).

The newest one counts: one that a dead worker left may be older than a waiting one.
"""

_ENDED: Final = f"""
    SELECT id FROM procrastinate_jobs AS job
     WHERE (status IN ('succeeded', 'failed', 'cancelled', 'aborted')
            AND NOT EXISTS (SELECT FROM procrastinate_events
                             WHERE job_id = job.id AND at > now() - make_interval(days => :days)))
        OR (status = 'doing' AND worker_id IS NULL AND task_name = '{SWEEP_HISTORY}')
"""  # noqa: S608  a constant
"""A sweep of the history that a dead worker left is not repeated."""

_DELETE_ENDED: Final = text(
    f"DELETE FROM procrastinate_jobs WHERE id IN ({_ENDED} LIMIT :most)"  # noqa: S608  a constant
)
_COUNT_ENDED: Final = text(f"SELECT count(*) FROM ({_ENDED}) AS ended")  # noqa: S608  a constant


def delete_ended_jobs(connection: Connection, *, days: int, most: int) -> int:
    """Delete jobs that ended long ago.

    Args:
        connection: inside a transaction.
        days: since their last event.
        most: jobs to delete in one go.

    Returns:
        How many were deleted.
    """
    return connection.execute(_DELETE_ENDED, {"days": days, "most": most}).rowcount


def count_ended_jobs(connection: Connection, *, days: int) -> int:
    """Count what :func:`delete_ended_jobs` would delete without its limit.

    Args:
        connection: inside a transaction.
        days: since their last event.
    """
    found: Any = connection.execute(_COUNT_ENDED, {"days": days}).scalar_one()
    return int(found)
