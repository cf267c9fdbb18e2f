"""A thousand mixed runs: pandas and DuckDB find in exported files what Insights show."""

import io
from dataclasses import astuple
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pandas as pd
import pytest

from tests.integration.insights import duckdb_insights, pandas_insights
from tests.integration.mixed_runs import MODEL, fill
from tests.integration.sql import ask
from toggle_core.insights.csv_rows import INSIGHTS, Insight, Question
from toggle_core.insights.durations import ACCURACY, SHORTEST_SECONDS
from toggle_core.insights.figures import figures
from toggle_core.insights.queries import gate_outcomes
from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import Price, Selection
from toggle_core.store.database import Database
from toggle_core.words import GATES, ProgramKind

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")
PRICES = {MODEL: Price(0.25, 2.0), "=1+1": Price(3.0, 15.0)}

SELECTIONS = {
    "all runs": Selection(),
    "a builder": Selection(builder=MODEL),
    "drafts of a week": Selection(date(2026, 3, 23), date(2026, 3, 30), production=False),
    "checked runs of a builder": Selection(date(2026, 4, 1), builder="blueprints", production=True),
    "web programs": Selection(kind=ProgramKind.WEB),
    "a project": Selection(project_id=UUID(int=0)),
}


@pytest.fixture
def database(shared_database: Database) -> Database:
    fill(shared_database)
    count_changed_days(shared_database, seconds=120)
    return shared_database


def of_largest_project(database: Database, selection: Selection) -> Selection:
    """The selection, with the project of most versions where it names one."""
    if selection.project_id is None:
        return selection
    [row] = ask(
        database,
        "SELECT project_id FROM runs GROUP BY project_id ORDER BY count(*) DESC, 1 LIMIT 1",
    )
    return Selection(project_id=row["project_id"])


def export(api: httpx.Client, selection: Selection, folder: Path) -> None:
    """Download the exports of the runs that are selected."""
    given = {
        name: getattr(selection, name)
        for name in ("created_from", "created_to", "builder", "production", "project_id", "kind")
    }
    query = {name: str(value) for name, value in given.items() if value is not None}
    for name, address in {
        "runs": "/runs.parquet",
        "gates": "/exports/gates.parquet",
        "events": "/exports/events.parquet",
    }.items():
        answer = api.get(address, params=query).raise_for_status()
        (folder / f"{name}.parquet").write_bytes(answer.content)
    (folder / "runs.csv").write_bytes(api.get("/runs.csv", params=query | {"raw": "true"}).content)


def plain(value: Any) -> Any:
    """A value as a number, a text, a day or None, whichever library it is of."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool) or value is None or isinstance(value, str | date):
        return value
    return float(value)


def ordered(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(map(plain, row)) for row in rows), key=lambda row: list(map(str, row)))


def assert_same(insight: Insight, shown: list[Any], computed: list[tuple[Any, ...]]) -> None:
    """Counts are equal, shares and costs to the last digits, durations within their accuracy."""
    found, expected = ordered([astuple(row) for row in shown]), ordered(computed)
    if insight is Insight.STAGES:
        assert [row[:2] for row in found] == [row[:2] for row in expected]
        for (*_, median, p95), (*_, exact_median, exact_p95) in zip(found, expected, strict=True):
            accuracy = {"rel": ACCURACY, "abs": SHORTEST_SECONDS}
            assert median == pytest.approx(exact_median, **accuracy)
            assert p95 == pytest.approx(exact_p95, **accuracy)
        return
    assert len(found) == len(expected), insight
    for row, other in zip(found, expected, strict=True):
        assert row == tuple(
            pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for value in other
        ), insight


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name == "all runs" else pytest.mark.prove)
        for name in SELECTIONS
    ],
)
def test_a_thousand_mixed_runs_are_recomputed_from_their_exports(
    database: Database, api: httpx.Client, tmp_path: Path, name: str
) -> None:
    selection = of_largest_project(database, SELECTIONS[name])
    export(api, selection, tmp_path)
    frames = {
        part: pd.read_parquet(tmp_path / f"{part}.parquet") for part in ("runs", "gates", "events")
    }
    for zone in ZONES:
        by_pandas = pandas_insights.insights(**frames, prices=PRICES, zone=zone)
        by_duckdb = duckdb_insights.insights(tmp_path, PRICES, zone)
        for insight, (_, ask_for) in INSIGHTS.items():
            shown = list(ask_for(database, Question(selection, zone, PRICES)))
            assert shown or name != "all runs", insight
            assert_same(insight, shown, by_pandas[insight])
            assert_same(insight, shown, by_duckdb[insight])
    ready, rate, seconds, strength = pandas_insights.figures(frames["runs"])
    told = figures(database, selection)
    assert (told.ready, told.rate, told.strength) == (ready, pytest.approx(rate), strength)
    assert told.working_seconds == pytest.approx(seconds, rel=ACCURACY)
    text = pd.read_csv(io.BytesIO((tmp_path / "runs.csv").read_bytes()))
    assert text["task_id"].tolist() == frames["runs"]["task_id"].tolist()
    assert text["working_seconds"].equals(frames["runs"]["working_seconds"])


def test_failed_checks_of_runs_are_those_of_their_gates(
    database: Database, api: httpx.Client, tmp_path: Path
) -> None:
    export(api, Selection(), tmp_path)
    runs = pd.read_parquet(tmp_path / "runs.parquet").set_index("task_id")
    gates = pd.read_parquet(tmp_path / "gates.parquet")
    failed = gates[gates["outcome"] == "failed"]
    of_ended = failed[failed["task_id"].map(runs["status"]) != "processing"]
    computed = of_ended.groupby("task_id")["gate"].agg(lambda each: ",".join(sorted(set(each))))
    assert runs["failed_checks"].dropna().to_dict() == computed.to_dict()
    shown = gate_outcomes(database)
    assert len(shown) == len(GATES)
    for row in shown:
        listed = api.get("/runs.csv", params={"failed_check": row.gate, "columns": "task_id"})
        assert len(listed.text.splitlines()) - 1 == row.failed_runs > 0, row.gate


def test_times_of_runs_are_those_of_their_events(
    database: Database, api: httpx.Client, tmp_path: Path
) -> None:
    export(api, Selection(), tmp_path)
    runs = pd.read_parquet(tmp_path / "runs.parquet").set_index("task_id")
    events = pd.read_parquet(tmp_path / "events.parquet")
    assert len(runs) == len(ask(database, "SELECT id FROM runs")) == 1_000
    computed = pandas_insights.times(events)
    ended = runs[runs["working_seconds"].notna()]
    assert len(ended) > 500
    for task_id, run in ended.iterrows():
        told = (run["working_seconds"], run["waiting_seconds"], run["review_seconds"])
        assert told == pytest.approx(computed[str(task_id)], abs=1e-6)
