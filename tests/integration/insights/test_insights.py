"""Insights say what the runs come to, for the days that are asked for."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH, reset_tzpath

import pandas as pd
import pytest

from tests.integration.insight_runs import ENDED, FAILED, NOON, add
from tests.integration.sql import tell
from tests.integration.varied_runs import fill
from toggle_core.errors import FilterRefused
from toggle_core.insights import evidence, queries
from toggle_core.insights.csv_rows import INSIGHTS, Insight, Question, insight_csv
from toggle_core.insights.evidence import DayPromises, DayStrength, DayVerdicts
from toggle_core.insights.hours import busiest_hours
from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import (
    Attempts,
    BuilderTokens,
    BusyHour,
    DaySuccess,
    GateOutcomes,
    Price,
    Selection,
    WeekCost,
    model_prices,
)
from toggle_core.store.database import Database
from toggle_core.words import Evidence, Verdict

FIRST, SECOND, THIRD = (date(2026, 3, day) for day in (1, 2, 3))


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def day_after(days: int) -> datetime:
    return NOON + timedelta(days=days)


def test_success_counts_only_checked_runs_that_ended(database: Database) -> None:
    checked = {"production": True}
    add(database, **ENDED | checked | {"verdict": "production-ready"})
    add(database, **ENDED | checked | {"verdict": "not-production-ready"})
    add(database, **FAILED | checked)
    add(database, status="cancelled", **checked)
    add(database, status="processing", finished_at=None, **checked)
    add(database, **ENDED)
    add(database, **FAILED)
    add(database, day_after(1), status="cancelled", **checked)
    add(database, day_after(2), **ENDED)
    count_changed_days(database, seconds=30)
    assert queries.success_per_day(database) == [DaySuccess(FIRST, 3, 1, 1 / 3)]


def test_a_period_begins_with_its_first_day_and_ends_before_its_last(database: Database) -> None:
    for days in range(3):
        add(database, day_after(days), **ENDED)
    count_changed_days(database, seconds=30)

    def days_of(selection: Selection) -> list[date]:
        return [row.day for row in queries.runs_per_day(database, selection)]

    assert days_of(Selection()) == [FIRST, SECOND, THIRD]
    assert days_of(Selection(SECOND)) == [SECOND, THIRD]
    assert days_of(Selection(None, SECOND)) == [FIRST]
    assert days_of(Selection(SECOND, THIRD)) == [SECOND]


def test_a_period_without_a_day_is_refused() -> None:
    with pytest.raises(FilterRefused, match="created_to"):
        Selection(FIRST, FIRST)


# Promises, proof, evidence.


def proved(
    verdict: str, kept: int, untried: int, strength: int, **values: object
) -> dict[str, Any]:
    """A completed run with four promises."""
    counts = {"promises_count": 4, "promises_kept": kept, "promises_untried": untried}
    facts = {"production": True, "verdict": verdict, "evidence": 2, "proof_strength": strength}
    return ENDED | facts | counts | {"works": False} | values


def test_evidence_of_each_day_is_counted(database: Database) -> None:
    add(database, **proved("production-ready", 4, 0, 90))
    add(database, **proved("production-ready", 4, 0, 71))
    add(database, **proved("not-production-ready", 2, 1, 40))
    add(database, **proved("not-production-ready", 3, 1, 80, works=True))
    add(database, **ENDED | {"production": True, "verdict": "not-production-ready", "evidence": 1})
    add(database, **ENDED)
    add(database, day_after(1), **ENDED)
    add(database, day_after(2), **proved("production-ready", 4, 0, 66))
    count_changed_days(database, seconds=30)
    assert evidence.verdicts_per_day(database) == [
        DayVerdicts(FIRST, Evidence.CHECKS, 0, 0, 1),
        DayVerdicts(FIRST, Evidence.PROMISES, 2, 1, 1),
        DayVerdicts(THIRD, Evidence.PROMISES, 1, 0, 0),
    ]
    assert evidence.promises_per_day(database) == [
        DayPromises(FIRST, 13, 1, 2),
        DayPromises(THIRD, 4, 0, 0),
    ]
    assert evidence.strength_per_day(database) == [
        DayStrength(FIRST, 4, 71),
        DayStrength(THIRD, 1, 66),
    ]
    assert evidence.strength_per_day(database, Selection(SECOND)) == [DayStrength(THIRD, 1, 66)]
    works = [row for row in queries.runs_per_day(database) if row.works]
    assert [(row.day, row.verdict, row.runs) for row in works] == [(FIRST, Verdict.NOT_READY, 1)]
    assert b"2026-03-01,2,2,1,1" in insight_csv(database, Insight.VERDICTS, Question())


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
    assert queries.gate_outcomes(database) == [
        GateOutcomes("types", 0, 2, 0, 1.0, 1),
        GateOutcomes("lint", 1, 1, 0, 0.5, 1),
        GateOutcomes("files", 2, 0, 0, 0.0, 0),
        GateOutcomes("tests", 0, 0, 2, 0.0, 0),
    ]


def test_attempts_are_told_of_completed_runs_with_the_toggle_on(database: Database) -> None:
    ready = ENDED | {"verdict": "production-ready", "production": True}
    add(database, **ready)
    add(database, **ready | {"attempt": 3})
    add(database, **ready | {"attempt": 3, "verdict": "not-production-ready"})
    add(database, **ENDED | {"attempt": 2})
    add(database, **FAILED | {"attempt": 2, "production": True})
    count_changed_days(database)
    assert queries.attempts_per_run(database) == [Attempts(1, 1, 1), Attempts(3, 2, 1)]


def test_tokens_cost_what_their_price_says(database: Database) -> None:
    model, other = "openai:gpt-5-mini", "ollama:qwen3"
    used = {"tokens_in": 2_000_000, "tokens_out": 500_000}
    add(database, **ENDED | used | {"builder": model})
    add(database, **FAILED | used | {"builder": model})
    add(database, **ENDED | {"builder": other, "tokens_in": 1, "tokens_out": 0})
    add(database, **ENDED)
    add(database, status="processing", finished_at=None, tokens_in=9, builder=model)
    count_changed_days(database)
    found = queries.tokens_per_builder(database, prices=model_prices(model, 0.25, 2.0))
    assert found == [
        BuilderTokens(model, 2, 4_000_000, 1_000_000, 3.0),
        BuilderTokens(other, 1, 1, 0, None),
        BuilderTokens("blueprints", 1, 0, 0, 0.0),
    ]


def test_weeks_cost_what_their_tokens_do_and_say_where_no_price_is_known(
    database: Database,
) -> None:
    model, other = "openai:gpt-5-mini", "ollama:qwen3"
    used = {"tokens_in": 2_000_000, "tokens_out": 500_000}
    sunday, monday = day_after(0), day_after(1)
    add(database, sunday, **ENDED | used | {"builder": model})
    add(database, monday, **ENDED | used | {"builder": model})
    add(database, monday + timedelta(days=6), **FAILED | used | {"builder": model})
    add(database, monday, **ENDED | {"builder": model})
    add(database, monday, **ENDED | used | {"builder": other})
    add(database, monday, **ENDED)
    add(database, monday, status="processing", finished_at=None, tokens_in=9, builder=model)
    count_changed_days(database, seconds=30)
    prices = model_prices(model, 0.25, 2.0)
    week = date(2026, 3, 2)
    assert queries.cost_per_week(database, prices=prices) == [
        WeekCost(date(2026, 2, 23), model, 1, 2_000_000, 500_000, 1.5),
        WeekCost(week, other, 1, 2_000_000, 500_000, None),
        WeekCost(week, model, 3, 4_000_000, 1_000_000, 3.0),
    ]
    assert [row.cost for row in queries.cost_per_week(database)] == [None, None, None]
    of_other = Selection(builder=other)
    assert [row.week for row in queries.cost_per_week(database, of_other, prices=prices)] == [week]


@pytest.mark.parametrize("known", [("", 1.0, 1.0), ("m", None, 1.0), ("m", 1.0, None)])
def test_a_price_that_is_not_whole_is_no_price(known: tuple[str, float, float]) -> None:
    assert model_prices(*known) == {}
    assert model_prices("m", 0.0, 0.0) == {"m": Price(0.0, 0.0)}


# Hours.


def busy(database: Database, zone: str) -> dict[tuple[int, int], int]:
    rows = busiest_hours(database, zone=zone)
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


@pytest.fixture
def moon_base(tmp_path: Path) -> Iterator[str]:
    """A zone that Python knows and no database does: five and a half hours ahead of UTC."""
    place = tmp_path / "Moon" / "Base"
    place.parent.mkdir()
    place.write_bytes(files("tzdata.zoneinfo.Asia").joinpath("Kolkata").read_bytes())
    usual = TZPATH
    reset_tzpath([tmp_path])
    yield "Moon/Base"
    reset_tzpath(usual)


def test_hours_need_no_database_that_knows_the_zone(database: Database, moon_base: str) -> None:
    add(database, datetime(2026, 3, 1, 18, 10, tzinfo=UTC), **ENDED)
    count_changed_days(database)
    assert busy(database, moon_base) == {(6, 23): 1}


def test_hours_of_a_zone_half_an_hour_apart_begin_with_its_own_minutes(database: Database) -> None:
    for minute in (0, 14, 15, 29, 30, 59):
        add(database, datetime(2026, 3, 1, 18, minute, tzinfo=UTC), **ENDED)
    count_changed_days(database)
    assert busy(database, "Asia/Kolkata") == {(6, 23): 4, (0, 0): 2}
    assert busy(database, "Asia/Kathmandu") == {(6, 23): 2, (0, 0): 4}


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "Asia/Kolkata"])
def test_hours_are_the_same_by_an_older_name_of_the_zone(database: Database, zone: str) -> None:
    add(database, datetime(2026, 3, 1, 20, 10, tzinfo=UTC), **ENDED)
    count_changed_days(database)
    assert busy(database, zone) == {(0, 1): 1}


@pytest.mark.parametrize(
    "zone", ["", "Etc/Unknown", "Mars/Olympus", "'; --", "../etc/passwd", "europe/berlin\x00"]
)
def test_an_unknown_zone_is_refused(database: Database, zone: str) -> None:
    with pytest.raises(FilterRefused, match="zone"):
        busiest_hours(database, zone=zone)


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
    if insight is not Insight.GATES:
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
    for row in queries.runs_per_day(database):
        found[row.status] += row.runs
    assert found == Counter(row["status"] for row in rows)
    assert sum(row.runs for row in busiest_hours(database)) == len(rows)
