"""How many runs there are of each status: exact as far as people read numbers, estimated above."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, literal, select

from toggle_core.runs.cut import count_up_to
from toggle_core.runs.query import RunFilter, conditions
from toggle_core.runs.reads import EVERYTHING, EXACT_COUNT
from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow
from toggle_core.words import Status


@dataclass(frozen=True, slots=True)
class Count:
    """A number of runs.

    Attributes:
        number: how many; rounded to two digits where it is not exact.
        exact: whether they were counted.
    """

    number: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """How many runs a filter has in each status, its own status left aside.

    Attributes:
        total: in all.
        by_status: of each status.
    """

    total: Count
    by_status: Mapping[Status, Count]

    def of(self, status: Status | None) -> Count:
        """The number for one status, or in all."""
        return self.total if status is None else self.by_status[status]


def count_by_status(database: Database, wanted: RunFilter = EVERYTHING) -> StatusCounts:
    """How many runs a filter has in each status, in one statement.

    Args:
        database: where.
        wanted: which runs; its status is left aside.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    # Only a completed run has a verdict.
    asked = [Status.COMPLETED] if wanted.verdict is not None else list(Status)
    filters = {status: replace(wanted, status=status) for status in asked}
    numbers = [count_up_to(each, EXACT_COUNT).scalar_subquery() for each in filters.values()]
    counts = dict.fromkeys(Status, Count(0))
    with database.begin() as connection:
        found = connection.execute(select(*numbers)).one()
        for (status, each), number in zip(filters.items(), found, strict=True):
            counts[status] = _told(connection, each, number)
    return StatusCounts(_sum(list(counts.values())), counts)


def count_exactly(database: Database, wanted: RunFilter = EVERYTHING) -> int:
    """How many runs a filter has, however long that takes: 0.2 s for a million.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    counted = select(func.count()).select_from(RunRow).where(*conditions(wanted))
    with database.begin() as connection:
        return connection.execute(counted).scalar_one()


def _told(connection: Connection, wanted: RunFilter, found: int) -> Count:
    if found <= EXACT_COUNT:
        return Count(found)
    return Count(_rounded(max(_expected(connection, wanted), found)), exact=False)


def _expected(connection: Connection, wanted: RunFilter) -> int:
    """What Postgres's planner expects, from the statistics that it keeps."""
    runs = select(literal(1)).select_from(RunRow).where(*conditions(wanted))
    compiled = runs.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    plan: list[dict[str, Any]] = connection.exec_driver_sql(
        f"EXPLAIN (FORMAT JSON) {compiled}", compiled.params
    ).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def _sum(counts: list[Count]) -> Count:
    number = sum(count.number for count in counts)
    if all(count.exact for count in counts):
        return Count(number)
    return Count(_rounded(number), exact=False)


def _rounded(number: int) -> int:
    """Two digits: more would look as if it were counted."""
    return round(number, 1 - int(math.log10(number)))
