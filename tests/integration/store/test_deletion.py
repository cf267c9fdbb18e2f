"""Runs that have ended are deleted as a whole; others are not."""

from uuid import UUID, uuid4

import pytest

from tests.builders import Quick
from tests.integration.executors import executors
from tests.integration.sql import ask, tell
from tests.pictures import store_pictures
from toggle_core.runs import deletion
from toggle_core.runs.control import cancel
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database

TABLES = (
    "runs",
    "run_events",
    "attempts",
    "gate_results",
    "run_pictures",
    "approvals",
    "origins",
    "checkpoints",
    "checkpoint_blobs",
    "checkpoint_writes",
)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def cancelled(database: Database, task: str = "Ask") -> UUID:
    run_id = submit(database, task, builder="quick").task_id
    cancel(database, run_id)
    return run_id


def executed(database: Database, task: str = "Ask") -> UUID:
    run_id = submit(database, task, builder="quick").task_id
    with executors(database) as new_executor:
        new_executor(Quick(), "only").execute(run_id)
    return run_id


def sizes(database: Database) -> dict[str, int]:
    return {
        table: int(ask(database, f"SELECT count(*) AS rows FROM {table}")[0]["rows"])  # noqa: S608  names of ours
        for table in TABLES
    }


def remaining(database: Database) -> set[UUID]:
    return {row["id"] for row in ask(database, "SELECT id FROM runs")}


def test_a_deleted_run_leaves_nothing_behind_and_others_keep_all(database: Database) -> None:
    executed(database)
    before = sizes(database)
    gone = executed(database)
    tell(
        database,
        "INSERT INTO attempts (run_id, attempt, files, entry, seconds, tokens_in, tokens_out)"
        " VALUES (%(id)s, 1, '{}', 'main.py', 1, 0, 0)",
        id=gone,
    )
    tell(
        database,
        "INSERT INTO gate_results VALUES (%(id)s, 1, 'lint', 'passed', 1, '', '', '', '[]')",
        id=gone,
    )
    store_pictures(database, gone)
    outcome = delete_runs(database, [gone])
    assert (outcome.done, outcome.refused) == ([gone], {})
    assert sizes(database) == before


def test_a_run_that_is_worked_on_is_refused_and_the_others_are_deleted(database: Database) -> None:
    waiting = submit(database, "Ask", builder="quick").task_id
    ended, unknown = cancelled(database), uuid4()
    outcome = delete_runs(database, [waiting, ended, unknown, ended])
    assert outcome.done == [ended]
    assert outcome.refused == {
        waiting: "This run is still being worked on. Cancel it first, then delete it.",
        unknown: "There is no run with this id.",
    }
    assert remaining(database) == {waiting}


def test_many_are_deleted_in_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "BATCH", 3)
    ids = [cancelled(database) for _ in range(8)]
    assert delete_runs(database, ids).done == ids
    assert remaining(database) == set()


def test_no_runs_are_deleted_at_once(database: Database) -> None:
    outcome = delete_runs(database, [])
    assert (outcome.done, outcome.refused) == ([], {})


def test_a_run_outlives_the_one_it_came_from(database: Database) -> None:
    parent = cancelled(database)
    child = submit(database, "Ask", builder="quick", parent_id=parent).task_id
    delete_runs(database, [parent])
    [row] = ask(database, "SELECT id, parent_id FROM runs")
    assert row == {"id": child, "parent_id": None}
