"""A worker keeps the numbers behind insights fresh, without anyone who looks at them."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.integration.insight_runs import ENDED, add
from tests.integration.sql import ask, tell
from tests.integration.varied_runs import fill
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.insights.queries import runs_per_day
from toggle_core.insights.rollup import COUNTING_LOCK
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.worker.rollup_worker import Counting

PAUSE = 0.05


@pytest.fixture
def counting(database: Database) -> Iterator[Counting]:
    thread = Counting(database, PAUSE)
    thread.start()
    yield thread
    thread.stop()


def counted(database: Database) -> int:
    """Runs that the rollup knows of."""
    return sum(row.runs for row in runs_per_day(database))


def is_running() -> bool:
    return any(thread.name == "counting" for thread in threading.enumerate())


@contextmanager
def away(database: Database) -> Iterator[None]:
    """The database refuses every connection for the length of the block."""
    name = str(conninfo_to_dict(database.conninfo)["dbname"])
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    elsewhere = make_conninfo(database.conninfo, dbname="postgres")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(allow.format(sql.Identifier(name), sql.Literal(False)))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            connection.execute(allow.format(sql.Identifier(name), sql.Literal(True)))


def test_the_runs_of_a_worker_are_counted_by_it(database: Database, worker: WorkerThread) -> None:
    submit(database, "Count me", builder="quick")
    worker.start()
    eventually(lambda: counted(database) == 1)


def test_a_worker_that_stops_counts_no_more(worker: WorkerThread) -> None:
    worker.start()
    assert is_running()
    worker.stop()
    assert not is_running()


@pytest.mark.usefixtures("counting")
def test_changes_are_counted_one_after_the_other(database: Database) -> None:
    for number in (1, 2):
        add(database, **ENDED)
        # A day is counted at most 5 % of the time: as if it had cost nothing.
        tell(database, "UPDATE insight_days SET seconds = 0")
        eventually(lambda number=number: counted(database) == number)


@pytest.mark.usefixtures("counting")
def test_a_long_history_is_counted_to_its_end(database: Database) -> None:
    runs = len(fill(database, 1_500))
    eventually(lambda: counted(database) == runs)


def test_counting_goes_on_after_an_outage(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    counting = Counting(database, PAUSE)
    with away(database):
        counting.start()
        eventually(lambda: "the database is away" in caplog.text)
    add(database, **ENDED)
    eventually(lambda: counted(database) == 1)
    counting.stop()
    assert "Traceback" not in caplog.text


@pytest.mark.usefixtures("counting")
def test_while_another_process_counts_it_leaves_the_work_to_it(database: Database) -> None:
    with psycopg.connect(database.conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [COUNTING_LOCK])
        add(database, **ENDED)
        looks = "SELECT count(*) AS n FROM pg_stat_activity WHERE query ~ 'insight_changes'"
        eventually(lambda: ask(database, looks)[0]["n"] > 0)
        assert counted(database) == 0
    eventually(lambda: counted(database) == 1)


def test_several_that_count_come_to_the_same(database: Database) -> None:
    runs = len(fill(database, 300))
    threads = [Counting(database, PAUSE) for _ in range(4)]
    for thread in threads:
        thread.start()
    eventually(lambda: counted(database) == runs)
    with ThreadPoolExecutor(len(threads)) as pool:
        list(pool.map(Counting.stop, threads))
    assert counted(database) == runs
