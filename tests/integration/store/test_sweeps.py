"""Sweeps go batch by batch, one process at a time, and go on where another was cut."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from tests.integration.aged_runs import CLEARED, PRUNED, Aged, swept
from tests.integration.executors import everything, executors
from tests.integration.sql import ask, plan_of, tell
from tests.polling import eventually
from tests.worker_thread import FAST, WorkerThread
from toggle_core.errors import DatabaseAway
from toggle_core.history.reads import get_run
from toggle_core.store import retention
from toggle_core.store.database import Database
from toggle_core.store.retention import Done, Policy
from toggle_core.store.sweeping import RETENTION_LOCK, last_sweep, survey, sweep
from toggle_core.worker import sweeps


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def aged(database: Database) -> Iterator[Aged]:
    with executors(database) as new:
        yield Aged(database, new)


def test_many_batches_do_the_same_as_one(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [aged.completed(100 + number, f"Task {number}") for number in range(5)]
    tell(
        database,
        "UPDATE runs SET finished_at = '2020-01-01Z' WHERE id = ANY(%(some)s)",
        some=runs[:3],
    )
    monkeypatch.setattr(retention, "BATCH", 2)
    done = swept(database, PRUNED)
    assert (done.runs_pruned, done.checkpoints) == (5, 15)
    assert {aged.kept(run)[0] for run in runs} == {1}
    assert swept(database, PRUNED) == Done()


def test_a_sweep_that_is_asked_to_stop_leaves_whole_batches_and_the_next_goes_on(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [aged.completed(100 - number) for number in range(3)]
    monkeypatch.setattr(retention, "BATCH", 1)
    first = sweep(database, PRUNED, stopping=lambda: True)
    assert first is not None
    assert first.unfinished
    assert [aged.kept(run)[0] for run in runs] == [1, 4, 4]
    assert swept(database, PRUNED).runs_pruned == 2


def test_a_batch_that_is_cut_in_the_middle_leaves_no_trace(database: Database, aged: Aged) -> None:
    run_id = aged.completed()
    before = everything(database)
    tell(
        database,
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
    )
    tell(
        database,
        "CREATE TRIGGER cut BEFORE INSERT ON retention_marks EXECUTE FUNCTION cut()",
    )
    try:
        with pytest.raises(DatabaseAway):
            sweep(database, CLEARED)
    finally:
        tell(database, "DROP FUNCTION cut CASCADE")
    assert everything(database) == before
    assert ask(database, "SELECT FROM run_results") == []
    assert swept(database, CLEARED).runs_cleared == 1
    assert get_run(database, run_id).files


def test_one_sweeps_at_a_time(database: Database, aged: Aged) -> None:
    aged.completed()
    with psycopg.connect(database.conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (RETENTION_LOCK,))
        assert sweep(database, CLEARED) is None
        other.execute("SELECT pg_advisory_unlock(%s)", (RETENTION_LOCK,))
    assert swept(database, CLEARED).runs_cleared == 1


def test_two_who_sweep_at_once_do_everything_once(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        aged.completed(100 - number)
    monkeypatch.setattr(retention, "BATCH", 1)
    together, dones = threading.Barrier(3), []

    def go() -> None:
        together.wait(120)
        while (found := sweep(database, CLEARED)) is None or found.unfinished:
            dones.append(found.done if found else Done())
        dones.append(found.done)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(dones, Done()).runs_cleared == 6
    assert len(ask(database, "SELECT FROM run_results")) == 6


def test_a_run_that_somebody_holds_is_left_to_the_next_sweep(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = aged.completed()
    monkeypatch.setattr(retention, "LOCK_SECONDS", 0.05)
    with psycopg.connect(database.conninfo) as other:
        other.execute("SELECT FROM runs WHERE id = %s FOR UPDATE", (run_id,))
        with pytest.raises(DatabaseAway):
            sweep(database, CLEARED)
        other.rollback()
    assert swept(database, CLEARED).runs_cleared == 1


def test_a_survey_tells_what_a_sweep_then_does(database: Database, aged: Aged) -> None:
    for days in (10, 40, 50, 100, 200):
        aged.completed(days)
    aged.proved(300)
    aged.failed(45)
    leave_leftovers(database)
    tell(
        database,
        "INSERT INTO deleted_runs (id, changed, deleted_at)"
        " SELECT gen_random_uuid(), day, now() - make_interval(days => 100 - day)"
        " FROM generate_series(1, 12) AS day WHERE day <> 10",
    )
    before = everything(database)
    told = survey(database, CLEARED)
    assert everything(database) == before
    done = swept(database, CLEARED)
    assert told == replace(done, bytes=told.bytes)
    assert told.bytes == pytest.approx(done.bytes, rel=0.02)
    assert (told.runs_pruned, told.runs_cleared, told.leftovers) == (3, 3, 11)
    assert survey(database, CLEARED) == Done()


def leave_leftovers(database: Database) -> None:
    """Three that are to go, three that are to stay."""
    tell(database, "DELETE FROM procrastinate_jobs")
    tell(
        database,
        """
        INSERT INTO procrastinate_jobs (queue_name, task_name, status)
        VALUES ('runs', 'execute_run', 'failed'), ('runs', 'execute_run', 'doing'),
               ('runs', 'sweep_history', 'doing'), ('runs', 'execute_run', 'succeeded')
        """,
    )
    tell(
        database,
        "UPDATE procrastinate_events SET at = now() - interval '2 days'"
        " WHERE job_id = (SELECT id FROM procrastinate_jobs WHERE status = 'failed')",
    )
    tell(
        database,
        """
        INSERT INTO procrastinate_events (job_id, type)
        SELECT id, 'succeeded' FROM procrastinate_jobs WHERE status = 'succeeded'
        """,
    )
    tell(
        database,
        "INSERT INTO workers (identity, threads, seen_at)"
        " VALUES ('old', 1, now() - interval '2 days'), ('new', 1, now())",
    )


def test_leftovers_of_ended_jobs_and_dead_workers_are_deleted(database: Database) -> None:
    leave_leftovers(database)
    assert swept(database, Policy()) == Done(leftovers=3)
    left = ask(database, "SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
    assert [tuple(row.values()) for row in left] == [
        ("execute_run", "doing"),
        ("execute_run", "succeeded"),
    ]
    assert ask(database, "SELECT identity FROM workers") == [{"identity": "new"}]


def test_what_a_sweep_did_is_written_down(database: Database, aged: Aged) -> None:
    assert last_sweep(database) is None
    aged.completed()
    found = sweep(database, CLEARED)
    assert last_sweep(database) == found


def test_only_the_newest_records_of_sweeps_are_kept(database: Database) -> None:
    tell(database, "INSERT INTO sweeps (runs_pruned) SELECT n FROM generate_series(1, 300) AS n")
    swept(database, Policy())
    assert len(ask(database, "SELECT FROM sweeps")) == retention.KEPT_SWEEPS + 1


def test_the_next_runs_are_found_by_an_index_however_many_there_are(database: Database) -> None:
    tell(
        database,
        """
        INSERT INTO runs (id, task, builder, status, stage, finished_at)
        SELECT gen_random_uuid(), 'Task', 'b', 'cancelled', 'done',
               now() - make_interval(mins => n) FROM generate_series(1, 20000) AS n
        """,
    )
    tell(database, "ANALYZE runs")

    def read() -> None:
        with database.begin() as connection:
            finished_at, last_id = retention.BEGINNING
            facts = {"days": 3, "finished_at": finished_at, "last_id": last_id, "batch": 200}
            connection.execute(retention.DUE, facts).all()

    nodes = plan_of(database, read)
    assert {node.get("Index Name") for node in nodes} >= {"ix_runs_finished"}
    assert sum(node["Actual Rows"] for node in nodes if "Scan" in node["Node Type"]) <= 201


def test_a_worker_sweeps_by_itself_in_slices(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [aged.completed(100 - number) for number in range(3)]
    monkeypatch.setattr(retention, "BATCH", 1)
    monkeypatch.setattr(sweeps, "SLICE_SECONDS", 0)
    worker = WorkerThread(database)
    try:
        worker.start(settings=replace(FAST, retention=CLEARED))
        eventually(lambda: len(ask(database, "SELECT FROM run_results")) == len(runs))
        eventually(lambda: not ask(database, "SELECT FROM procrastinate_jobs"))
    finally:
        worker.stop()
    assert len(ask(database, "SELECT FROM sweeps")) > len(runs)
    assert all(get_run(database, run).files for run in runs)
