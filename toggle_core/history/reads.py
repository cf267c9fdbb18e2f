"""Reads: one run, a page of runs, what happened to a run."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, select, true

from toggle_core.errors import CursorRefused, RunNotFound
from toggle_core.gates.model import from_json
from toggle_core.history.cursor import Cursor, Direction
from toggle_core.history.latest_checkpoint import channel, newest_checkpoint, start_of, value_of
from toggle_core.history.pagination import are_few, count_up_to, page_of, reads_upwards
from toggle_core.history.query import RunFilter, conditions
from toggle_core.history.sorting import ORDERS, Sort
from toggle_core.runs.columns import Declared, columns_of
from toggle_core.runs.model import Event, Run, RunSummary, files_from_json, remarks_from_json
from toggle_core.store.database import Database
from toggle_core.store.retention_tables import KEPT_CHANNELS
from toggle_core.store.tables import RunEventRow, RunRow
from toggle_core.words import EventKind, Stage, Status

PAGE_LIMIT: Final = 200
"""Most runs on one page."""

EXACT_COUNT: Final = 10_000
"""Runs are counted up to this number: nobody reads a greater one digit by digit."""

EVENTS_LIMIT: Final = 500

EVERYTHING: Final = RunFilter()

AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of runs, in the order that was asked for.

    Attributes:
        runs: in that order.
        previous: leads to the page before, None on the first.
        next: leads to the page after, None on the last.
    """

    runs: tuple[RunSummary, ...]
    previous: Cursor | None
    next: Cursor | None


def get_run(database: Database, run_id: UUID) -> Run:
    """Everything that is known of a run.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: the database cannot be reached.
    """
    runs = get_runs(database, (run_id,))
    if not runs:
        raise RunNotFound
    return runs[run_id]


def get_runs(database: Database, ids: Collection[UUID]) -> dict[UUID, Run]:
    """Everything that is known of some runs, in one statement.

    Args:
        database: where.
        ids: of the runs; without any, nothing is sent.

    Returns:
        Those that exist, by their ids.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    if not ids:
        return {}
    with database.begin() as connection:
        rows = connection.execute(_RUN.where(RunRow.id.in_(ids))).all()
    return {row.id: _run(row) for row in rows}


def get_submitter(database: Database, run_id: UUID) -> str | None:
    """Who asked for a run; None where nobody was asked who they are.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: the database cannot be reached.
    """
    asked = select(RunRow.submitted_by).where(RunRow.id == run_id)
    with database.begin() as connection:
        found = connection.scalars(asked).all()
    if not found:
        raise RunNotFound
    return found[0]


def list_runs(
    database: Database,
    wanted: RunFilter = EVERYTHING,
    *,
    sort: Sort = Sort.NEWEST,
    limit: int = 50,
    cursor: Cursor | None = None,
) -> Page:
    """A page of runs by key, so that the last page costs no more than the first.

    Args:
        database: where.
        wanted: which runs.
        sort: their order.
        limit: how many at most, 1 to ``PAGE_LIMIT``.
        cursor: where the page begins; None: at the first run.

    Raises:
        CursorRefused: the cursor was made for another order.
        DatabaseAway: the database cannot be reached.
    """
    if cursor is not None and cursor.sort is not sort:
        raise CursorRefused
    with database.begin() as connection:
        few = are_few(connection, wanted)
        page = page_of(wanted, sort, limit + 1, cursor, few=few)
        rows = list(connection.execute(_filled(page, sort, cursor)))
    more = len(rows) > limit
    rows = rows[:limit]
    if reads_upwards(cursor):
        rows.reverse()
        after = cursor is not None and cursor.id is not None
        return _page(rows, sort, before=more, after=after)
    return _page(rows, sort, before=cursor is not None, after=more)


def count_runs(database: Database, wanted: RunFilter = EVERYTHING) -> int:
    """How many runs there are, counted up to ``EXACT_COUNT`` + 1."""
    with database.begin() as connection:
        return connection.execute(count_up_to(wanted, EXACT_COUNT)).scalar_one()


def list_statuses(database: Database, wanted: RunFilter, limit: int) -> dict[UUID, Status]:
    """The runs of a filter by their ids alone, with their statuses, newest first.

    Args:
        database: where.
        wanted: which runs.
        limit: how many at most.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    asked = select(RunRow.id, RunRow.status).where(*conditions(wanted))
    newest = asked.order_by(RunRow.created_at.desc(), RunRow.id.desc()).limit(limit)
    with database.begin() as connection:
        return {row.id: Status(row.status) for row in connection.execute(newest)}


def list_events(database: Database, run_id: UUID, *, after: int = 0) -> list[Event]:
    """What happened to a run, oldest first. Growing answers are not events of their own.

    Args:
        database: where.
        run_id: of the run.
        after: id of the newest event that is known already.
    """
    statement = (
        select(
            RunEventRow.id, RunEventRow.at, RunEventRow.kind, RunEventRow.stage, RunEventRow.detail
        )
        .where(
            RunEventRow.run_id == run_id,
            RunEventRow.id > after,
            RunEventRow.kind != EventKind.TEXT,
        )
        .order_by(RunEventRow.id)
        .limit(EVENTS_LIMIT)
    )
    with database.begin() as connection:
        rows = connection.execute(statement).all()
    return [Event(r.id, r.at, EventKind(r.kind), Stage(r.stage), r.detail) for r in rows]


NEWEST_OF_RUNS: Final = newest_checkpoint(RunRow.__table__.c.id)

_LISTED_COLUMNS: Final = columns_of(RunSummary)

_RUN_COLUMNS: Final = columns_of(Run)

LISTED: Final = tuple(
    start_of(NEWEST_OF_RUNS, each.name)
    if each.column.checkpoint
    else value_of(each, NEWEST_OF_RUNS).label(each.name)
    for each in _LISTED_COLUMNS
)
"""What lists read of a run; ``NEWEST_OF_RUNS`` is to be joined for it."""

_RUN: Final[AnySelect] = select(
    *(
        value_of(each, NEWEST_OF_RUNS).label(each.name)
        for each in _RUN_COLUMNS
        if not each.column.checkpoint
    ),
    *(channel(NEWEST_OF_RUNS, name).label(name) for name in KEPT_CHANNELS),
).select_from(RunRow.__table__.outerjoin(NEWEST_OF_RUNS, true()))


def _filled(page: Subquery, sort: Sort, cursor: Cursor | None) -> AnySelect:
    """The runs of a page, with the beginnings of what is in their newest checkpoints."""
    upwards = reads_upwards(cursor)
    joined = page.join(RunRow.__table__, RunRow.id == page.c.id)
    return (
        select(*LISTED, page.c.key)
        .select_from(joined.outerjoin(NEWEST_OF_RUNS, true()))
        .order_by(*ORDERS[sort].by(page.c.key, page.c.id, upwards=upwards))
    )


def _page(rows: list[Row[Any]], sort: Sort, *, before: bool, after: bool) -> Page:
    if not rows:
        return Page((), None, None)
    first, last = rows[0], rows[-1]
    return Page(
        tuple(map(summary, rows)),
        Cursor(sort, Direction.PREVIOUS, first.key, first.id) if before else None,
        Cursor(sort, Direction.NEXT, last.key, last.id) if after else None,
    )


def _run(row: Row[Any]) -> Run:
    values = _values(row, _RUN_COLUMNS)
    values.update(
        files=files_from_json(row.files),
        unmet=remarks_from_json(row.unmet),
        assumptions=remarks_from_json(row.assumptions),
        objection=row.objection or None,
        gates=tuple(from_json(row.gates or "")),
        promises=json.loads(row.promises) if row.promises else None,
    )
    return Run(**values)


def summary(row: Row[Any]) -> RunSummary:
    """A run of a list, from a row with the columns of ``LISTED``."""
    return RunSummary(**_values(row, _LISTED_COLUMNS))


def _values(row: Row[Any], columns: tuple[Declared, ...]) -> dict[str, Any]:
    """The declared columns of a row; words of a fixed vocabulary as members of it."""
    found = row._asdict()
    return {
        each.name: each.type(found[each.name])
        if issubclass(each.type, StrEnum) and found[each.name] is not None
        else found[each.name]
        for each in columns
    }
