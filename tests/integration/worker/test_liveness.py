"""Who is alive, who sweeps, and what becomes of the runs of the dead."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.integration.executors import Held
from tests.integration.sql import ask, tell
from tests.integration.stranded import (
    ME,
    OTHER,
    STALLED_SECONDS,
    fetch_job,
    held_by,
    jobs,
    list_worker,
    recovery,
    workers,
)
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.errors import DatabaseAway
from toggle_core.history import reads
from toggle_core.runs.leases import claim_run
from toggle_core.runs.submission import submit
from toggle_core.store.checkpoint_pool import open_checkpoint_pool
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import CHECK_LEASE
from toggle_core.words import Status
from toggle_core.worker.identity import new_identity, short_name
from toggle_core.worker.recovery import SWEEP_LOCK


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


BACKEND = "SELECT FROM pg_stat_activity WHERE pid = %(pid)s"


# Who is alive.


def test_a_beat_says_that_the_worker_is_alive(database: Database) -> None:
    mine = recovery(database, new_identity())
    mine.beat()
    tell(database, "UPDATE workers SET seen_at = now() - interval '1 hour'")
    mine.beat()
    found = ask(database, "SELECT identity, now() - seen_at < '1 min' AS lately FROM workers")
    assert found == [{"identity": mine.identity, "lately": True}]


def test_the_worker_of_a_dead_process_of_this_machine_is_buried_at_once(
    database: Database,
) -> None:
    program = "from toggle_core.worker.identity import new_identity; print(new_identity())"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()
    run_id = held_by(database, ended)
    list_worker(database, ended)
    fetch_job(database)
    assert recovery(database).beat() == [run_id]
    assert workers(database) == {ME}


def test_a_living_worker_of_this_machine_is_not_buried(database: Database) -> None:
    alive = new_identity()
    held_by(database, alive)
    list_worker(database, alive)
    fetch_job(database)
    assert recovery(database).beat() == []
    assert workers(database) == {ME, alive}


def test_a_worker_elsewhere_is_not_buried_for_silence_at_my_first_beat(
    database: Database,
) -> None:
    held_by(database, OTHER)
    list_worker(database, OTHER, seen_seconds_ago=STALLED_SECONDS * 10)
    fetch_job(database)
    assert recovery(database).beat() == []
    assert OTHER in workers(database)


def test_a_worker_elsewhere_is_buried_once_i_was_regular_for_as_long_as_it_may_be_silent(
    database: Database,
) -> None:
    run_id = held_by(database, OTHER)
    list_worker(database, OTHER, seen_seconds_ago=3600)
    fetch_job(database)
    mine = recovery(database, stalled_seconds=1)
    began = time.monotonic()
    assert eventually(mine.beat) == [run_id]
    assert time.monotonic() - began >= 1
    assert workers(database) == {ME}


def test_a_worker_that_was_stopped_in_the_middle_of_a_write_lets_go_of_its_run(
    database: Database,
) -> None:
    run_id = held_by(database, OTHER)
    list_worker(database, OTHER, seen_seconds_ago=3600)
    fetch_job(database)
    pool = open_checkpoint_pool(database, 1, short_name(OTHER))
    with suppress(psycopg.errors.AdminShutdown), pool.connection() as stopped:
        stopped.execute("BEGIN")
        stopped.execute(CHECK_LEASE, {"run_id": run_id, "lease": 1})
        eventually(recovery(database, stalled_seconds=1).beat)
        with ThreadPoolExecutor(1) as successor:
            claimed = successor.submit(claim_run, database, run_id, ME).result(120)
        assert claimed is not None
        assert claimed.lease.number == 2
    pool.close(timeout=1)


def test_a_transaction_in_which_a_process_was_stopped_is_ended_by_postgres(
    database: Database,
) -> None:
    def stop_in_the_middle() -> None:
        with database.begin() as connection:
            told = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
            assert told == "5s"
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10ms'")
            eventually(lambda: not ask(database, BACKEND, pid=pid))
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(DatabaseAway):
        stop_in_the_middle()


def test_after_a_pause_of_my_own_nobody_is_buried_until_i_was_regular_again(
    database: Database,
) -> None:
    mine = recovery(database, stalled_seconds=1)
    began = time.monotonic()
    eventually(lambda: mine.beat() or time.monotonic() - began > 1.1)
    paused = time.monotonic()
    eventually(lambda: time.monotonic() - paused > 0.6)
    list_worker(database, OTHER, seen_seconds_ago=3600)
    mine.beat()
    assert OTHER in workers(database)


def test_a_worker_elsewhere_that_is_heard_of_is_not_buried(database: Database) -> None:
    mine = recovery(database, stalled_seconds=1)
    began = time.monotonic()
    while time.monotonic() - began < 1.2:
        tell(database, "DELETE FROM workers WHERE identity = %(other)s", other=OTHER)
        list_worker(database, OTHER, seen_seconds_ago=-30)
        mine.beat()
    assert workers(database) == {ME, OTHER}


def test_a_worker_that_stops_takes_itself_off_the_list(database: Database) -> None:
    mine = recovery(database, new_identity())
    mine.start()
    eventually(lambda: mine.identity in workers(database))
    mine.stop()
    assert workers(database) == set()


# Many at once.


def test_of_many_sweepers_only_one_puts_a_run_back(database: Database) -> None:
    run_ids = {held_by(database, None) for _ in range(5)}
    tell(database, "UPDATE runs SET worker = %(other)s", other=OTHER)
    fetch_job(database)
    together = threading.Barrier(6)

    def sweep(number: int) -> list[UUID]:
        mine = recovery(database, f"elsewhere/boot/pid:[1]/2/100/{number:08}")
        together.wait(120)
        return mine.beat()

    with ThreadPoolExecutor() as threads:
        found = [run_id for put_back in threads.map(sweep, range(6)) for run_id in put_back]
    assert sorted(found) == sorted(run_ids)
    assert sorted(jobs(database)) == sorted(("todo", run_id) for run_id in run_ids)


def test_while_another_sweeps_i_only_say_that_i_am_alive(database: Database) -> None:
    run_id = held_by(database, OTHER)
    fetch_job(database)
    with psycopg.connect(database.conninfo) as sweeping:
        sweeping.execute("SELECT pg_advisory_xact_lock(%s)", (SWEEP_LOCK,))
        assert recovery(database).beat() == []
        assert workers(database) == {ME}
    assert recovery(database).beat() == [run_id]


# With a real queue.


def test_a_run_whose_job_vanished_is_completed(database: Database, worker: WorkerThread) -> None:
    run_id = submit(database, "Where is my job?", builder="quick").task_id
    tell(database, "DELETE FROM procrastinate_jobs")
    worker.start()
    eventually(lambda: reads.get_run(database, run_id).status is Status.COMPLETED)
    assert reads.get_run(database, run_id).takeovers == 0


def test_what_a_dead_worker_left_is_completed_and_counted_as_taken_over(
    database: Database, worker: WorkerThread
) -> None:
    run_id = held_by(database, f"{OTHER}{uuid4()}")
    fetch_job(database)
    worker.start()
    eventually(lambda: reads.get_run(database, run_id).status is Status.COMPLETED)
    assert reads.get_run(database, run_id).takeovers == 1


def test_a_stopping_worker_releases_its_run_after_the_node_and_the_next_goes_on(
    database: Database, worker: WorkerThread
) -> None:
    builder, successor = Held(), Held()
    run_id = submit(database, "Hand over", builder="held").task_id
    executor = worker.start(builder).executor
    assert executor is not None
    assert builder.reached.wait(120)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    eventually(lambda: executor.draining)
    builder.go.set()
    stopping.join(120)
    [row] = ask(database, "SELECT status, worker FROM runs")
    assert row == {"status": "processing", "worker": None}
    assert workers(database) == set()
    second = WorkerThread(database).start(successor)
    eventually(lambda: reads.get_run(database, run_id).status is Status.COMPLETED)
    second.stop()
    assert (successor.planned, successor.coded) == (0, 0), "both nodes had been finished"
    assert reads.get_run(database, run_id).takeovers == 0
