"""The four figures of a period are what pandas finds in the runs themselves."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from tests.integration.insight_runs import add
from tests.integration.sql import ask
from tests.integration.varied_runs import fill
from toggle_core.insights.durations import ACCURACY
from toggle_core.insights.figures import Figures, figures, period_before
from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import EVERY_RUN, Selection
from toggle_core.store.database import Database

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
READY = {"verdict": "production-ready", "production": True}
NOT_READY = {"verdict": "not-production-ready", "production": True}


def test_without_runs_there_are_no_figures(database: Database) -> None:
    assert figures(database) == Figures(0, None, None, None)


def test_figures_are_those_of_their_period_alone(database: Database) -> None:
    for strength in (60, 70, 95):
        add(database, DAY, proof_strength=strength, **READY)
    add(database, DAY, **NOT_READY)
    add(database, DAY + timedelta(days=1), proof_strength=10, **READY)
    add(database, DAY, verdict="draft")
    count_changed_days(database, seconds=30)
    found = figures(database, Selection(DAY.date(), DAY.date() + timedelta(days=1)))
    assert (found.ready, found.rate, found.strength) == (3, 0.75, 70)
    assert found.working_seconds == pytest.approx(60, rel=ACCURACY)
    assert figures(database).ready == 4


def test_figures_are_those_that_pandas_finds(database: Database) -> None:
    fill(database)
    count_changed_days(database, seconds=60)
    runs = pd.DataFrame(ask(database, "SELECT * FROM runs"))
    checked = runs[runs["production"] & runs["status"].isin(["completed", "failed"])]
    ready = (checked["verdict"] == "production-ready").sum()
    found = figures(database, EVERY_RUN)
    assert found.ready == ready
    assert found.rate == pytest.approx(ready / len(checked))
    strengths = runs["proof_strength"].dropna()
    assert found.strength == strengths.quantile(0.5, interpolation="lower")


def test_the_period_before_is_as_long_and_ends_where_the_other_begins() -> None:
    today = date(2026, 11, 30)
    assert period_before(EVERY_RUN, today) is None
    week = period_before(Selection(created_from=date(2026, 11, 24)), today)
    assert week == Selection(date(2026, 11, 17), date(2026, 11, 24))
    day = period_before(Selection(date(2026, 3, 1), date(2026, 3, 2)), today)
    assert day == Selection(date(2026, 2, 28), date(2026, 3, 1))
