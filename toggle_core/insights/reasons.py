"""What stops runs: why they failed, were cancelled, or are not ready.

A reason is the name of the gate that did not pass, or one of ``OTHERS``. Of several gates the one
counts that comes first in ``GATES_BY_WEIGHT``.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import TextClause, text

from toggle_core.insights.queries import read_days
from toggle_core.insights.rows import ALWAYS, Period
from toggle_core.store.database import Database

OTHERS: Final = (
    "not-built",
    "model",
    "overdue",
    "tokens-used-up",
    "build-failed",
    "fault",
    "unchecked",
    "rejected",
    "cancelled",
)
"""Not built: no blueprint does it. Fault: one of the program itself. Unchecked: not ready, because
a gate was skipped."""

COUNT_REASONS: Final[TextClause] = text(
    """
    INSERT INTO insight_reasons (day, reason, runs)
    SELECT :day,
           CASE WHEN status = 'cancelled' AND detail ->> 'decision' = 'reject' THEN 'rejected'
                WHEN status = 'cancelled' THEN 'cancelled'
                WHEN status = 'completed' THEN coalesce(gate, 'unchecked')
                WHEN detail ->> 'kind' = 'NoBlueprint' THEN 'not-built'
                WHEN detail ->> 'kind' LIKE 'Model%' THEN 'model'
                WHEN detail ->> 'kind' = 'RunOverdue' THEN 'overdue'
                WHEN detail ->> 'kind' = 'TokensUsedUp' THEN 'tokens-used-up'
                WHEN detail ->> 'kind' IS NOT NULL THEN 'build-failed'
                ELSE 'fault' END AS reason,
           count(*)
      FROM runs
      LEFT JOIN LATERAL (
           SELECT detail FROM run_events
            WHERE run_id = runs.id AND kind IN ('stage', 'error')
            ORDER BY id DESC LIMIT 1) AS ending ON status <> 'completed'
      LEFT JOIN LATERAL (
           SELECT gate FROM gate_results
            WHERE run_id = runs.id AND gate_results.attempt = runs.attempt AND outcome = 'failed'
            ORDER BY array_position(CAST(:gates AS text[]), gate)
            LIMIT 1) AS failed ON status = 'completed'
     WHERE created_at >= :begin AND created_at < :end
       AND (status IN ('failed', 'cancelled')
            OR verdict = 'not-production-ready' AND works IS NOT TRUE)
     GROUP BY reason
    """
)
"""Of the runs of a day, each with one reason."""


@dataclass(frozen=True, slots=True)
class Reason:
    """How many runs were stopped by the same.

    Attributes:
        reason: a gate, or a word of ``OTHERS``.
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
