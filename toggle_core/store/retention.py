"""Retention: what a sweep does to runs that ended long ago, one batch in one transaction.

First a run's steps are deleted but for the last, later the last as well, and with it the pictures
of its pages; what it made is moved to its result in the same transaction, so that every reader
finds it before and after. How far each step has come is noted with the batch: whoever is killed in
the middle has done whole batches, and the next one goes on there. A run that is processing again by
then is left out; when it ends, it ends after the mark.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from toggle_core.queue.leftovers import count_ended_jobs, delete_ended_jobs
from toggle_core.store.deletions import count_forgettable, forget_deletions
from toggle_core.store.retention_tables import KEPT_CHANNELS, Step

BATCH: Final = 200
"""Runs in one transaction: some thousand rows, a fraction of a second."""

LOCK_SECONDS: Final = 5
"""How long a batch waits for a run that somebody holds; then it is left to the next sweep."""

LEFT_DAYS: Final = 1
"""What ended jobs and dead workers left behind is deleted after this time."""

KEPT_SWEEPS: Final = 100

MOST_DELETIONS: Final = 20_000
"""Ids of deleted runs that one sweep forgets: a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How long what is kept.

    Attributes:
        history_days: after the end of a run, until its steps are deleted but for the last; 0: ever.
        checkpoints_days: after the end of a run, until its last step and its pictures are deleted
            too; 0: ever.
    """

    history_days: int = 0
    checkpoints_days: int = 0

    def days(self, step: Step) -> int:
        """How long until a step is due; 0: never."""
        return self.history_days if step is Step.HISTORY else self.checkpoints_days


@dataclass(frozen=True, slots=True)
class Done:
    """What a batch, a sweep, or a survey comes to.

    Attributes:
        runs_pruned: runs whose steps are deleted but for the last.
        runs_cleared: runs whose last step and pictures are deleted.
        checkpoints: that are deleted.
        bytes: about as many as they take, with the pictures.
        leftovers: rows of ended jobs and of dead workers, and ids of runs deleted long ago.
    """

    runs_pruned: int = 0
    runs_cleared: int = 0
    checkpoints: int = 0
    bytes: int = 0
    leftovers: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done(
            self.runs_pruned + other.runs_pruned,
            self.runs_cleared + other.runs_cleared,
            self.checkpoints + other.checkpoints,
            self.bytes + other.bytes,
            self.leftovers + other.leftovers,
        )


MARK: Final = text("SELECT finished_at, last_id FROM retention_marks WHERE step = :step")

DUE: Final = text(
    """
    SELECT id, finished_at FROM runs
     WHERE finished_at < now() - make_interval(days => :days)
       AND (finished_at, id) > (:finished_at, :last_id)
     ORDER BY finished_at, id
     LIMIT :batch
    """
)
"""Read from the index ``ix_runs_finished``, from the mark on."""

HELD: Final = text(
    """
    SELECT id::text FROM runs
     WHERE id = ANY(:ids) AND status <> 'processing'
     ORDER BY id FOR NO KEY UPDATE
    """
)
"""In the order in which deletion locks them, so that neither waits for the other for ever."""

SIZE: Final = "pg_column_size(checkpoint) + pg_column_size(metadata) + 200"
"""Bytes of a checkpoint, with its row and its place in two indexes. Nothing is unpacked for it."""

COUNTED: Final = """
    SELECT (SELECT count(*) FROM stepped) AS checkpoints,
           (SELECT count(DISTINCT thread_id) FROM stepped) AS runs,
           (SELECT coalesce(sum(size), 0) FROM stepped)
         + (SELECT coalesce(sum(size), 0) FROM packed)
         + (SELECT coalesce(sum(size), 0) FROM written)
"""
"""The last column is to be given a name."""

PRUNE: Final = text(
    f"""
    WITH newest AS (
        SELECT DISTINCT ON (thread_id, checkpoint_ns) thread_id, checkpoint_ns, checkpoint_id,
               checkpoint -> 'channel_versions' AS versions
          FROM checkpoints WHERE thread_id = ANY(:threads)
         ORDER BY thread_id, checkpoint_ns, checkpoint_id DESC
    ), stepped AS (
        DELETE FROM checkpoints USING newest
         WHERE checkpoints.thread_id = newest.thread_id
           AND checkpoints.checkpoint_ns = newest.checkpoint_ns
           AND checkpoints.checkpoint_id <> newest.checkpoint_id
        RETURNING checkpoints.thread_id, {SIZE} AS size
    ), written AS (
        DELETE FROM checkpoint_writes AS step USING newest
         WHERE step.thread_id = newest.thread_id
           AND step.checkpoint_ns = newest.checkpoint_ns
           AND step.checkpoint_id <> newest.checkpoint_id
        RETURNING pg_column_size(blob) + 200 AS size
    ), packed AS (
        DELETE FROM checkpoint_blobs AS packed USING newest
         WHERE packed.thread_id = newest.thread_id
           AND packed.checkpoint_ns = newest.checkpoint_ns
           AND newest.versions ->> packed.channel IS DISTINCT FROM packed.version
        RETURNING coalesce(pg_column_size(blob), 0) + 200 AS size
    ), first AS (
        UPDATE checkpoints SET parent_checkpoint_id = NULL FROM newest
         WHERE checkpoints.thread_id = newest.thread_id
           AND checkpoints.checkpoint_ns = newest.checkpoint_ns
           AND checkpoints.checkpoint_id = newest.checkpoint_id
           AND checkpoints.parent_checkpoint_id IS NOT NULL
    )
    {COUNTED} AS bytes
    """  # noqa: S608  words of ours
)
"""What LangGraph's own ``prune(…, strategy="keep_latest")`` leaves of a thread, for many of them at
once: that takes a transaction and a dozen statements for each."""

CLEAR: Final = text(
    f"""
    WITH newest AS (
        SELECT DISTINCT ON (thread_id) thread_id, checkpoint -> 'channel_values' AS channels
          FROM checkpoints WHERE thread_id = ANY(:threads) AND checkpoint_ns = ''
         ORDER BY thread_id, checkpoint_id DESC
    ), kept AS (
        INSERT INTO run_results (run_id, channels)
        SELECT thread_id::uuid, (SELECT coalesce(jsonb_object_agg(key, value), '{{}}')
                                   FROM jsonb_each(channels) WHERE key = ANY(:kept_channels))
          FROM newest
    ), stepped AS (
        DELETE FROM checkpoints WHERE thread_id = ANY(:threads)
        RETURNING thread_id, {SIZE} AS size
    ), written AS (
        DELETE FROM checkpoint_writes WHERE thread_id = ANY(:threads)
        RETURNING pg_column_size(blob) + 200 AS size
    ), packed AS (
        DELETE FROM checkpoint_blobs WHERE thread_id = ANY(:threads)
        RETURNING coalesce(pg_column_size(blob), 0) + 200 AS size
    ), pictured AS (
        DELETE FROM run_pictures WHERE run_id = ANY(CAST(:threads AS uuid[]))
        RETURNING pg_column_size(content) + 200 AS size
    )
    {COUNTED}
         + (SELECT coalesce(sum(size), 0) FROM pictured) AS bytes
    """  # noqa: S608  words of ours
)

SET_MARK: Final = text(
    """
    INSERT INTO retention_marks (step, finished_at, last_id)
    VALUES (:step, :finished_at, :last_id)
    ON CONFLICT (step) DO UPDATE
       SET finished_at = excluded.finished_at, last_id = excluded.last_id
    """
)

SILENT_WORKERS: Final = """
    SELECT identity FROM workers WHERE seen_at < now() - make_interval(days => :left)
"""


DELETE_WORKERS: Final = text(
    f"DELETE FROM workers WHERE identity IN ({SILENT_WORKERS})"  # noqa: S608  words of ours
)

COUNT_WORKERS: Final = text(
    f"SELECT count(*) FROM ({SILENT_WORKERS}) AS silent"  # noqa: S608  words of ours
)

OLD_SWEEPS: Final = text(
    "DELETE FROM sweeps WHERE id <= (SELECT max(id) FROM sweeps) - :kept_sweeps"
)

BEGINNING: Final[tuple[datetime, UUID]] = (
    datetime.fromisoformat("0001-01-01T00:00:00+00:00"),
    UUID(int=0),
)


def mark_of(connection: Connection, step: Step) -> tuple[datetime, UUID]:
    """The end and the id of the last run that a step has seen to."""
    mark = connection.execute(MARK, {"step": step}).one_or_none()
    return BEGINNING if mark is None else (mark.finished_at, mark.last_id)


def do_batch(connection: Connection, step: Step, days: int) -> tuple[bool, Done]:
    """Do a step for the next runs that are due.

    Args:
        connection: inside a transaction, with the lock of the one who sweeps.
        step: which.
        days: since the end of a run.

    Returns:
        Whether more runs may be due, and what was done.
    """
    finished_at, last_id = mark_of(connection, step)
    facts: dict[str, Any] = {"days": days, "finished_at": finished_at, "last_id": last_id}
    due = connection.execute(DUE, {**facts, "batch": BATCH}).all()
    if not due:
        return False, Done()
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
    threads = connection.execute(HELD, {"ids": [run.id for run in due]}).scalars().all()
    statement, more = (PRUNE, {}) if step is Step.HISTORY else (CLEAR, _KEPT)
    row = connection.execute(statement, {"threads": list(threads), **more}).one()
    last = due[-1]
    connection.execute(
        SET_MARK, {"step": step, "finished_at": last.finished_at, "last_id": last.id}
    )
    pruned, cleared = (row.runs, 0) if step is Step.HISTORY else (0, row.runs)
    return len(due) == BATCH, Done(pruned, cleared, row.checkpoints, int(row.bytes))


def delete_leftovers(connection: Connection) -> Done:
    """Delete what ended jobs, dead workers and deleted runs left behind, and old records."""
    connection.execute(OLD_SWEEPS, {"kept_sweeps": KEPT_SWEEPS})
    jobs = delete_ended_jobs(connection, days=LEFT_DAYS, most=10 * BATCH)
    workers = connection.execute(DELETE_WORKERS, {"left": LEFT_DAYS}).rowcount
    forgotten = forget_deletions(connection, most=MOST_DELETIONS)
    return Done(leftovers=jobs + workers + forgotten)


def count_leftovers(connection: Connection) -> int:
    """How many rows :func:`delete_leftovers` would delete, if it did all at once."""
    workers = connection.execute(COUNT_WORKERS, {"left": LEFT_DAYS}).scalar_one()
    jobs = count_ended_jobs(connection, days=LEFT_DAYS)
    return jobs + int(workers) + count_forgettable(connection)


_KEPT: Final[dict[str, Any]] = {"kept_channels": list(KEPT_CHANNELS)}
