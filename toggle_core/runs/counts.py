"""How many runs there are of each status: exact as far as people read numbers, estimated above."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, and_, func, literal, select, tablesample, text, true
from sqlalchemy.orm import aliased

from toggle_core.runs.cut import count_up_to
from toggle_core.runs.query import RunFilter, conditions
from toggle_core.runs.reads import EVERYTHING, EXACT_COUNT
from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow
from toggle_core.words import Status

SAMPLE_BYTES: Final = 8 * 1024 * 1024
"""Of the table, some 20,000 runs, read in about 10 ms."""

SIZE: Final = text(
    """
    SELECT pg_relation_size(oid) AS bytes,
           reltuples::float8 / greatest(relpages, 1) * pg_relation_size(oid)
             / current_setting('block_size')::int AS runs
      FROM pg_class WHERE oid = 'runs'::regclass
    """
)
"""How large the table is now, and about how many runs it holds; negative where nobody knows yet."""

CLEARLY: Final = 3
"""Times ``EXACT_COUNT``: a sample of whole pages may be wrong where like runs lie together."""


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
    """How many runs a filter has in each status.

    Where there are many runs a sample is looked at first. What it shows to be far above
    ``EXACT_COUNT`` is not counted; the rest is, in one statement, up to that number.

    Args:
        database: where.
        wanted: which runs; its status is left aside.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        size = connection.execute(SIZE).one()
        share = min(1.0, SAMPLE_BYTES / max(size.bytes, 1))
        found, looked_at = _sampled(connection, replace(wanted, status=None), share)
        if share == 1:
            counts = {status: Count(found[status]) for status in Status}
        else:
            times = size.runs / looked_at if size.runs > 0 < looked_at else 1 / share
            expected = {status: found[status] * times for status in Status}
            counts = _counted(connection, wanted, expected)
    return StatusCounts(_sum(list(counts.values())), counts)


def _sampled(
    connection: Connection, wanted: RunFilter, share: float
) -> tuple[dict[Status, int], int]:
    """How many runs of a filter are in a part of the table, by status, and how many in all.

    It is always the same part, so that numbers do not change while nothing else does.
    """
    part = tablesample(RunRow.__table__, func.system(share * 100), seed=literal(0))
    runs = aliased(RunRow, part)
    matching = func.count().filter(and_(true(), *conditions(wanted, runs)))
    numbers = select(runs.status, matching, func.count()).group_by(runs.status)
    found, looked_at = dict.fromkeys(Status, 0), 0
    for status, matches, all_of_it in connection.execute(numbers):
        found[Status(status)] = matches
        looked_at += all_of_it
    return found, looked_at


def _counted(
    connection: Connection, wanted: RunFilter, expected: Mapping[Status, float]
) -> dict[Status, Count]:
    """The numbers of the statuses, with those that are expected to be far above what is exact."""
    clear = {status for status, number in expected.items() if number > CLEARLY * EXACT_COUNT}
    # Only a completed run has a verdict.
    possible = [Status.COMPLETED] if wanted.verdict is not None else list(Status)
    asked = [status for status in possible if status not in clear]
    numbers = [
        count_up_to(replace(wanted, status=status), EXACT_COUNT).scalar_subquery()
        for status in asked
    ]
    found = connection.execute(select(*numbers)).one() if numbers else ()
    counts = dict.fromkeys(Status, Count(0)) | {
        status: Count(_rounded(expected[status]), exact=False) for status in clear
    }
    for status, number in zip(asked, found, strict=True):
        many = max(expected[status], number)
        exact = number <= EXACT_COUNT
        counts[status] = Count(number if exact else _rounded(many), exact)
    return counts


def count_exactly(database: Database, wanted: RunFilter = EVERYTHING) -> int:
    """How many runs a filter has, however long that takes: 0.2 s for a million.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    counted = select(func.count()).select_from(RunRow).where(*conditions(wanted))
    with database.begin() as connection:
        return connection.execute(counted).scalar_one()


def _sum(counts: list[Count]) -> Count:
    number = sum(count.number for count in counts)
    if all(count.exact for count in counts):
        return Count(number)
    return Count(_rounded(number), exact=False)


def _rounded(number: float) -> int:
    """Two digits: more would look as if it were counted."""
    return round(round(number), 1 - int(math.log10(number)))
