"""What stops runs: why they failed, were cancelled, or are not ready.

A reason is a word of ``words.REASON_CODES``, the one that the run itself has.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import TextClause, text

from toggle_core.insights.queries import read_days
from toggle_core.insights.rows import ALWAYS, Period
from toggle_core.store.database import Database

COUNT_REASONS: Final[TextClause] = text(
    """
    INSERT INTO insight_reasons (day, reason, runs)
    SELECT :day, reason_code, count(*)
      FROM runs
     WHERE created_at >= :begin AND created_at < :end AND reason_code <> 'untried'
     GROUP BY reason_code
    """
)
"""Of the runs of a day. Those that work were not stopped."""


@dataclass(frozen=True, slots=True)
class Reason:
    """How many runs were stopped by the same.

    Attributes:
        reason: a word of ``words.REASON_CODES``.
    """

    reason: str
    runs: int


def reasons(database: Database, period: Period = ALWAYS) -> list[Reason]:
    """What stops runs, the most frequent first. Runs that work are not among them."""
    rows = read_days(
        database,
        """
        SELECT reason, sum(runs)::bigint AS runs FROM insight_reasons
         WHERE {days} GROUP BY reason ORDER BY sum(runs) DESC, reason
        """,
        period,
    )
    return [Reason(row.reason, row.runs) for row in rows]
