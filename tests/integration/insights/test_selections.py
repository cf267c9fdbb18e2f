"""Insights of some runs are those of a history that has no others, and their number the list's."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.integration.sql import ask, tell
from tests.integration.varied_runs import fill
from toggle_core.history.reads import count_runs
from toggle_core.insights.csv_rows import INSIGHTS, Insight, Question
from toggle_core.insights.figures import figures
from toggle_core.insights.queries import runs_per_day
from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import Selection
from toggle_core.store.database import Database
from toggle_core.words import ProgramKind

PROJECT = UUID(int=7)
DAYS = (date(2026, 1, 31), date(2026, 2, 1))

SELECTIONS = {
    "a builder": Selection(builder="openai:gpt-5-mini"),
    "drafts": Selection(production=False),
    "checked runs of a builder": Selection(builder="blueprints", production=True),
    "a builder's runs of a day": Selection(*DAYS, builder="blueprints"),
    "web programs": Selection(kind=ProgramKind.WEB),
    "a builder's web programs of a day": Selection(
        *DAYS, builder="blueprints", kind=ProgramKind.WEB
    ),
    "a project's web programs, not many": Selection(project_id=PROJECT, kind=ProgramKind.WEB),
    "a project": Selection(project_id=PROJECT),
    "a project's drafts of a day": Selection(*DAYS, production=False, project_id=PROJECT),
    "a builder that made nothing": Selection(builder="nobody"),
    "a project that there is not": Selection(project_id=UUID(int=8)),
}


@pytest.fixture
def database(shared_database: Database) -> Database:
    """Varied runs with events and gate results; every second one is a version of one project."""
    database = shared_database
    fill(database)
    tell(database, "INSERT INTO projects (id, name) VALUES (%(id)s, 'Crumbs')", id=PROJECT)
    tell(
        database,
        "UPDATE runs SET project_id = %(id)s, version = number FROM (SELECT id AS run,"
        " row_number() OVER (ORDER BY created_at, id) AS number FROM runs) AS numbered"
        " WHERE id = run AND number %% 2 = 0",
        id=PROJECT,
    )
    tell(
        database,
        "INSERT INTO run_events (run_id, kind, stage, at) SELECT id, 'stage', each.stage,"
        " created_at + number * make_interval(secs => coalesce(working_seconds, 1))"
        " FROM runs, unnest(ARRAY['queued', 'planning', 'coding', 'done']) WITH ORDINALITY"
        " AS each (stage, number) ORDER BY runs.id, number",
    )
    tell(
        database,
        "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail,"
        " output, pages) SELECT id, number, each, CASE WHEN number < attempt THEN 'failed' ELSE"
        " 'passed' END, 1, '', '', '', '[]' FROM runs, generate_series(1, attempt) AS number,"
        " unnest(ARRAY['lint', 'tests']) AS each WHERE production",
    )
    tell(
        database,
        "UPDATE runs SET failed_checks = CASE WHEN production AND attempt > 1 THEN"
        " ARRAY['lint', 'tests'] END WHERE status <> 'processing'",
    )
    count_changed_days(database, seconds=60)
    return database


def insights(database: Database, selection: Selection) -> dict[str, Any]:
    question = Question(selection, "Asia/Kolkata")
    found: dict[str, Any] = {
        name: ask_for(database, question) for name, (_, ask_for) in INSIGHTS.items()
    }
    return found | {"figures": figures(database, selection)}


@pytest.mark.parametrize("name", SELECTIONS)
def test_insights_of_some_runs_leave_out_all_others(database: Database, name: str) -> None:
    selection = SELECTIONS[name]
    found = insights(database, selection)
    chosen = count_runs(database, selection.as_filter())
    assert sum(row.runs for row in runs_per_day(database, selection)) == chosen
    assert sum(row.runs for row in found[Insight.HOURS]) == chosen
    for row in found[Insight.GATES]:
        failed = replace(selection.as_filter(), failed_check=row.gate)
        assert count_runs(database, failed) == row.failed_runs
    days = (selection.created_from or date(2026, 1, 1), selection.created_to or date(2026, 12, 31))
    tell(
        database,
        "DELETE FROM runs WHERE (builder = coalesce(%(builder)s, builder)"
        " AND production = coalesce(%(production)s, production)"
        " AND project_id = coalesce(%(project)s, project_id)"
        " AND coalesce(kind, '') = coalesce(%(kind)s, kind, '')"
        " AND (created_at AT TIME ZONE 'UTC')::date >= %(first)s"
        " AND (created_at AT TIME ZONE 'UTC')::date < %(end)s) IS NOT TRUE",
        builder=selection.builder,
        production=selection.production,
        project=selection.project_id,
        kind=selection.kind,
        first=days[0],
        end=days[1],
    )
    assert len(ask(database, "SELECT id FROM runs")) == chosen
    tell(database, "UPDATE insight_days SET seconds = 0")
    count_changed_days(database, seconds=60)
    assert insights(database, Selection()) == found
    if "not" not in name:
        assert chosen > 5
        assert found[Insight.STAGES]
        assert found[Insight.REASONS]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("query", "selection"),
    [
        ("builder=blueprints&production=true", Selection(builder="blueprints", production=True)),
        (f"project_id={PROJECT}", Selection(project_id=PROJECT)),
        ("kind=web", Selection(kind=ProgramKind.WEB)),
        ("production=false&created_from=2026-01-31", Selection(DAYS[0], production=False)),
    ],
)
def test_files_of_insights_take_the_same_filters(
    api: httpx.Client, shared_database: Database, query: str, selection: Selection
) -> None:
    answer = api.get(f"/insights/runs-per-day.csv?raw=true&{query}").raise_for_status()
    [_, *lines] = answer.text.splitlines()
    expected = runs_per_day(shared_database, selection)
    assert [int(line.rpartition(",")[2]) for line in lines] == [row.runs for row in expected]
    assert lines


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("production=perhaps", "production"),
        ("builder=%00", "builder"),
        ("project_id=7", "project_id"),
        ("kind=boat", "kind"),
    ],
)
def test_filters_that_no_run_can_have_are_refused(
    api: httpx.Client, query: str, field: str
) -> None:
    answer = api.get(f"/insights/gates.csv?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
