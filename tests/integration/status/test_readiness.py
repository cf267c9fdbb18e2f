"""Whether tasks can be accepted and executed is told truly."""

from collections.abc import Iterator

import httpx
import pytest

from tests.integration.sql import tell
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.status.readiness import check_readiness
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.migrate import migrate


@pytest.fixture
def worker(shared_database: Database) -> Iterator[WorkerThread]:
    """A worker on the shared database, to be started by the test."""
    thread = WorkerThread(shared_database)
    yield thread
    thread.stop()


def test_without_a_worker_tasks_are_accepted_but_not_executed(api: httpx.Client) -> None:
    answer = api.get("/ready")
    assert answer.status_code == 503
    found = answer.json()
    assert (found["ready"], found["database"], found["migrations"], found["queue"]) == (
        False,
        True,
        True,
        False,
    )
    assert api.post("/tasks", json={"description": "Wait for a worker"}).status_code == 202


def test_with_a_worker_all_is_well_until_it_stops(api: httpx.Client, worker: WorkerThread) -> None:
    worker.start()
    eventually(lambda: api.get("/ready").status_code == 200)
    found = api.get("/ready").json()
    assert [found[name] for name in ("ready", "database", "migrations", "queue")] == [True] * 4
    worker.stop()
    assert api.get("/ready").status_code == 503


def test_a_worker_that_fell_silent_does_not_count(shared_database: Database) -> None:
    tell(
        shared_database,
        "INSERT INTO workers (identity, threads, seen_at)"
        " VALUES ('silent', 8, now() - interval '61 s'), ('just', 8, now() - interval '20 s')",
    )
    assert check_readiness(shared_database).queue
    tell(shared_database, "DELETE FROM workers WHERE identity = 'just'")
    assert not check_readiness(shared_database).queue


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    """A database without any table."""
    opened = open_database(conninfo_of(empty_database_url))
    yield opened
    opened.close()


def test_a_database_at_an_older_revision_is_not_ready(empty: Database) -> None:
    migrate(empty, "0001")
    found = check_readiness(empty)
    assert (found.database, found.migrations, found.all_well) == (True, False, False)


def test_a_database_without_tables_is_not_ready(empty: Database) -> None:
    found = check_readiness(empty)
    assert (found.database, found.migrations, found.queue) == (True, False, False)


def test_without_a_database_nothing_is_ready() -> None:
    found = check_readiness(open_database(conninfo_of("postgresql://localhost:1/none")))
    assert (found.database, found.migrations, found.queue) == (False, False, False)
