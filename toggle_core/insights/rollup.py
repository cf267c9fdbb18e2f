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
from toggle_core.insights.durations import LOG_GAMMA, SHORTEST_SECONDS
from toggle_core.insights.reasons import COUNT_REASONS
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
    for table in (
        "insight_changes",
        "insight_runs",
        "insight_hours",
        "insight_stages",
        "insight_gates",
        "insight_strengths",
        "insight_reasons",
    )
)

COUNT_RUNS: Final = text(
    """
    INSERT INTO insight_runs (day, builder, production, status, verdict, attempts, evidence, works,
                              runs, tokens_in, tokens_out,
                              promises_kept, promises_broken, promises_untried)
    SELECT :day, builder, production, status, coalesce(verdict, ''),
           CASE WHEN status <> 'processing' THEN attempt ELSE 0 END AS attempts,
           coalesce(evidence, 0) AS evidence, coalesce(works, false) AS works, count(*),
           coalesce(sum(tokens_in) FILTER (WHERE status <> 'processing'), 0),
           coalesce(sum(tokens_out) FILTER (WHERE status <> 'processing'), 0),
           coalesce(sum(promises_kept), 0),
           coalesce(sum(promises_count - promises_kept - promises_untried), 0),
           coalesce(sum(promises_untried), 0)
      FROM runs
     WHERE created_at >= :begin AND created_at < :end
     GROUP BY builder, production, status, verdict, 6, 7, 8
    """
)

COUNT_STRENGTHS: Final = text(
    """
    INSERT INTO insight_strengths (day, strength, runs)
    SELECT :day, proof_strength, count(*)
      FROM runs
     WHERE created_at >= :begin AND created_at < :end AND proof_strength IS NOT NULL
     GROUP BY proof_strength
    """
)

COUNT_HOURS: Final = text(
    """
    INSERT INTO insight_hours (day, hour, runs)
    SELECT :day, extract(hour FROM created_at AT TIME ZONE 'UTC') AS hour, count(*)
      FROM runs
     WHERE created_at >= :begin AND created_at < :end
     GROUP BY hour
    """
)

COUNT_GATES: Final = text(
    """
    INSERT INTO insight_gates (day, gate, outcome, results)
    SELECT :day, gate, outcome, count(*)
      FROM runs JOIN gate_results ON gate_results.run_id = runs.id
     WHERE created_at >= :begin AND created_at < :end AND status <> 'processing'
     GROUP BY gate, outcome
    """
)

COUNT_STAGES: Final = text(
    """
    INSERT INTO insight_stages (day, stage, bucket, runs)
    WITH ended AS (
        SELECT id, working_seconds FROM runs
         WHERE created_at >= :begin AND created_at < :end AND status <> 'processing'
    ), steps AS (
        SELECT run_id, stage,
               lead(at) OVER (PARTITION BY run_id ORDER BY event.id) - at AS spent
          FROM ended JOIN run_events AS event ON event.run_id = ended.id
         WHERE kind IN ('stage', 'continued', 'error')
    ), stays AS (
        SELECT stage, extract(epoch FROM sum(spent)) AS seconds
          FROM steps WHERE spent IS NOT NULL AND stage <> 'done'
         GROUP BY run_id, stage
         UNION ALL
        SELECT 'whole', working_seconds FROM ended WHERE working_seconds IS NOT NULL
    )
    SELECT :day, stage, ceil(ln(greatest(seconds, :shortest)::float8) / :log_gamma) AS bucket,
           count(*)
      FROM stays
     GROUP BY stage, bucket
    """
)
"""A stage that a run was in several times counts once, with all of its time. What passes between
the end of a run and its retry belongs to no stage. The whole is the time worked on: without
the queue and without review."""

COUNTED: Final = text(
    """
    INSERT INTO insight_days (day, seconds)
    VALUES (:day, extract(epoch FROM clock_timestamp() - now()))
    ON CONFLICT (day) DO UPDATE SET counted_at = excluded.counted_at, seconds = excluded.seconds
    """
)

STATEMENTS: Final[tuple[TextClause, ...]] = (
    *FORGET,
    COUNT_RUNS,
    COUNT_HOURS,
    COUNT_GATES,
    COUNT_STAGES,
    COUNT_STRENGTHS,
    COUNT_REASONS,
    COUNTED,
)


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
        "shortest": SHORTEST_SECONDS,
        "log_gamma": LOG_GAMMA,
    }
    with database.begin() as connection:
        if not connection.execute(select(func.pg_try_advisory_xact_lock(COUNTING_LOCK))).scalar():
            return False
        for statement in STATEMENTS:
            connection.execute(statement, facts)
    return True
