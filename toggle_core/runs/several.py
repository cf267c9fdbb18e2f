"""What people ask of several runs at once: cancel them, run them again, delete them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Text, column, delete, select, table

from toggle_core.errors import DatabaseAway, RunNotFound, RunProcessing, ToggleError
from toggle_core.runs import control
from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow
from toggle_core.words import Status

BATCH: Final = 100
"""Runs that are deleted in one transaction."""

THREAD_TABLES: Final = tuple(
    table(name, column("thread_id", Text))
    for name in ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
)
"""All tables of the checkpointer that hold something of a thread."""


@dataclass(slots=True)
class Outcome:
    """What became of what was asked.

    Attributes:
        done: runs it was done for; the new ones where runs were run again.
        refused: the sentence that says why not, for each of the others.
    """

    done: list[UUID] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)


def cancel_runs(database: Database, ids: Collection[UUID]) -> Outcome:
    """Ask for the end of runs, see :func:`control.cancel`. Those that have ended stay as they are.

    Raises:
        DatabaseAway: the database went away; some may have been asked already.
    """
    return _each(ids, lambda run_id: control.cancel(database, run_id).task_id)


def run_several_again(database: Database, ids: Collection[UUID], *, builder: str) -> Outcome:
    """Submit the tasks of runs again, as new runs, see :func:`control.run_again`.

    Args:
        database: where.
        ids: of the runs.
        builder: name of the builder that will make them.

    Raises:
        DatabaseAway: the database went away; some may have been submitted already.
    """
    return _each(ids, lambda run_id: control.run_again(database, run_id, builder=builder).task_id)


def delete_runs(database: Database, ids: Collection[UUID]) -> Outcome:
    """Delete runs that have ended, with their checkpoints, events, attempts and gate results.

    One transaction deletes up to ``BATCH`` of them: each is there as a whole or gone as a whole.

    Raises:
        DatabaseAway: the database went away; earlier batches are deleted.
    """
    outcome = Outcome()
    for batch in _batches(list(dict.fromkeys(ids))):
        with database.begin() as connection:
            ended, refused = _judged(connection, batch)
            _delete(connection, ended)
        outcome.done += ended
        outcome.refused |= refused
    return outcome


def _each(ids: Collection[UUID], ask: Callable[[UUID], UUID]) -> Outcome:
    outcome = Outcome()
    for run_id in dict.fromkeys(ids):
        try:
            outcome.done.append(ask(run_id))
        except DatabaseAway:
            raise
        except ToggleError as error:
            outcome.refused[run_id] = str(error)
    return outcome


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _judged(connection: Connection, ids: Sequence[UUID]) -> tuple[list[UUID], dict[UUID, str]]:
    """Lock runs, and tell those that may be deleted from those that may not, with the reason."""
    locked = select(RunRow.id, RunRow.status).where(RunRow.id.in_(ids)).order_by(RunRow.id)
    found = {run.id: run.status for run in connection.execute(locked.with_for_update())}
    ended = [run_id for run_id in ids if found.get(run_id) not in {None, Status.PROCESSING}]
    refused = {
        run_id: str(RunProcessing() if run_id in found else RunNotFound())
        for run_id in ids
        if run_id not in ended
    }
    return ended, refused


def _delete(connection: Connection, ids: Sequence[UUID]) -> None:
    threads = [str(run_id) for run_id in ids]
    for each in THREAD_TABLES:
        connection.execute(delete(each).where(each.c.thread_id.in_(threads)))
    connection.execute(delete(RunRow).where(RunRow.id.in_(ids)))
