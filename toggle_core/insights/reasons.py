"""What stops runs: why they failed, were cancelled, or are not ready.

A reason is a word of ``words.REASON_CODES``, the one that the run itself has.
"""

from dataclasses import dataclass

from toggle_core.insights.queries import read_days
from toggle_core.insights.rows import EVERY_RUN, Selection
from toggle_core.store.database import Database


@dataclass(frozen=True, slots=True)
class Reason:
    """How many runs were stopped by the same.

    Attributes:
        reason: a word of ``words.REASON_CODES``.
    """

    reason: str
    runs: int


def reasons(database: Database, selection: Selection = EVERY_RUN) -> list[Reason]:
    """What stops runs, the most frequent first. Runs that work are not among them."""
    rows = read_days(
        database,
        """
        SELECT reason, sum(runs)::bigint AS runs FROM insight_reasons
         WHERE {selected} GROUP BY reason ORDER BY sum(runs) DESC, reason
        """,
        selection,
    )
    return [Reason(row.reason, row.runs) for row in rows]
