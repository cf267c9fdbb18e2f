"""Insights by their names, and as CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from toggle_core.csv_formulas import harmless
from toggle_core.exports.csv_file import BYTE_ORDER_MARK
from toggle_core.insights import evidence, hours, queries, reasons, rows
from toggle_core.insights.rows import EVERY_RUN, NO_PRICES, Price, Selection
from toggle_core.store.database import Database


class Insight(StrEnum):
    """What the history can be asked for."""

    RUNS = "runs-per-day"
    SUCCESS = "success-per-day"
    STAGES = "stages"
    GATES = "gates"
    ATTEMPTS = "attempts"
    TOKENS = "tokens"
    HOURS = "hours"
    VERDICTS = "verdicts-per-day"
    PROMISES = "promises-per-day"
    STRENGTH = "strength-per-day"
    REASONS = "reasons"
    COST = "cost-per-week"


@dataclass(frozen=True, slots=True)
class Question:
    """What may narrow an insight.

    Attributes:
        selection: which runs.
        zone: of the hours, see :func:`hours.busiest_hours`.
        prices: of the tokens, see :func:`queries.tokens_per_builder`.
    """

    selection: Selection = EVERY_RUN
    zone: str = "UTC"
    prices: Mapping[str, Price] = field(default_factory=lambda: NO_PRICES)


Asked = Callable[[Database, Question], Sequence[Any]]

INSIGHTS: Final[Mapping[Insight, tuple[type[Any], Asked]]] = MappingProxyType(
    {
        Insight.RUNS: (rows.DayRuns, lambda base, q: queries.runs_per_day(base, q.selection)),
        Insight.SUCCESS: (
            rows.DaySuccess,
            lambda base, q: queries.success_per_day(base, q.selection),
        ),
        Insight.STAGES: (
            rows.StageDuration,
            lambda base, q: queries.stage_durations(base, q.selection),
        ),
        Insight.GATES: (
            rows.GateOutcomes,
            lambda base, q: queries.gate_outcomes(base, q.selection),
        ),
        Insight.ATTEMPTS: (
            rows.Attempts,
            lambda base, q: queries.attempts_per_run(base, q.selection),
        ),
        Insight.TOKENS: (
            rows.BuilderTokens,
            lambda base, q: queries.tokens_per_builder(base, q.selection, prices=q.prices),
        ),
        Insight.HOURS: (
            rows.BusyHour,
            lambda base, q: hours.busiest_hours(base, q.selection, zone=q.zone),
        ),
        Insight.VERDICTS: (
            evidence.DayVerdicts,
            lambda base, q: evidence.verdicts_per_day(base, q.selection),
        ),
        Insight.PROMISES: (
            evidence.DayPromises,
            lambda base, q: evidence.promises_per_day(base, q.selection),
        ),
        Insight.STRENGTH: (
            evidence.DayStrength,
            lambda base, q: evidence.strength_per_day(base, q.selection),
        ),
        Insight.COST: (
            rows.WeekCost,
            lambda base, q: queries.cost_per_week(base, q.selection, prices=q.prices),
        ),
        Insight.REASONS: (reasons.Reason, lambda base, q: reasons.reasons(base, q.selection)),
    }
)
"""The rows of each insight, and how they are read."""


def insight_csv(
    database: Database, insight: Insight, question: Question, *, raw: bool = False
) -> bytes:
    """An insight as CSV: UTF-8, a header, a row for each row.

    Args:
        database: where.
        insight: which.
        question: what narrows it.
        raw: for programs: no byte order mark, no apostrophes before formulas.

    Raises:
        FilterRefused: there is no such zone.
        DatabaseAway: the database cannot be reached.
    """
    kind, ask = INSIGHTS[insight]
    names = [each.name for each in fields(kind)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in ask(database, question):
        cells = [getattr(row, name) for name in names]
        if not raw:
            cells = [harmless(cell) if isinstance(cell, str) else cell for cell in cells]
        writer.writerow(cells)
    return (b"" if raw else BYTE_ORDER_MARK) + text.getvalue().encode()
