"""The runs that have changed since an earlier answer, for readers who keep a copy of them.

Each change of a run carries the number of its transaction (migration 0017). Transactions commit out
of order, so a page ends below the oldest one that is still writing (``pg_snapshot_xmin``): all with
a lower number have ended, and whatever commits later has a higher one. Nothing is missed, and
nothing comes twice unless it has changed again.
"""

import base64
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    false,
    literal,
    literal_column,
    select,
    text,
    true,
    tuple_,
    union_all,
)

from toggle_core.errors import ChangeCursorRefused, ChangeCursorTooOld
from toggle_core.history.reads import LISTED, NEWEST_OF_RUNS, summary
from toggle_core.runs.model import RunSummary
from toggle_core.store.change_tables import DeletedRunRow
from toggle_core.store.database import Database
from toggle_core.store.deletions import KEPT_DAYS, is_any_forgotten
from toggle_core.store.tables import RunRow

HORIZON: Final = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger)
"""Every transaction with a lower number has ended."""

HERE: Final = text(
    """
    SELECT system_identifier::text || '.' || oid, pg_snapshot_xmin(pg_current_snapshot())::text
      FROM pg_control_system(), pg_database WHERE datname = current_database()
    """
)
"""Names the database, and its horizon. Numbers of transactions mean nothing in another one."""


LEAST_ID: Final = UUID(int=0)
NOTHING: Final = -1
"""Below the number of every change."""

LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ChangeCursor:
    """A change up to which all are known.

    Attributes:
        database: identity of the database, empty at the beginning.
        number: of the change's transaction.
        run_id: of the run that it changed.
        begun: number below which every transaction had ended when the reader began: what these
            deleted it has never had.
    """

    database: str = ""
    number: int = NOTHING
    run_id: UUID = LEAST_ID
    begun: int = 0

    def __str__(self) -> str:
        plain = f"{self.database}|{self.number}|{self.run_id}|{self.begun}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what ``str(cursor)`` wrote; an empty text is the beginning.

        Raises:
            ChangeCursorRefused: it is something else.
        """
        if not text:
            return cls()
        try:
            plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            database, number, run_id, *begun = plain.split("|")
            # A cursor of version 0.1 has three parts.
            read = cls(database, int(number), UUID(run_id), int(begun[0]) if begun else 0)
        except ValueError:
            raise ChangeCursorRefused from None
        if read.number < NOTHING or not 0 <= read.begun <= LARGEST:
            raise ChangeCursorRefused
        return read


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed after a cursor, in the order of the changes.

    Attributes:
        runs: as they are now; each once, however often it has changed.
        deleted: ids of runs that are gone.
        cursor: of the last change.
    """

    runs: tuple[RunSummary, ...]
    deleted: tuple[UUID, ...]
    cursor: ChangeCursor


def list_changes(database: Database, since: ChangeCursor, *, limit: int) -> Changes:
    """A page of the runs that changed, or were deleted, after a cursor.

    A page that is empty means that the reader knows everything up to now, but for what transactions
    that are still writing have changed: it comes with a later page.

    Args:
        database: where.
        since: of the answer before.
        limit: runs and deletions at most, 1 or more.

    Raises:
        ChangeCursorRefused: the cursor comes from another database.
        ChangeCursorTooOld: ids of runs that were deleted after it are forgotten.
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        here, horizon = _identity(connection, since)
        rows = connection.execute(_page(since, limit)).all()
        begun = horizon if since.number == NOTHING else since.begun
        position = {"number": since.number, "run_id": since.run_id, "begun": begun}
        if is_any_forgotten(connection, position):
            raise ChangeCursorTooOld(days=KEPT_DAYS)
    last = rows[-1] if rows else None
    return Changes(
        tuple(summary(row) for row in rows if not row.gone),
        tuple(row.changed_id for row in rows if row.gone),
        ChangeCursor(here, last.change, last.changed_id, begun)
        if last
        else ChangeCursor(here, since.number, since.run_id, begun),
    )


def _identity(connection: Connection, since: ChangeCursor) -> tuple[str, int]:
    """Name the database with its horizon, and make sure that the cursor is of it."""
    here, horizon = connection.execute(HERE).one()
    if since.number >= 0 and (since.database != here or since.number >= int(horizon)):
        raise ChangeCursorRefused
    return str(here), int(horizon)


def _page(since: ChangeCursor, limit: int) -> Select[*tuple[Any, ...]]:
    """The changes, read from both indexes, with what lists show of each run."""
    here = tuple_(literal(since.number, BigInteger), literal(since.run_id))
    sources = [
        select(
            row.changed.label("change"),
            row_id.label("changed_id"),
            gone.label("gone"),
        )
        .where(tuple_(row.changed, row_id) > here, row.changed < HORIZON)
        .order_by(row.changed, row_id)
        .limit(limit)
        .subquery()
        for row, row_id, gone in (
            (RunRow, RunRow.id, false()),
            (DeletedRunRow, DeletedRunRow.id, true()),
        )
    ]
    either = union_all(*(select(source) for source in sources)).subquery("either")
    page = select(either).order_by(either.c.change, either.c.changed_id).limit(limit)
    found = page.subquery("page")
    runs = RunRow.__table__
    joined = found.outerjoin(runs, runs.c.id == found.c.changed_id)
    return (
        select(*LISTED, found.c.change, found.c.changed_id, found.c.gone)
        .select_from(joined.outerjoin(NEWEST_OF_RUNS, true()))
        .order_by(found.c.change, found.c.changed_id)
    )
