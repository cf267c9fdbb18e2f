"""Insight queries: runs per day, durations, gates, attempts, tokens.

Everything is read from the rollup (see ``rollup``), or, of one project, from its runs; for days in
UTC. Each row is a frozen
dataclass: ``pandas.DataFrame(rows)`` makes a frame of a list of them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, text

from toggle_core.insights.counting import COUNTED_FROM_RUNS
from toggle_core.insights.durations import seconds_of
from toggle_core.insights.rows import (
    EVERY_RUN,
    NO_PRICES,
    Attempts,
    BuilderTokens,
    DayRuns,
    DaySuccess,
    GateOutcomes,
    Price,
    Selection,
    StageDuration,
    WeekCost,
    cost_of,
)
from toggle_core.store.database import Database
from toggle_core.store.rollup_tables import ALL_KINDS, WHOLE_RUN
from toggle_core.words import GATES, Stage, Status, Verdict


def runs_per_day(database: Database, selection: Selection = EVERY_RUN) -> list[DayRuns]:
    """Runs per day, status and verdict, those that work apart, in the order of days."""
    rows = read_days(
        database,
        """
        SELECT day, status, verdict, works, sum(runs)::bigint AS runs FROM insight_runs
         WHERE {selected}
         GROUP BY day, status, verdict, works ORDER BY day, status, verdict, works
        """,
        selection,
    )
    return [
        DayRuns(
            row.day,
            Status(row.status),
            Verdict(row.verdict) if row.verdict else None,
            row.works,
            row.runs,
        )
        for row in rows
    ]


def success_per_day(database: Database, selection: Selection = EVERY_RUN) -> list[DaySuccess]:
    """How many runs with the toggle on succeeded, for each day on which such runs ended.

    Drafts are left out: nothing was checked, so they neither succeeded nor failed.
    """
    rows = read_days(
        database,
        """
        SELECT day, sum(runs)::bigint AS ended,
               coalesce(sum(runs) FILTER (WHERE verdict = 'production-ready'), 0)::bigint
                 AS successful
          FROM insight_runs
         WHERE {selected} AND production AND status IN ('completed', 'failed')
         GROUP BY day ORDER BY day
        """,
        selection,
    )
    return [
        DaySuccess(row.day, row.ended, row.successful, row.successful / row.ended) for row in rows
    ]


def stage_durations(database: Database, selection: Selection = EVERY_RUN) -> list[StageDuration]:
    """Median and 95th percentile of the time in each stage, in the order of stages.

    They are off by at most 2 % (see ``durations.ACCURACY``).
    """
    rows = read_days(
        database,
        """
        WITH stays AS (
            SELECT stage, unnest(buckets) AS bucket, unnest(numbers) AS number
              FROM insight_stages WHERE {selected}
        ), filled AS (
            SELECT stage, bucket, sum(number) AS number FROM stays GROUP BY stage, bucket
        ), ranked AS (
            SELECT stage, bucket, sum(number) OVER (PARTITION BY stage ORDER BY bucket) AS upto,
                   sum(number) OVER (PARTITION BY stage) AS total
              FROM filled
        )
        SELECT stage, max(total)::bigint AS runs,
               min(bucket) FILTER (WHERE upto >= 0.5 * total) AS median,
               min(bucket) FILTER (WHERE upto >= 0.95 * total) AS p95
          FROM ranked GROUP BY stage
        """,
        selection,
    )
    order = (*Stage, WHOLE_RUN)
    found = [
        StageDuration(row.stage, row.runs, seconds_of(row.median), seconds_of(row.p95))
        for row in rows
    ]
    return sorted(found, key=lambda row: order.index(row.stage))


def gate_outcomes(database: Database, selection: Selection = EVERY_RUN) -> list[GateOutcomes]:
    """What gates said, the one that fails in most runs first."""
    rows = read_days(
        database,
        """
        SELECT gate, sum(results) FILTER (WHERE outcome = 'passed') AS passed,
               sum(results) FILTER (WHERE outcome = 'failed') AS failed,
               sum(results) FILTER (WHERE outcome = 'skipped') AS skipped,
               coalesce(sum(runs) FILTER (WHERE outcome = 'failed'), 0)::bigint AS failed_runs
          FROM insight_gates WHERE {selected} GROUP BY gate
        """,
        selection,
    )
    found = []
    for row in rows:
        passed, failed, skipped = int(row.passed or 0), int(row.failed or 0), int(row.skipped or 0)
        judged = passed + failed
        rate = failed / judged if judged else 0.0
        found.append(GateOutcomes(row.gate, passed, failed, skipped, rate, row.failed_runs))
    return sorted(found, key=lambda row: (-row.failed_runs, -row.failed, GATES.index(row.gate)))


def attempts_per_run(database: Database, selection: Selection = EVERY_RUN) -> list[Attempts]:
    """How many attempts completed runs with the toggle on took."""
    rows = read_days(
        database,
        """
        SELECT attempts, sum(runs)::bigint AS runs,
               coalesce(sum(runs) FILTER (WHERE verdict = 'production-ready'), 0)::bigint AS ready
          FROM insight_runs
         WHERE {selected} AND production AND status = 'completed'
         GROUP BY attempts ORDER BY attempts
        """,
        selection,
    )
    return [Attempts(row.attempts, row.runs, row.ready) for row in rows]


def tokens_per_builder(
    database: Database, selection: Selection = EVERY_RUN, *, prices: Mapping[str, Price] = NO_PRICES
) -> list[BuilderTokens]:
    """What each builder has used, the one that used most first.

    Args:
        database: where.
        selection: which runs.
        prices: of builders, by their names. Without tokens the cost is 0, whatever the price.
    """
    rows = read_days(
        database,
        """
        SELECT builder, sum(runs)::bigint AS runs, sum(tokens_in)::bigint AS tokens_in,
               sum(tokens_out)::bigint AS tokens_out
          FROM insight_runs
         WHERE {selected} AND status <> 'processing'
         GROUP BY builder ORDER BY sum(tokens_in + tokens_out) DESC, builder
        """,
        selection,
    )
    return [
        BuilderTokens(
            row.builder,
            row.runs,
            row.tokens_in,
            row.tokens_out,
            cost_of(row.builder, row.tokens_in, row.tokens_out, prices),
        )
        for row in rows
    ]


def cost_per_week(
    database: Database, selection: Selection = EVERY_RUN, *, prices: Mapping[str, Price] = NO_PRICES
) -> list[WeekCost]:
    """What each model has used in each week, in the order of weeks.

    Args:
        database: where.
        selection: which runs; a week that its days cut off counts in part.
        prices: of builders, by their names.
    """
    rows = read_days(
        database,
        """
        SELECT date_trunc('week', day)::date AS week, builder, sum(runs)::bigint AS runs,
               sum(tokens_in)::bigint AS tokens_in, sum(tokens_out)::bigint AS tokens_out
          FROM insight_runs
         WHERE {selected} AND status <> 'processing'
         GROUP BY 1, builder HAVING sum(tokens_in + tokens_out) > 0 ORDER BY 1, builder
        """,
        selection,
    )
    return [
        WeekCost(
            row.week,
            row.builder,
            row.runs,
            row.tokens_in,
            row.tokens_out,
            cost_of(row.builder, row.tokens_in, row.tokens_out, prices),
        )
        for row in rows
    ]


def read_days(database: Database, query: str, selection: Selection) -> list[Row[Any]]:
    """The rows of a query.

    Of one project they are counted from its runs, which are few; else they are in the rollup.
    Bounds that there are not are left out: Postgres would take them for narrow ones, and sort.

    Args:
        database: where.
        query: SQL over tables of the rollup, in which ``{selected}`` stands for what narrows them.
        selection: which runs.
    """
    bounds = {
        "day >= :first": selection.created_from,
        "day < :end": selection.created_to,
        "builder = :builder": selection.builder,
        "production = :production": selection.production,
    }
    narrowed = " AND ".join(
        ["kind = :kind", *(each for each, value in bounds.items() if value is not None)]
    )
    known = {
        "first": selection.created_from,
        "end": selection.created_to,
        "builder": selection.builder,
        "production": selection.production,
        "kind": selection.kind or ALL_KINDS,
        "project_id": selection.project_id,
    }
    sql = query.replace("{selected}", narrowed)
    if selection.project_id is not None:
        sql = f"{COUNTED_FROM_RUNS} SELECT * FROM ({sql}) AS asked"  # noqa: S608  constants
    values = {name: value for name, value in known.items() if value is not None}
    with database.begin() as connection:
        return list(connection.execute(text(sql), values))
