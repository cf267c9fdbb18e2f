"""Maintains the rollup behind insights: recounts the days whose runs have changed.

Triggers note each such day in ``insight_changes``. Whoever counts a day takes its notes off first
and reads the runs then: a change that is committed later leaves a note of its own, so that nothing
is missed and nobody waits. What is counted follows the runs that there are: deleted ones are gone.
"""

import time
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import TextClause, func, select, text

from toggle_core.history.query import begin_of
from toggle_core.insights.counting import COUNTINGS
from toggle_core.store.database import Database

COUNTING_LOCK: Final = 0x636F_756E_74
"""Key of the advisory lock of the one who counts ("count" in ASCII)."""

PAUSE: Final = 20
"""A day is counted anew after this many times as long as it took: at most 5 % of the time."""

DUE: Final = text(
    f"""
    SELECT changed.day
      FROM (SELECT DISTINCT day FROM insight_changes) AS changed
      LEFT JOIN insight_days AS counted USING (day)
     WHERE counted.day IS NULL
        OR counted.counted_at < now() - {PAUSE} * make_interval(secs => counted.seconds)
     ORDER BY changed.day DESC
     LIMIT 1
    """  # noqa: S608  a number of ours
)

LEFT: Final = text(
    """
    SELECT count(DISTINCT day) FROM insight_changes
     WHERE NOT EXISTS (SELECT FROM insight_days WHERE day = insight_changes.day)
    """
)

FORGET: Final = tuple(
    text(f"DELETE FROM {table} WHERE day = :day")  # noqa: S608  names of ours
    for table in ("insight_changes", *COUNTINGS)
)

COUNT: Final = tuple(
    text(
        f"""
        INSERT INTO {table} ({each.columns})
        WITH chosen AS (SELECT * FROM runs WHERE created_at >= :begin AND created_at < :end),
             counted ({each.columns}) AS ({each.rows})
        SELECT * FROM counted
        """  # noqa: S608  constants of ours
    )
    for table, each in COUNTINGS.items()
)

COUNTED: Final = text(
    """
    INSERT INTO insight_days (day, seconds)
    VALUES (:day, extract(epoch FROM clock_timestamp() - now()))
    ON CONFLICT (day) DO UPDATE SET counted_at = excluded.counted_at, seconds = excluded.seconds
    """
)

STATEMENTS: Final[tuple[TextClause, ...]] = (*FORGET, *COUNT, COUNTED)


def count_changed_days(database: Database, *, seconds: float = 0.5) -> int:
    """Count days anew whose runs have changed, the newest first.

    One process at a time does so; a day with many runs is counted at most 5 % of the time.

    Args:
        database: where.
        seconds: after about this long the rest is left to the next call. One day is always counted.

    Returns:
        How many days with runs have never been counted.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    deadline = time.monotonic() + seconds
    while (day := _due(database)) is not None and _count(database, day):
        if time.monotonic() >= deadline:
            break
    with database.begin() as connection:
        return int(connection.execute(LEFT).scalar_one())


def _due(database: Database) -> date | None:
    with database.begin() as connection:
        day: date | None = connection.execute(DUE).scalar_one_or_none()
        return day


def _count(database: Database, day: date) -> bool:
    """Count a day. Returns whether it was counted: another process may be at it."""
    facts: dict[str, Any] = {
        "day": day,
        "begin": begin_of(day),
        "end": begin_of(day + timedelta(days=1)),
    }
    with database.begin() as connection:
        if not connection.execute(select(func.pg_try_advisory_xact_lock(COUNTING_LOCK))).scalar():
            return False
        for statement in STATEMENTS:
            connection.execute(statement, facts)
    return True
