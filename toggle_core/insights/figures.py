"""The four figures of a period, and the period before it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from toggle_core.insights.durations import seconds_of
from toggle_core.insights.queries import read_days
from toggle_core.insights.rows import EVERY_RUN, Selection
from toggle_core.store.database import Database
from toggle_core.store.rollup_tables import WHOLE_RUN


@dataclass(frozen=True, slots=True)
class Figures:
    """What a period comes to.

    Attributes:
        ready: runs that are production-ready.
        rate: these, of all with the toggle on that have ended, 0 to 1; None where none has.
        working_seconds: how long a run was worked on, the median, drafts included; off by at most
            2 % (``durations.ACCURACY``); None where no run has ended.
        strength: percent of planned mistakes that tests noticed, the median; None without a proof.
    """

    ready: int
    rate: float | None
    working_seconds: float | None
    strength: int | None


def figures(database: Database, selection: Selection = EVERY_RUN) -> Figures:
    """The figures of a period.

    Args:
        database: where.
        selection: which runs.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    [row] = read_days(
        database,
        f"""
        WITH checked AS (
            SELECT coalesce(sum(runs) FILTER (WHERE verdict = 'production-ready'), 0)::bigint
                     AS ready,
                   sum(runs) AS ended
              FROM insight_runs
             WHERE {{selected}} AND production AND status IN ('completed', 'failed')
        ), durations AS (
            SELECT bucket, sum(sum(number)) OVER (ORDER BY bucket) AS upto,
                   sum(sum(number)) OVER () AS total
              FROM (SELECT unnest(buckets) AS bucket, unnest(numbers) AS number
                      FROM insight_stages
                     WHERE {{selected}} AND stage = '{WHOLE_RUN}') AS stays
             GROUP BY bucket
        ), strengths AS (
            SELECT strength, sum(sum(runs)) OVER (ORDER BY strength) AS upto,
                   sum(sum(runs)) OVER () AS total
              FROM insight_strengths WHERE {{selected}} GROUP BY strength
        )
        SELECT ready, (ready / nullif(ended, 0))::float8 AS rate,
               (SELECT min(bucket) FROM durations WHERE upto >= 0.5 * total) AS bucket,
               (SELECT min(strength) FROM strengths WHERE upto >= 0.5 * total) AS strength
          FROM checked
        """,  # noqa: S608  the name of a stage is our own
        selection,
    )
    seconds = None if row.bucket is None else seconds_of(row.bucket)
    return Figures(row.ready, row.rate, seconds, row.strength)


def period_before(selection: Selection, today: date) -> Selection | None:
    """The same runs of as many days before; None where the days have no beginning.

    Args:
        selection: that is compared.
        today: its last day, where it says none.
    """
    if selection.created_from is None:
        return None
    end = selection.created_to or today + timedelta(days=1)
    first = selection.created_from - (end - selection.created_from)
    return replace(selection, created_from=first, created_to=selection.created_from)
