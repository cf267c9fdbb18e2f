"""Sweeps: batch after batch of retention, by one process at a time, each with a record."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, insert, select, text, update

from toggle_core.store.database import Database
from toggle_core.store.retention import (
    SIZE,
    Done,
    Policy,
    count_leftovers,
    delete_leftovers,
    do_batch,
    mark_of,
)
from toggle_core.store.retention_tables import Step, SweepRow

RETENTION_LOCK: Final = 0x6B65_6570
"""Key of the advisory lock of the one who sweeps the history ("keep" in ASCII)."""

STEPS: Final = (Step.CHECKPOINTS, Step.HISTORY)
"""What is to lose its last step anyway need not be pruned before."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep.

    Attributes:
        began_at: when.
        ended_at: when; None while it goes on, and where its process was killed.
        done: what it did.
        unfinished: whether more was due than it had time for.
    """

    began_at: datetime
    ended_at: datetime | None
    done: Done
    unfinished: bool = False


def sweep(
    database: Database,
    policy: Policy,
    *,
    seconds: float | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Sweep | None:
    """Do what is due, the oldest runs first.

    Args:
        database: where.
        policy: what is due when.
        seconds: after about this long the rest is left to the next sweep; one batch is always done.
            None: all is done.
        stopping: asked after each batch.

    Returns:
        What was done, or None where another process is sweeping.

    Raises:
        DatabaseAway: the database cannot be reached, or somebody holds a run for long. What was
            done is done; the rest is left to the next sweep.
    """
    end = float("inf") if seconds is None else time.monotonic() + seconds
    begun = _begin(database)
    if begun is None:
        return None
    sweep_id, began_at, done = begun
    for step in STEPS:
        if not (days := policy.days(step)):
            continue
        more = True
        while more:
            with database.begin() as connection:
                if not _lock(connection):
                    return Sweep(began_at, _end(database, sweep_id), done, unfinished=True)
                more, batch = do_batch(connection, step, days)
                _note(connection, sweep_id, batch)
            done += batch
            if more and (time.monotonic() >= end or stopping()):
                return Sweep(began_at, _end(database, sweep_id), done, unfinished=True)
    return Sweep(began_at, _end(database, sweep_id), done)


def last_sweep(database: Database) -> Sweep | None:
    """The newest sweep that has ended, None before there was one.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    newest = (
        select(SweepRow.__table__)
        .where(SweepRow.ended_at.is_not(None))
        .order_by(SweepRow.id.desc())
        .limit(1)
    )
    with database.begin() as connection:
        row = connection.execute(newest).one_or_none()
    if row is None:
        return None
    values = row._asdict()
    done = Done(**{name: values[name] for name in asdict(Done())})
    return Sweep(row.began_at, row.ended_at, done)


def survey(database: Database, policy: Policy) -> Done:
    """What a sweep would do now. Changes nothing.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        found = Done(leftovers=count_leftovers(connection))
        for step in STEPS:
            if policy.days(step):
                found += _survey(connection, policy, step)
    return found


def _begin(database: Database) -> tuple[int, datetime, Done] | None:
    """Delete leftovers, and begin the record. None where another process is sweeping."""
    with database.begin() as connection:
        if not _lock(connection):
            return None
        done = delete_leftovers(connection)
        begun = insert(SweepRow).values(leftovers=done.leftovers)
        row = connection.execute(begun.returning(SweepRow.id, SweepRow.began_at)).one()
    return row.id, row.began_at, done


def _lock(connection: Connection) -> bool:
    """Be the one who sweeps until the end of the transaction: so it works behind a pooler too."""
    return bool(connection.execute(select(func.pg_try_advisory_xact_lock(RETENTION_LOCK))).scalar())


def _note(connection: Connection, sweep_id: int, batch: Done) -> None:
    columns = SweepRow.__table__.c
    values: dict[str, ColumnElement[Any]] = {
        name: columns[name] + number for name, number in asdict(batch).items()
    }
    connection.execute(update(SweepRow).where(SweepRow.id == sweep_id).values(values))


def _end(database: Database, sweep_id: int) -> datetime | None:
    ended = (
        update(SweepRow)
        .where(SweepRow.id == sweep_id)
        .values(ended_at=func.clock_timestamp())
        .returning(SweepRow.ended_at)
    )
    with database.begin() as connection:
        return connection.execute(ended).scalar_one()


SURVEY: Final = """
    WITH due AS (
        SELECT id::text AS thread_id FROM runs
         WHERE finished_at < now() - make_interval(days => :days)
           AND finished_at >= now() - make_interval(days => :cleared_days)
           AND (finished_at, id) > (:finished_at, :last_id) AND status <> 'processing'
    )
    SELECT count(*) FILTER (WHERE steps > :spared) AS runs,
           coalesce(sum(steps - :spared) FILTER (WHERE steps > :spared), 0) AS checkpoints,
           coalesce(sum(size) FILTER (WHERE steps > :spared), 0) AS bytes
      FROM due, LATERAL (
        SELECT count(*) AS steps,
               (coalesce(sum({size}), 0) - CASE WHEN :spared = 1 THEN
                    (SELECT {size} FROM checkpoints WHERE thread_id = due.thread_id
                      ORDER BY checkpoint_id DESC LIMIT 1) ELSE 0 END)
               + (SELECT coalesce(sum(pg_column_size(blob) + 200), 0) FROM checkpoint_blobs
                   WHERE thread_id = due.thread_id)
               + (SELECT coalesce(sum(pg_column_size(blob) + 200), 0) FROM checkpoint_writes
                   WHERE thread_id = due.thread_id)
               + (SELECT coalesce(sum(pg_column_size(content) + 200), 0) FROM run_pictures
                   WHERE run_id = due.thread_id::uuid AND :spared = 0) AS size
          FROM checkpoints WHERE thread_id = due.thread_id) AS thread
""".replace("{size}", SIZE)

FOR_EVER_DAYS: Final = 1_000_000


def _survey(connection: Connection, policy: Policy, step: Step) -> Done:
    finished_at, last_id = mark_of(connection, step)
    history = step is Step.HISTORY
    facts = {
        "days": policy.days(step),
        "cleared_days": (policy.checkpoints_days if history else 0) or FOR_EVER_DAYS,
        "finished_at": finished_at,
        "last_id": last_id,
        "spared": int(history),
    }
    row = connection.execute(text(SURVEY), facts).one()
    pruned, cleared = (row.runs, 0) if history else (0, row.runs)
    return Done(pruned, cleared, int(row.checkpoints), int(row.bytes))
