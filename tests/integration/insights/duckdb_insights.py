"""Every insight, computed by DuckDB from exported files alone."""

from pathlib import Path
from typing import Any

import duckdb

from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.rows import Price

Rows = list[tuple[Any, ...]]

RUNS = """
    CREATE VIEW runs AS
    SELECT *, (created_at AT TIME ZONE 'UTC')::date AS day, coalesce(works, false) AS did_work,
           coalesce(verdict = 'production-ready', false) AS ready, status <> 'processing' AS ended,
           production AND status IN ('completed', 'failed') AS checked
      FROM read_parquet('{folder}/runs.parquet')
"""

OTHERS = """
    CREATE VIEW gates AS SELECT * FROM read_parquet('{folder}/gates.parquet');
    CREATE VIEW events AS SELECT * FROM read_parquet('{folder}/events.parquet');
    CREATE VIEW stays AS
    SELECT task_id, stage, epoch(following - "at") AS spent
      FROM (SELECT *, lead("at") OVER (PARTITION BY task_id ORDER BY event_id) AS following
              FROM events WHERE kind IN ('stage', 'continued', 'error'))
     WHERE following IS NOT NULL AND stage <> 'done';
    CREATE VIEW visits AS
    SELECT stays.stage, sum(spent) AS seconds FROM stays JOIN runs USING (task_id)
     WHERE ended GROUP BY task_id, stays.stage
     UNION ALL
    SELECT 'whole', working_seconds FROM runs WHERE ended AND working_seconds IS NOT NULL;
"""

COST = """
    CASE WHEN sum(tokens_in + tokens_out) = 0 THEN 0
         ELSE (sum(tokens_in) * any_value(price_in) + sum(tokens_out) * any_value(price_out)) / 1e6
    END
"""

QUERIES: dict[Insight, str] = {
    Insight.RUNS: "SELECT day, status, verdict, did_work, count(*) FROM runs GROUP BY ALL",
    Insight.SUCCESS: "SELECT day, count(*), count(*) FILTER (ready), avg(ready::int) FROM runs"
    " WHERE checked GROUP BY day",
    Insight.STAGES: """
        SELECT stage, max(total), min(seconds) FILTER (place >= 0.5 * total),
               min(seconds) FILTER (place >= 0.95 * total)
          FROM (SELECT stage, seconds, row_number() OVER (PARTITION BY stage ORDER BY seconds)
                       AS place, count(*) OVER (PARTITION BY stage) AS total FROM visits)
         GROUP BY stage
    """,
    Insight.GATES: """
        SELECT gate, count(*) FILTER (outcome = 'passed'), count(*) FILTER (outcome = 'failed'),
               count(*) FILTER (outcome = 'skipped'),
               coalesce(avg((outcome = 'failed')::int) FILTER (outcome <> 'skipped'), 0),
               count(DISTINCT task_id) FILTER (outcome = 'failed')
          FROM gates JOIN runs USING (task_id) WHERE ended GROUP BY gate
    """,
    Insight.ATTEMPTS: "SELECT attempt, count(*), count(*) FILTER (ready) FROM runs"
    " WHERE checked AND status = 'completed' GROUP BY attempt",
    Insight.TOKENS: f"""
        SELECT runs.builder, count(*), sum(tokens_in), sum(tokens_out), {COST}
          FROM runs LEFT JOIN prices ON prices.builder = runs.builder WHERE ended
         GROUP BY runs.builder
    """,  # noqa: S608  constants of ours
    Insight.HOURS: """
        SELECT weekday, hour, count(told)
          FROM range(7) AS weekdays (weekday) CROSS JOIN range(24) AS hours (hour)
          LEFT JOIN (SELECT created_at AT TIME ZONE '{zone}' AS told FROM runs) AS begun
            ON isodow(told) - 1 = weekday AND hour(told) = hours.hour
         GROUP BY weekday, hours.hour
    """,
    Insight.VERDICTS: """
        SELECT day, evidence, count(*) FILTER (ready), count(*) FILTER (did_work),
               count(*) FILTER (NOT ready AND NOT did_work)
          FROM runs WHERE evidence IS NOT NULL GROUP BY day, evidence
    """,
    Insight.PROMISES: """
        SELECT day, sum(promises_kept), sum(promises - promises_kept - promises_untried),
               sum(promises_untried)
          FROM runs WHERE promises > 0 GROUP BY day
    """,
    Insight.STRENGTH: """
        SELECT day, max(total), min(proof_strength) FILTER (place >= 0.5 * total)
          FROM (SELECT day, proof_strength, count(*) OVER (PARTITION BY day) AS total,
                       row_number() OVER (PARTITION BY day ORDER BY proof_strength) AS place
                  FROM runs WHERE proof_strength IS NOT NULL)
         GROUP BY day
    """,
    Insight.REASONS: "SELECT reason_code, count(*) FROM runs WHERE reason_code <> 'untried'"
    " GROUP BY reason_code",
    Insight.COST: f"""
        SELECT date_trunc('week', day)::date AS week, runs.builder, count(*), sum(tokens_in),
               sum(tokens_out), {COST}
          FROM runs LEFT JOIN prices ON prices.builder = runs.builder WHERE ended
         GROUP BY week, runs.builder HAVING sum(tokens_in + tokens_out) > 0
    """,  # noqa: S608  constants of ours
}


def insights(folder: Path, prices: dict[str, Price], zone: str) -> dict[Insight, Rows]:
    """The rows of each insight, in any order.

    Args:
        folder: with the exports ``runs``, ``gates`` and ``events`` as Parquet.
        prices: of builders.
        zone: of the hours.
    """
    with duckdb.connect() as connection:
        connection.execute(RUNS.format(folder=folder))
        connection.execute(OTHERS.format(folder=folder))
        connection.execute("CREATE TABLE prices (builder text, price_in double, price_out double)")
        for builder, price in prices.items():
            row = [builder, price.tokens_in, price.tokens_out]
            connection.execute("INSERT INTO prices VALUES (?, ?, ?)", row)
        return {
            insight: connection.execute(query.format(zone=zone)).fetchall()
            for insight, query in QUERIES.items()
        }
