"""Insights say what the runs come to, for the days that are asked for."""

import csv
import io
import math
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pandas as pd
import pytest

from tests.integration.sql import tell
from tests.integration.varied_runs import fill
from toggle_core.errors import FilterRefused
from toggle_core.runs import insights
from toggle_core.runs.durations import ACCURACY
from toggle_core.runs.insight_csv import INSIGHTS, Insight, Question, insight_csv
from toggle_core.runs.insight_rows import (
    Attempts,
    BuilderTokens,
    BusyHour,
    DaySuccess,
    GateOutcomes,
    Period,
    Price,
    model_prices,
)
from toggle_core.runs.rollup import count_changed_days
from toggle_core.store.database import Database

FIRST, SECOND, THIRD = (date(2026, 3, day) for day in (1, 2, 3))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

ENDED: dict[str, Any] = {"status": "completed", "verdict": "draft"}
FAILED: dict[str, Any] = {"status": "failed", "error": "no"}


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def add(database: Database, at: datetime = NOON, **values: Any) -> UUID:
    """A run that was submitted then and ended a minute later."""
    run_id = uuid4()
    facts: dict[str, Any] = {
        "status": "completed",
        "verdict": None,
        "error": None,
        "production": False,
        "attempt": 1,
        "builder": "blueprints",
        "tokens_in": 0,
        "tokens_out": 0,
        "finished_at": at + timedelta(minutes=1),
    }
    tell(
        database,
        """
        INSERT INTO runs (id, task, status, stage, verdict, error, production, attempt, builder,
                          tokens_in, tokens_out, created_at, started_at, finished_at)
        VALUES (%(id)s, 'Ask', %(status)s,
                CASE %(status)s WHEN 'processing' THEN 'coding' ELSE 'done' END, %(verdict)s,
                %(error)s, %(production)s, %(attempt)s, %(builder)s, %(tokens_in)s, %(tokens_out)s,
                %(at)s, %(at)s, %(finished_at)s)
        """,
        id=run_id,
        at=at,
        **facts | values,
    )
    return run_id


def day_after(days: int) -> datetime:
    return NOON + timedelta(days=days)


def test_success_is_told_of_runs_that_ended(database: Database) -> None:
    add(database, **ENDED)
    add(database, **ENDED | {"verdict": "production-ready", "production": True})
    add(database, **ENDED | {"verdict": "not-production-ready", "production": True})
    add(database, **FAILED)
    add(database, status="cancelled")
    add(database, status="processing", finished_at=None)
    add(database, day_after(1), status="cancelled")
    count_changed_days(database)
    assert insights.success_per_day(database) == [DaySuccess(FIRST, 4, 2, 0.5)]


def test_a_period_begins_with_its_first_day_and_ends_before_its_last(database: Database) -> None:
    for days in range(3):
        add(database, day_after(days), **ENDED)
    count_changed_days(database, seconds=30)

    def days_of(period: Period) -> list[date]:
        return [row.day for row in insights.runs_per_day(database, period)]

    assert days_of(Period()) == [FIRST, SECOND, THIRD]
    assert days_of(Period(SECOND)) == [SECOND, THIRD]
    assert days_of(Period(None, SECOND)) == [FIRST]
    assert days_of(Period(SECOND, THIRD)) == [SECOND]


def test_a_period_without_a_day_is_refused() -> None:
    with pytest.raises(FilterRefused, match="created_to"):
        Period(FIRST, FIRST)


# Durations.


def rank(values: list[float], share: float) -> float:
    """The value that so large a share of all is not above."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def test_quantiles_of_a_stage_are_as_accurate_as_is_said(database: Database) -> None:
    draw = random.Random(7)
    coding: list[float] = []
    for number in range(60):
        at = NOON + timedelta(days=number % 3)
        seconds = draw.lognormvariate(1, 2)
        run_id = add(database, at, **ENDED)
        moments = {"queued": 0.0, "planning": 0.5, "coding": 1.0, "done": 1.0 + seconds}
        tell_events(database, run_id, at, moments)
        coding.append(seconds)
    count_changed_days(database, seconds=30)
    found = {row.stage: row for row in insights.stage_durations(database)}
    assert list(found) == ["queued", "planning", "coding", "whole"]
    assert found["coding"].runs == 60
    assert found["coding"].median == pytest.approx(rank(coding, 0.5), rel=ACCURACY * 1.01)
    assert found["coding"].p95 == pytest.approx(rank(coding, 0.95), rel=ACCURACY * 1.01)
    assert found["planning"].median == pytest.approx(0.5, rel=ACCURACY * 1.01)
    assert found["whole"].p95 == pytest.approx(60, rel=ACCURACY * 1.01)


def tell_events(
    database: Database, run_id: UUID, at: datetime, moments: dict[str, float], kind: str = "stage"
) -> None:
    for stage, seconds in moments.items():
        tell(
            database,
            "INSERT INTO run_events (run_id, kind, stage, at)"
            " VALUES (%(id)s, %(kind)s, %(stage)s, %(at)s)",
            id=run_id,
            kind=kind,
            stage=stage,
            at=at + timedelta(seconds=seconds),
        )


def test_all_visits_to_a_stage_count_together_and_pauses_do_not(database: Database) -> None:
    run_id = add(database, **ENDED)
    tell_events(database, run_id, NOON, {"queued": 0, "coding": 1})
    tell_events(database, run_id, NOON, {"coding": 3}, kind="continued")
    tell_events(database, run_id, NOON, {"coding": 4, "checking": 5, "repairing": 7})
    tell_events(database, run_id, NOON, {"done": 8}, kind="error")
    tell_events(database, run_id, NOON, {"queued": 1_000, "checking": 1_001, "done": 1_005})
    count_changed_days(database)
    found = {row.stage: row.median for row in insights.stage_durations(database)}
    expected = {"queued": 2, "coding": 4, "checking": 6, "repairing": 1, "whole": 60}
    assert found == pytest.approx(expected, rel=ACCURACY * 1.01)


def test_runs_that_are_worked_on_have_no_durations_yet(database: Database) -> None:
    run_id = add(database, status="processing", finished_at=None)
    tell_events(database, run_id, NOON, {"queued": 0, "coding": 1, "responding": 2})
    count_changed_days(database)
    assert insights.stage_durations(database) == []


# Gates, attempts, tokens.


def test_the_gate_that_fails_most_comes_first(database: Database) -> None:
    run_id = add(database, **ENDED | {"production": True})
    said = {
        1: {"files": "passed", "lint": "failed", "types": "failed", "tests": "skipped"},
        2: {"files": "passed", "lint": "passed", "types": "failed", "tests": "skipped"},
    }
    for attempt, results in said.items():
        for gate, outcome in results.items():
            tell(
                database,
                "INSERT INTO gate_results VALUES"
                " (%(id)s, %(attempt)s, %(gate)s, %(outcome)s, 1, 'Why.', '', '', '[]')",
                id=run_id,
                attempt=attempt,
                gate=gate,
                outcome=outcome,
            )
    count_changed_days(database)
    assert insights.gate_outcomes(database) == [
        GateOutcomes("types", 0, 2, 0, 1.0),
        GateOutcomes("lint", 1, 1, 0, 0.5),
        GateOutcomes("files", 2, 0, 0, 0.0),
        GateOutcomes("tests", 0, 0, 2, 0.0),
    ]


def test_attempts_are_told_of_completed_runs_with_the_toggle_on(database: Database) -> None:
    ready = ENDED | {"verdict": "production-ready", "production": True}
    add(database, **ready)
    add(database, **ready | {"attempt": 3})
    add(database, **ready | {"attempt": 3, "verdict": "not-production-ready"})
    add(database, **ENDED | {"attempt": 2})
    add(database, **FAILED | {"attempt": 2, "production": True})
    count_changed_days(database)
    assert insights.attempts_per_run(database) == [Attempts(1, 1, 1), Attempts(3, 2, 1)]


def test_tokens_cost_what_their_price_says(database: Database) -> None:
    model, other = "openai:gpt-5-mini", "ollama:qwen3"
    used = {"tokens_in": 2_000_000, "tokens_out": 500_000}
    add(database, **ENDED | used | {"builder": model})
    add(database, **FAILED | used | {"builder": model})
    add(database, **ENDED | {"builder": other, "tokens_in": 1, "tokens_out": 0})
    add(database, **ENDED)
    add(database, status="processing", finished_at=None, tokens_in=9, builder=model)
    count_changed_days(database)
    found = insights.tokens_per_builder(database, prices=model_prices(model, 0.25, 2.0))
    assert found == [
        BuilderTokens(model, 2, 4_000_000, 1_000_000, 3.0),
        BuilderTokens(other, 1, 1, 0, None),
        BuilderTokens("blueprints", 1, 0, 0, 0.0),
    ]


@pytest.mark.parametrize("known", [("", 1.0, 1.0), ("m", None, 1.0), ("m", 1.0, None)])
def test_a_price_that_is_not_whole_is_no_price(known: tuple[str, float, float]) -> None:
    assert model_prices(*known) == {}
    assert model_prices("m", 0.0, 0.0) == {"m": Price(0.0, 0.0)}


# Hours.


def busy(database: Database, zone: str) -> dict[tuple[int, int], int]:
    rows = insights.busiest_hours(database, zone=zone)
    assert [(row.weekday, row.hour) for row in rows] == [
        (weekday, hour) for weekday in range(7) for hour in range(24)
    ]
    return {(row.weekday, row.hour): row.runs for row in rows if row.runs}


def test_hours_are_those_of_the_zone_with_its_summer_time(database: Database) -> None:
    for hour in (0, 0, 1, 23):
        add(database, datetime(2026, 3, 29, hour, 30, tzinfo=UTC), **ENDED)
    count_changed_days(database, seconds=30)
    assert busy(database, "UTC") == {(6, 0): 2, (6, 1): 1, (6, 23): 1}
    assert busy(database, "Europe/Berlin") == {(6, 1): 2, (6, 3): 1, (0, 1): 1}
    assert busy(database, "America/New_York") == {(5, 20): 2, (5, 21): 1, (6, 19): 1}


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "'; --", "../etc/passwd", "europe/berlin\x00"]
)
def test_an_unknown_zone_is_refused(database: Database, zone: str) -> None:
    with pytest.raises(FilterRefused, match="zone"):
        insights.busiest_hours(database, zone=zone)


# All of them.


def test_without_runs_there_is_nothing_to_say(database: Database) -> None:
    assert count_changed_days(database) == 0
    for insight, (_, ask) in INSIGHTS.items():
        rows = ask(database, Question())
        assert all(row == BusyHour(row.weekday, row.hour, 0) for row in rows), insight


@pytest.mark.parametrize("insight", Insight)
def test_rows_make_a_frame_and_a_file_with_the_same_columns(
    database: Database, insight: Insight
) -> None:
    fill(database)
    count_changed_days(database, seconds=30)
    rows = INSIGHTS[insight][1](database, Question())
    [header, *lines] = csv.reader(
        io.StringIO(insight_csv(database, insight, Question()).decode("utf-8-sig"), newline="")
    )
    if insight in {Insight.STAGES, Insight.RUNS, Insight.HOURS, Insight.TOKENS, Insight.ATTEMPTS}:
        assert rows
    assert len(lines) == len(rows)
    if rows:
        assert list(pd.DataFrame(rows).columns) == header


def test_a_name_that_a_spreadsheet_would_calculate_is_harmless_unless_raw(
    database: Database,
) -> None:
    add(database, **ENDED | {"builder": "=1+1"})
    count_changed_days(database)
    assert b"\n'=1+1," in insight_csv(database, Insight.TOKENS, Question())
    raw = insight_csv(database, Insight.TOKENS, Question(), raw=True)
    assert raw.startswith(b"builder,")
    assert b"\n=1+1," in raw


def test_numbers_of_days_add_up_to_the_runs(database: Database) -> None:
    rows = fill(database)
    count_changed_days(database, seconds=30)
    found: Counter[str] = Counter()
    for row in insights.runs_per_day(database):
        found[row.status] += row.runs
    assert found == Counter(row["status"] for row in rows)
    assert sum(row.runs for row in insights.busiest_hours(database)) == len(rows)
