"""How runs are counted: the rows that runs come to, as SQL over the CTE ``chosen``.

The rollup keeps these rows for each day. Where insights are about runs that the rollup does not
tell apart, the same rows are counted from the runs themselves, under the names of its tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, LiteralString

from toggle_core.insights.durations import LOG_GAMMA, SHORTEST_SECONDS


@dataclass(frozen=True, slots=True)
class Counting:
    """A table of the rollup.

    Attributes:
        columns: of its rows.
        rows: selects the rows that the runs of ``chosen`` come to, in the order of the columns.
    """

    columns: LiteralString
    rows: LiteralString


DAY: Final = "(created_at AT TIME ZONE 'UTC')::date"

KINDS: Final = "unnest(array_remove(ARRAY['', kind], NULL)) AS of_kind"
"""Each run counts among all, under an empty kind, and again under its own."""

RUNS: Final = Counting(
    "day, builder, production, kind, status, verdict, attempts, evidence, works, runs, tokens_in,"
    " tokens_out, promises_kept, promises_broken, promises_untried",
    f"""
    SELECT {DAY}, builder, production, of_kind, status, coalesce(verdict, ''),
           CASE WHEN status <> 'processing' THEN attempt ELSE 0 END,
           coalesce(evidence, 0), coalesce(works, false), count(*),
           coalesce(sum(tokens_in) FILTER (WHERE status <> 'processing'), 0),
           coalesce(sum(tokens_out) FILTER (WHERE status <> 'processing'), 0),
           coalesce(sum(promises_kept), 0),
           coalesce(sum(promises_count - promises_kept - promises_untried), 0),
           coalesce(sum(promises_untried), 0)
      FROM chosen, {KINDS}
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    """,  # noqa: S608  constants of ours
)

STRENGTHS: Final = Counting(
    "day, builder, production, kind, strength, runs",
    f"""
    SELECT {DAY}, builder, production, of_kind, proof_strength, count(*)
      FROM chosen, {KINDS}
     WHERE proof_strength IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5
    """,  # noqa: S608  constants of ours
)

HOURS: Final = Counting(
    "day, builder, production, kind, hour, quarter, runs",
    f"""
    SELECT {DAY}, builder, production, of_kind,
           extract(hour FROM created_at AT TIME ZONE 'UTC')::smallint,
           floor(extract(minute FROM created_at AT TIME ZONE 'UTC') / 15)::smallint, count(*)
      FROM chosen, {KINDS}
     GROUP BY 1, 2, 3, 4, 5, 6
    """,  # noqa: S608  constants of ours
)
"""By the quarter, as there are zones that are half an hour, or three quarters, apart from UTC."""

GATES: Final = Counting(
    "day, builder, production, kind, gate, outcome, results, runs",
    f"""
    SELECT {DAY}, builder, production, of_kind, gate, outcome, count(*),
           count(DISTINCT run_id)
      FROM chosen JOIN gate_results ON gate_results.run_id = chosen.id, {KINDS}
     WHERE status <> 'processing'
     GROUP BY 1, 2, 3, 4, 5, 6
    """,  # noqa: S608  constants of ours
)

REASONS: Final = Counting(
    "day, builder, production, kind, reason, runs",
    f"""
    SELECT {DAY}, builder, production, of_kind, reason_code, count(*)
      FROM chosen, {KINDS}
     WHERE reason_code <> 'untried'
     GROUP BY 1, 2, 3, 4, 5
    """,  # noqa: S608  constants of ours
)
"""Runs that work were not stopped."""

STAGES: Final = Counting(
    "day, builder, production, kind, stage, buckets, numbers",
    f"""
    WITH ended AS (
        SELECT id, {DAY} AS day, builder, production, kind AS run_kind, working_seconds
          FROM chosen
         WHERE status <> 'processing'
    ), steps AS (
        SELECT run_id, day, builder, production, run_kind, stage,
               lead(at) OVER (PARTITION BY run_id ORDER BY event.id) - at AS spent
          FROM ended JOIN run_events AS event ON event.run_id = ended.id
         WHERE kind IN ('stage', 'continued', 'error')
    ), stays AS (
        SELECT day, builder, production, run_kind, stage,
               extract(epoch FROM sum(spent)) AS seconds
          FROM steps WHERE spent IS NOT NULL AND stage <> 'done'
         GROUP BY run_id, day, builder, production, run_kind, stage
         UNION ALL
        SELECT day, builder, production, run_kind, 'whole', working_seconds
          FROM ended WHERE working_seconds IS NOT NULL
    ), filled AS (
        SELECT day, builder, production, of_kind, stage,
               ceil(ln(greatest(seconds, {SHORTEST_SECONDS})::float8) / {LOG_GAMMA})::smallint
                 AS bucket,
               count(*)::integer AS number
          FROM stays, unnest(array_remove(ARRAY['', run_kind], NULL)) AS of_kind
         GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT day, builder, production, of_kind, stage, array_agg(bucket), array_agg(number)
      FROM filled
     GROUP BY 1, 2, 3, 4, 5
    """,  # noqa: S608  constants of ours
)
"""A stage that a run was in several times counts once, with all of its time. What passes between
the end of a run and its retry belongs to no stage. The whole is the time worked on: without
the queue and without review."""

COUNTINGS: Final[Mapping[LiteralString, Counting]] = MappingProxyType(
    {
        "insight_runs": RUNS,
        "insight_hours": HOURS,
        "insight_stages": STAGES,
        "insight_gates": GATES,
        "insight_strengths": STRENGTHS,
        "insight_reasons": REASONS,
    }
)
"""All of them, by the names of the tables."""

CHOSEN_PROJECT: Final = "SELECT * FROM runs WHERE project_id = :project_id"

_shadows = ", ".join(
    f"{table} ({each.columns}) AS ({each.rows})" for table, each in COUNTINGS.items()
)

COUNTED_FROM_RUNS: Final = f"WITH chosen AS ({CHOSEN_PROJECT}), {_shadows}"
"""To be put before a query of the rollup: CTEs in place of its tables. Those that it does not name
are not evaluated."""
