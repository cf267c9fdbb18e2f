"""The backlog of runs: how many wait, for how long, and how many are being executed."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from toggle_core.queue.jobs import EXECUTE, QUEUE

_BACKLOG: Final = text(
    """
    WITH waiting AS (
        SELECT id, lock FROM procrastinate_jobs
         WHERE status = 'todo' AND queue_name = :queue AND task_name = :task
           AND coalesce(scheduled_at <= now(), true)
    ), next AS (
        SELECT id FROM waiting
         WHERE NOT EXISTS (SELECT FROM procrastinate_jobs AS held
                            WHERE held.lock = waiting.lock AND held.status = 'doing')
         ORDER BY id LIMIT 1
    )
    SELECT (SELECT count(*) FROM waiting) AS number,
           (SELECT extract(epoch FROM now() - event.at)::float8
              FROM next JOIN procrastinate_events AS event ON event.job_id = next.id
             WHERE event.type = 'deferred' ORDER BY event.id LIMIT 1) AS oldest_seconds,
           (SELECT count(*) FROM procrastinate_jobs
             WHERE status = 'doing' AND queue_name = :queue) AS busy
    """
).bindparams(queue=QUEUE, task=EXECUTE)
"""The oldest is the one that a worker could take: one that waits for its submitter's turn is not
counted for that."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for a worker.

    Attributes:
        waiting: runs.
        oldest_seconds: how long the oldest of those that could begin has waited; None where none
            does.
        busy: places of workers that are taken.
    """

    waiting: int
    oldest_seconds: float | None
    busy: int


def read_backlog(connection: Connection) -> Backlog:
    """What waits for a worker, and how many are at work.

    Args:
        connection: inside a transaction.
    """
    found = connection.execute(_BACKLOG).one()
    return Backlog(found.number, found.oldest_seconds, found.busy)
