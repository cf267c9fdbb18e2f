"""The answer of a model while it grows: written by the worker, read by the run page."""

from typing import Final
from uuid import UUID

from sqlalchemy import Delete, delete, desc, select

from toggle_core.runs.door import NOT_TEXT
from toggle_core.runs.progress import Lease, hold, record
from toggle_core.store.database import Database
from toggle_core.store.tables import RunEventRow
from toggle_core.words import EventKind, Stage

TAIL: Final = 4_000
"""Characters of the answer that are kept: its end, where it grows."""


def record_answer(database: Database, lease: Lease, stage: Stage, text: str) -> None:
    """Keep how far the answer has come, in place of what was kept of it before.

    Args:
        database: where.
        lease: of this worker.
        stage: in which it is given.
        text: the answer so far; its end is kept.

    Raises:
        LeaseLost: another worker has the run.
    """
    with database.begin() as connection:
        hold(connection, lease)
        connection.execute(_of(lease.run_id))
        tail = NOT_TEXT.sub("", text)[-TAIL:]
        record(connection, lease, EventKind.TEXT, stage, {"text": tail, "length": len(text)})


def forget_answer(database: Database, lease: Lease) -> None:
    """The answer is complete: what came of it is in the checkpoint.

    Raises:
        LeaseLost: another worker has the run.
    """
    with database.begin() as connection:
        hold(connection, lease)
        connection.execute(_of(lease.run_id))


def growing_answer(database: Database, run_id: UUID) -> str | None:
    """The end of the answer that is growing right now, None where there is none.

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
