"""Deletion of runs that have ended, with all that belongs to them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Text, column, delete, select, table

from toggle_core.errors import RunNotFound, RunProcessing
from toggle_core.store.database import Database
from toggle_core.store.tables import ProjectRow, RunRow
from toggle_core.words import Status

BATCH: Final = 100
"""Runs that are deleted in one transaction."""

THREAD_TABLES: Final = tuple(
    table(name, column("thread_id", Text))
    for name in ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
)
"""All tables of the checkpointer that hold something of a thread."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the runs that should be deleted.

    Attributes:
        done: those that are gone.
        refused: the sentence that says why not, for each of the others.
    """

    done: list[UUID] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)


def delete_runs(database: Database, ids: Collection[UUID]) -> Outcome:
    """Delete runs that have ended, with their checkpoints, events, attempts and gate results.

    A project is deleted with the last of its versions.

    One transaction deletes up to ``BATCH`` of them: each is there as a whole or gone as a whole.

    Raises:
        DatabaseAway: the database went away; earlier batches are deleted.
    """
    outcome = Outcome()
    for batch in _batches(list(dict.fromkeys(ids))):
        with database.begin() as connection:
            ended, refused = _judged(connection, batch)
            _delete(connection, ended)
        outcome.done.extend(ended)
        outcome.refused.update(refused)
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
    gone = delete(RunRow).where(RunRow.id.in_(ids)).returning(RunRow.project_id)
    projects = connection.scalars(gone).all()
    kept = select(RunRow.id).where(RunRow.project_id == ProjectRow.id).exists()
    connection.execute(delete(ProjectRow).where(ProjectRow.id.in_(projects), ~kept))
