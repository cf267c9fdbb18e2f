"""Each run is a version of a project."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.integration.sql import ask, tell
from toggle_core.errors import IdempotencyConflict
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import get_run, list_runs
from toggle_core.runs.control import cancel, retry
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.migrate import migrate
from toggle_core.versions.lineage import run_again

CHANGES = 8


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def submitted(database: Database, task: str = "Create a page", **more: Any) -> UUID:
    return submit(database, task, builder="quick", **more).task_id


def test_run_without_parent_begins_a_project_named_for_it(database: Database) -> None:
    run = get_run(database, submitted(database, "Create a page\n for my  bakery"))
    assert (run.project_id, run.version) == (run.id, 1)
    assert run.project_name == "Create a page for my bakery"


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("Create " + "word " * 20, "Create word word word word word word word word word word…"),
        ("x" * 61, "x" * 60 + "…"),
        ("x" * 60, "x" * 60),
        ("\n\n  A page\t", "A page"),
    ],
)
def test_project_name_is_cut_at_the_end_of_a_word(database: Database, task: str, name: str) -> None:
    assert get_run(database, submitted(database, task)).project_name == name


def test_each_change_is_the_next_version_of_its_parents_project(database: Database) -> None:
    first = submitted(database)
    second = submitted(database, "Add a menu", parent_id=first)
    third = submitted(database, "Add a map", parent_id=first)
    fourth = submitted(database, "Add opening hours", parent_id=second)
    versions = {run.id: run.version for run in list_runs(database).runs}
    assert versions == {first: 1, second: 2, third: 3, fourth: 4}
    assert {run.project_id for run in list_runs(database).runs} == {first}
    assert get_run(database, fourth).project_name == "Create a page"


def test_changes_at_the_same_time_get_different_versions(database: Database) -> None:
    first = submitted(database)
    together = threading.Barrier(CHANGES)

    def change(number: int) -> int:
        together.wait(120)
        return get_run(database, submitted(database, f"Change {number}", parent_id=first)).version

    with ThreadPoolExecutor(CHANGES) as threads:
        versions = sorted(threads.map(change, range(CHANGES)))
    assert versions == list(range(2, CHANGES + 2))


def test_retry_keeps_its_version_and_run_again_is_the_next(database: Database) -> None:
    run_id = submitted(database)
    cancel(database, run_id)
    retry(database, run_id)
    assert get_run(database, run_id).version == 1
    again = run_again(database, run_id, builder="quick").task_id
    assert get_run(database, again).version == 2


def test_repeated_submit_uses_no_version_up(database: Database) -> None:
    first = submitted(database)
    for _ in range(3):
        submitted(database, "Add a menu", parent_id=first, idempotency_key="menu")
    with pytest.raises(IdempotencyConflict):
        submitted(database, "Add a map", parent_id=first, idempotency_key="menu")
    assert ask(database, "SELECT latest_version FROM projects") == [{"latest_version": 2}]


def test_project_goes_with_its_last_run_and_reuses_no_version(database: Database) -> None:
    first = submitted(database)
    second = submitted(database, "Add a menu", parent_id=first)
    for run_id in (first, second):
        cancel(database, run_id)
    delete_runs(database, [second])
    assert get_run(database, submitted(database, "A map", parent_id=first)).version == 3
    tell(database, "UPDATE runs SET status = 'cancelled', stage = 'done', finished_at = now()")
    delete_runs(database, [run.id for run in list_runs(database).runs])
    assert ask(database, "SELECT FROM projects") == []


FAMILY = """
    INSERT INTO runs (id, task, builder, parent_id, created_at) VALUES
        (%(a)s, 'Create a page', 'b', NULL, '2026-01-05Z'),
        (%(b)s, 'Add a menu', 'b', %(a)s, '2026-01-02Z'),
        (%(c)s, 'Add a map', 'b', %(b)s, '2026-01-03Z'),
        (%(d)s, 'Add a form', 'b', %(a)s, '2026-01-04Z'),
        (%(e)s, 'Another page', 'b', NULL, '2026-01-05Z')
"""


def test_migration_numbers_the_runs_there_are(empty_database_url: str) -> None:
    ids = {letter: UUID(int=number) for number, letter in enumerate("abcde", start=1)}
    database = open_database(conninfo_of(empty_database_url))
    migrate(database, "0009")
    tell(database, FAMILY, **ids)
    migrate(database)
    found = {run.id: (run.project_id, run.version) for run in list_runs(database).runs}
    a = ids["a"]
    assert found == {
        a: (a, 1),
        ids["b"]: (a, 2),
        ids["c"]: (a, 3),
        ids["d"]: (a, 4),
        ids["e"]: (ids["e"], 1),
    }
    names = ask(database, "SELECT name, latest_version FROM projects ORDER BY id")
    assert names == [
        {"name": "Create a page", "latest_version": 4},
        {"name": "Another page", "latest_version": 1},
    ]
    assert get_run(database, submitted(database, "More", parent_id=ids["c"])).version == 5
    database.close()


def test_filter_by_project_leaves_its_versions(database: Database, api: httpx.Client) -> None:
    first = submitted(database)
    second = submitted(database, "Add a menu", parent_id=first)
    submitted(database, "Another page")
    wanted = RunFilter(project_id=first)
    assert {run.id for run in list_runs(database, wanted).runs} == {first, second}
    tasks = api.get(f"/tasks?project_id={first}").json()["tasks"]
    shown = {(task["task_id"], task["project_name"], task["version"]) for task in tasks}
    assert shown == {(str(first), "Create a page", 1), (str(second), "Create a page", 2)}
    assert len(api.get(f"/runs.csv?project_id={first}&columns=version").text.splitlines()) == 3
