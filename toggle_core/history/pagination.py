"""Keyset pagination: which run ids are on a page, and in which order.

There are two ways, and Postgres's planner, which knows only averages, takes the wrong one too often
(20 matches of a million runs: 650 ms instead of 1 ms). So it is counted first. Few matches are
found by the indexes of the filter, and sorted. Many are met soon by walking along the index of the
order, and all of them are never looked at.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Subquery, func, literal, select, tuple_

from toggle_core.history.cursor import Cursor, Direction
from toggle_core.history.query import RunFilter, conditions
from toggle_core.history.sorting import ORDERS, Sort
from toggle_core.store.tables import RunRow

FEW: Final = 5_000
"""So many runs are sorted in some 10 ms; where there are more, one of 200 of a million is met."""


def count_up_to(wanted: RunFilter, most: int) -> Select[*tuple[int]]:
    """Counts the runs of a filter up to one more than ``most``, and no further."""
    some = select(literal(1)).select_from(RunRow).where(*conditions(wanted)).limit(most + 1)
    return select(func.count()).select_from(some.subquery())


def are_few(connection: Connection, wanted: RunFilter) -> bool:
    """Whether a filter leaves so few runs that all of them are best looked at."""
    if not conditions(wanted):
        return False
    if wanted.ids:
        return True  # no more than are named
    return connection.execute(count_up_to(wanted, FEW)).scalar_one() <= FEW


def page_of(
    wanted: RunFilter, sort: Sort, limit: int, cursor: Cursor | None, *, few: bool
) -> Subquery:
    """The runs of a page as a table of ``id`` and ``key``, in no order.

    Args:
        wanted: which runs.
        sort: their order.
        limit: how many at most.
        cursor: where the page begins; None: at the first run.
        few: see :func:`are_few`.
    """
    order = ORDERS[sort]
    clauses = conditions(wanted)
    found = select(RunRow.id, order.key.label("key"))
    run_id: ColumnElement[Any] = RunRow.__table__.c.id
    key = order.key
    if few:
        matches = found.where(*clauses).cte("matches").prefix_with("MATERIALIZED")
        found, run_id, key, clauses = select(matches), matches.c.id, matches.c.key, []
    upwards = reads_upwards(cursor)
    if cursor is not None and cursor.key is not None:
        here = tuple_(literal(cursor.key, order.key.type), literal(cursor.id))
        each = tuple_(key, run_id)
        clauses.append(each < here if order.falls(upwards=upwards) else each > here)
    found = found.where(*clauses).order_by(*order.by(key, run_id, upwards=upwards)).limit(limit)
    return found.subquery("page")


def reads_upwards(cursor: Cursor | None) -> bool:
    """Whether a page is read from its end."""
    return cursor is not None and cursor.direction is Direction.PREVIOUS
