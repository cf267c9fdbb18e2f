"""Reads: one run, a page of runs, what happened to a run."""

from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Row, Select, asc, desc, func, literal, select, tuple_

from toggle_core.errors import RunNotFound
from toggle_core.gates.model import from_json
from toggle_core.runs.cursor import Cursor, Direction
from toggle_core.runs.model import Event, Run, RunSummary, files_from_json
from toggle_core.runs.query import RUNS_WITH_CHECKPOINT, RunFilter, channel, conditions, start_of
from toggle_core.store.database import Database
from toggle_core.store.tables import RunEventRow, RunRow
from toggle_core.words import EventKind, Stage, Status, Verdict

PAGE_LIMIT: Final = 200
"""Most runs on one page."""

EXACT_COUNT: Final = 10_000
"""Counts above this are not finished: a page needs no more exact number."""

EVENTS_LIMIT: Final = 500

EVERYTHING: Final = RunFilter()

AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of runs, newest first.

    Attributes:
        runs: newest first.
        newer: leads to the page before, None on the first.
        older: leads to the page after, None on the last.
    """

    runs: tuple[RunSummary, ...]
    newer: Cursor | None
    older: Cursor | None


def get_run(database: Database, run_id: UUID) -> Run:
    """Everything that is known of a run.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: the database cannot be reached.
    """
    statement = _RUN.where(RunRow.id == run_id)
    with database.begin() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None:
        raise RunNotFound
    values = row._asdict()
    values.update(
        _words(row), files=files_from_json(row.files), gates=tuple(from_json(row.gates or ""))
    )
    return Run(**values)


def list_runs(
    database: Database,
    wanted: RunFilter = EVERYTHING,
    *,
    limit: int = 50,
    cursor: Cursor | None = None,
) -> Page:
    """A page of runs by key, so that the last page costs no more than the first.

    Args:
        database: where.
        wanted: which runs.
        limit: how many at most, 1 to ``PAGE_LIMIT``.
        cursor: where the page begins; None: at the newest run.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    upwards = cursor is not None and cursor.direction is Direction.NEWER
    statement = _LIST.where(*conditions(wanted)).limit(limit + 1)
    statement = _ordered(statement, upwards=upwards)
    if cursor is not None and cursor.id is not None:
        statement = _beyond(statement, cursor)
    with database.begin() as connection:
        rows = connection.execute(statement).all()
    more = len(rows) > limit
    runs = [_summary(row) for row in rows[:limit]]
    if upwards:
        runs.reverse()
        return _page(runs, newer=more, older=cursor is not None and cursor.id is not None)
    return _page(runs, newer=cursor is not None, older=more)


def count_runs(database: Database, wanted: RunFilter = EVERYTHING) -> int:
    """How many runs there are, counted up to ``EXACT_COUNT`` + 1."""
    some = select(literal(1)).select_from(RunRow).where(*conditions(wanted)).limit(EXACT_COUNT + 1)
    with database.begin() as connection:
        return connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()


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


_LIST: Final[AnySelect] = select(
    RunRow.id,
    RunRow.task,
    RunRow.production,
    RunRow.status,
    RunRow.stage,
    RunRow.verdict,
    RunRow.builder,
    RunRow.error,
    start_of("plan"),
    start_of("code"),
    RunRow.created_at,
    RunRow.started_at,
    RunRow.finished_at,
).select_from(RUNS_WITH_CHECKPOINT)

_RUN: Final[AnySelect] = select(
    RunRow.id,
    RunRow.task,
    RunRow.production,
    RunRow.status,
    RunRow.stage,
    RunRow.verdict,
    RunRow.review,
    RunRow.attempt,
    RunRow.takeovers,
    RunRow.builder,
    RunRow.submitted_by,
    RunRow.parent_id,
    RunRow.error,
    RunRow.tokens_in,
    RunRow.tokens_out,
    RunRow.created_at,
    RunRow.started_at,
    RunRow.finished_at,
    RunRow.cancel_requested_at,
    channel("plan"),
    channel("code"),
    channel("entry"),
    channel("files"),
    channel("how_to_run"),
    channel("response"),
    channel("gates"),
).select_from(RUNS_WITH_CHECKPOINT)


def _ordered(statement: AnySelect, *, upwards: bool) -> AnySelect:
    turn = asc if upwards else desc
    return statement.order_by(turn(RunRow.created_at), turn(RunRow.id))


def _beyond(statement: AnySelect, cursor: Cursor) -> AnySelect:
    key = tuple_(RunRow.created_at, RunRow.id)
    here = tuple_(literal(cursor.created_at), literal(cursor.id))
    return statement.where(key > here if cursor.direction is Direction.NEWER else key < here)


def _page(runs: list[RunSummary], *, newer: bool, older: bool) -> Page:
    if not runs:
        return Page((), None, None)
    first, last = runs[0], runs[-1]
    return Page(
        tuple(runs),
        Cursor(Direction.NEWER, first.created_at, first.id) if newer else None,
        Cursor(Direction.OLDER, last.created_at, last.id) if older else None,
    )


def _summary(row: Row[Any]) -> RunSummary:
    values = row._asdict()
    values.update(_words(row))
    return RunSummary(**values)


def _words(row: Row[Any]) -> dict[str, Status | Stage | Verdict | None]:
    verdict = cast(str | None, row.verdict)
    return {
        "status": Status(row.status),
        "stage": Stage(row.stage),
        "verdict": Verdict(verdict) if verdict else None,
    }
