"""How long runs spend in a stage, as accurately as is said."""

import math
import random
from datetime import timedelta

import pytest

from tests.integration.insight_runs import ENDED, NOON, add, tell_events
from toggle_core.insights import queries
from toggle_core.insights.durations import ACCURACY
from toggle_core.insights.rollup import count_changed_days
from toggle_core.store.database import Database


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


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
    found = {row.stage: row for row in queries.stage_durations(database)}
    assert list(found) == ["queued", "planning", "coding", "whole"]
    assert found["coding"].runs == 60
    assert found["coding"].median == pytest.approx(rank(coding, 0.5), rel=ACCURACY * 1.01)
    assert found["coding"].p95 == pytest.approx(rank(coding, 0.95), rel=ACCURACY * 1.01)
    assert found["planning"].median == pytest.approx(0.5, rel=ACCURACY * 1.01)
    assert found["whole"].p95 == pytest.approx(60, rel=ACCURACY * 1.01)


def test_all_visits_to_a_stage_count_together_and_pauses_do_not(database: Database) -> None:
    run_id = add(database, **ENDED)
    tell_events(database, run_id, NOON, {"queued": 0, "coding": 1})
    tell_events(database, run_id, NOON, {"coding": 3}, kind="continued")
    tell_events(database, run_id, NOON, {"coding": 4, "checking": 5, "repairing": 7})
    tell_events(database, run_id, NOON, {"done": 8}, kind="error")
    tell_events(database, run_id, NOON, {"queued": 1_000, "checking": 1_001, "done": 1_005})
    count_changed_days(database)
    found = {row.stage: row.median for row in queries.stage_durations(database)}
    expected = {"queued": 2, "coding": 4, "checking": 6, "repairing": 1, "whole": 60}
    assert found == pytest.approx(expected, rel=ACCURACY * 1.01)


def test_runs_that_are_worked_on_have_no_durations_yet(database: Database) -> None:
    run_id = add(database, status="processing", finished_at=None)
    tell_events(database, run_id, NOON, {"queued": 0, "coding": 1, "responding": 2})
    count_changed_days(database)
    assert queries.stage_durations(database) == []
