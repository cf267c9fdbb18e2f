"""What a model has written so far: recorded by the worker, shown on the run page."""

from typing import Final
from uuid import UUID

from sqlalchemy import Delete, delete, desc, select

from toggle_core.runs.lifecycle import hold
from toggle_core.storable import UNSTORABLE
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.store.tables import RunEventRow
from toggle_core.words import EventKind, Stage

TAIL: Final = 4_000
"""Characters of the output that are kept: its end, where it grows."""


def record_partial_output(database: Database, lease: Lease, stage: Stage, text: str) -> None:
    """Replace what is kept of a model's output.

    Args:
        database: where.
        lease: of this worker.
        stage: in which the model writes.
        text: the output so far; its end is kept.

    Raises:
        LeaseLost: another worker has the run.
    """
    tail = UNSTORABLE.sub("", text)[-TAIL:]
    detail = {"text": tail, "length": len(text)}
    with database.begin() as connection:
        hold(connection, lease)
        connection.execute(_of(lease.run_id))
        hold(connection, lease, event=EventKind.TEXT, stage=stage, detail=detail)


def clear_partial_output(database: Database, lease: Lease) -> None:
    """Delete what is kept: the output is complete, and its result is in the checkpoint.

    Raises:
        LeaseLost: another worker has the run.
    """
    with database.begin() as connection:
        hold(connection, lease)
        connection.execute(_of(lease.run_id))


def get_partial_output(database: Database, run_id: UUID) -> str | None:
    """The end of what a model is writing right now, None where none is.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    newest = (
        select(RunEventRow.detail["text"].as_string())
        .where(RunEventRow.run_id == run_id, RunEventRow.kind == EventKind.TEXT)
        .order_by(desc(RunEventRow.id))
        .limit(1)
    )
    with database.begin() as connection:
        return connection.execute(newest).scalar_one_or_none()


def _of(run_id: UUID) -> Delete:
    return delete(RunEventRow).where(
        RunEventRow.run_id == run_id, RunEventRow.kind == EventKind.TEXT
    )
