"""Reads for the parts of pages that refresh: a few runs each, without plan and code."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, union_all

from toggle_core.history.reads import EXACT_COUNT
from toggle_core.runs.model import RunBrief
from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow
from toggle_core.words import Stage, Status, Verdict

_COLUMNS: Final[tuple[Any, ...]] = (
    RunRow.id,
    RunRow.task,
    RunRow.status,
    RunRow.stage,
    RunRow.verdict,
    RunRow.created_at,
    RunRow.works,
    RunRow.promises_untried,
)
_OLDEST: Final = (RunRow.created_at, RunRow.id)
_PROCESSING: Final = RunRow.status == Status.PROCESSING
_IN_REVIEW: Final = RunRow.stage == Stage.REVIEWING


@dataclass(frozen=True, slots=True)
class Processing:
    """The runs that have not ended, those that have been there for longest first.

    Attributes:
        in_review: some of those that wait for the review of their plan.
        in_review_count: how many these are, counted up to ``EXACT_COUNT`` + 1 together with the
            others.
        moving: some of the others, which are queued or being executed.
        moving_count: how many these are.
    """

    in_review: Sequence[RunBrief]
    in_review_count: int
    moving: Sequence[RunBrief]
    moving_count: int


def get_briefs(database: Database, ids: Collection[UUID]) -> dict[UUID, RunBrief]:
    """Look up runs by their ids.

    Args:
        database: where.
        ids: of the runs; without any, nothing is sent.

    Returns:
        Those that exist, the newest first.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    if not ids:
        return {}
    named = select(*_COLUMNS).where(RunRow.id.in_(ids))
    with database.one_statement() as connection:
        rows = connection.execute(named.order_by(RunRow.created_at.desc(), RunRow.id.desc())).all()
    return {row.id: _brief(row) for row in rows}


def list_processing(database: Database, most: int) -> Processing:
    """Read the runs that have not ended. They are counted only where there are more than is read.

    Args:
        database: where.
        most: runs to read of each kind.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    oldest = union_all(
        *(
            select(select(*_COLUMNS).where(*which).order_by(*_OLDEST).limit(most).subquery())
            for which in ((_PROCESSING, _IN_REVIEW), (_PROCESSING, ~_IN_REVIEW))
        )
    )
    with database.one_statement() as connection:
        runs = sorted(map(_brief, connection.execute(oldest)), key=lambda run: run.created_at)
        in_review = [run for run in runs if run.stage is Stage.REVIEWING]
        moving = [run for run in runs if run.stage is not Stage.REVIEWING]
        counts = len(in_review), len(moving)
        if most in counts:
            counts = _count(connection)
    return Processing(in_review, counts[0], moving, counts[1])


def _count(connection: Connection) -> tuple[int, int]:
    """Count the runs that are in review, and those that are moving."""
    some = select(RunRow.stage).where(_PROCESSING).limit(EXACT_COUNT + 1).subquery()
    in_review = func.count().filter(some.c.stage == Stage.REVIEWING)
    row = connection.execute(select(in_review, func.count()).select_from(some)).one()
    return row[0], row[1] - row[0]


def _brief(row: Row[Any]) -> RunBrief:
    verdict = Verdict(row.verdict) if row.verdict else None
    return RunBrief(
        row.id,
        row.task,
        Status(row.status),
        Stage(row.stage),
        verdict,
        row.created_at,
        row.works,
        row.promises_untried,
    )
