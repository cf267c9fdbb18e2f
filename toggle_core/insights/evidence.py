"""What verdicts of a day rest on: kinds of evidence, promises, the strength of tests.

Everything is read as in ``queries``, for days in UTC.
"""

from dataclasses import dataclass
from datetime import date

from toggle_core.insights.queries import read_days
from toggle_core.insights.rows import EVERY_RUN, Selection
from toggle_core.store.database import Database
from toggle_core.words import Evidence


@dataclass(frozen=True, slots=True)
class DayVerdicts:
    """The verdicts of a day that rest on the same kind of evidence.

    Attributes:
        evidence: what they rest on.
        ready: production-ready.
        works: not ready only because promises are left for a person to try.
        not_ready: all others.
    """

    day: date
    evidence: Evidence
    ready: int
    works: int
    not_ready: int


@dataclass(frozen=True, slots=True)
class DayPromises:
    """What became of the promises of a day's runs."""

    day: date
    kept: int
    broken: int
    untried: int


@dataclass(frozen=True, slots=True)
class DayStrength:
    """The strength of the tests of a day's projects.

    Attributes:
        runs: how many have a proof.
        median: percent of planned mistakes that the tests noticed.
    """

    day: date
    runs: int
    median: int


def verdicts_per_day(database: Database, selection: Selection = EVERY_RUN) -> list[DayVerdicts]:
    """Verdicts per day and kind of evidence; drafts have neither."""
    rows = read_days(
        database,
        """
        SELECT day, evidence,
               coalesce(sum(runs) FILTER (WHERE verdict = 'production-ready'), 0)::bigint AS ready,
               coalesce(sum(runs) FILTER (WHERE works), 0)::bigint AS works,
               coalesce(sum(runs) FILTER (WHERE verdict = 'not-production-ready' AND NOT works),
                        0)::bigint AS not_ready
          FROM insight_runs
         WHERE {selected} AND evidence > 0
         GROUP BY day, evidence ORDER BY day, evidence
        """,
        selection,
    )
    return [
        DayVerdicts(row.day, Evidence(row.evidence), row.ready, row.works, row.not_ready)
        for row in rows
    ]


def promises_per_day(database: Database, selection: Selection = EVERY_RUN) -> list[DayPromises]:
    """How many promises were kept, broken and not tried, for each day on which there were any."""
    rows = read_days(
        database,
        """
        SELECT day, sum(promises_kept)::bigint AS kept, sum(promises_broken)::bigint AS broken,
               sum(promises_untried)::bigint AS untried
          FROM insight_runs
         WHERE {selected} AND promises_kept + promises_broken + promises_untried > 0
         GROUP BY day ORDER BY day
        """,
        selection,
    )
    return [DayPromises(row.day, row.kept, row.broken, row.untried) for row in rows]


def strength_per_day(database: Database, selection: Selection = EVERY_RUN) -> list[DayStrength]:
    """The median strength of tests, for each day on which runs with a proof were submitted."""
    rows = read_days(
        database,
        """
        WITH ranked AS (
            SELECT day, strength, sum(runs) OVER (PARTITION BY day ORDER BY strength) AS upto,
                   sum(runs) OVER (PARTITION BY day) AS total
              FROM insight_strengths
             WHERE {selected}
        )
        SELECT day, max(total)::bigint AS runs,
               min(strength) FILTER (WHERE upto >= 0.5 * total) AS median
          FROM ranked GROUP BY day ORDER BY day
        """,
        selection,
    )
    return [DayStrength(row.day, row.runs, row.median) for row in rows]
