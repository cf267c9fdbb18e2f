"""A worker is killed around a review: nobody approves by accident, and no approval is lost."""

import signal
from collections.abc import Iterator
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from tests.app_process import AppProcess
from tests.builders import Quick
from tests.integration.endings import finished
from tests.integration.executors import executors
from tests.integration.sql import ask, tell
from tests.integration.told_builders import Told
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.control import approve
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Stage, Status

WORKERS: LiteralString = "SELECT FROM workers"
BLOCKED: LiteralString = "SELECT FROM pg_locks WHERE NOT granted"


@pytest.fixture
def doomed(database_url: str) -> Iterator[AppProcess]:
    """A worker in a process of its own, to be launched and killed."""
    with AppProcess(
        ("-m", "toggle_core", "worker", "--threads", "1"),
        DATABASE_URL=database_url,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_HEARTBEAT_SECONDS="0.2",
    ) as process:
        yield process


def submit_for_review(database: Database) -> UUID:
    return submit(database, "Say hello", builder="quick", review=True).task_id


def waits(database: Database, run_id: UUID) -> bool:
    return get_run(database, run_id).stage is Stage.REVIEWING


def test_a_run_waits_on_when_the_worker_that_planned_it_is_killed(
    database: Database, doomed: AppProcess, worker: WorkerThread
) -> None:
    run_id = submit_for_review(database)
    doomed.launch()
    eventually(lambda: waits(database, run_id))
    doomed.kill()
    builder = Told()
    worker.start(builder)
    other = submit(database, "Something else", builder="told").task_id
    eventually(lambda: finished(database, other))
    assert waits(database, run_id)
    assert len(builder.plans) == 1, "only of the other run"
    approve(database, run_id, "Go on")
    run = eventually(lambda: finished(database, run_id))
    assert (run.status, run.takeovers) == (Status.COMPLETED, 0)
    assert builder.plans[1:] == ["Go on"]


@pytest.mark.parametrize(
    ("moment", "lock"),
    [
        ("fetched", "SELECT FROM runs FOR UPDATE"),
        ("claimed", "LOCK TABLE checkpoint_writes IN SHARE MODE"),
        ("resumed", "LOCK TABLE checkpoints IN SHARE MODE"),
    ],
)
def test_an_approval_is_carried_out_once_although_a_worker_is_killed_on_the_way(
    database: Database,
    doomed: AppProcess,
    worker: WorkerThread,
    moment: str,
    lock: LiteralString,
) -> None:
    run_id = submit_for_review(database)
    with executors(database) as new_executor:
        new_executor(Quick(), "planner").execute(run_id)
    tell(database, "DELETE FROM procrastinate_jobs")
    process = doomed.launch().process
    assert process is not None
    eventually(lambda: ask(database, WORKERS))
    process.send_signal(signal.SIGSTOP)
    approve(database, run_id, "The plan of a person")
    with psycopg.connect(database.conninfo) as locking:
        locking.execute(lock)
        process.send_signal(signal.SIGCONT)
        eventually(lambda: ask(database, BLOCKED))
        doomed.kill()
        [run] = ask(database, "SELECT worker IS NOT NULL AS claimed FROM runs")
        assert run["claimed"] == (moment != "fetched")
    builder = Told()
    worker.start(builder)
    done = eventually(lambda: finished(database, run_id))
    assert (done.status, done.plan) == (Status.COMPLETED, "The plan of a person")
    assert (builder.planned, builder.plans) == (0, ["The plan of a person"])
    stages = [event.stage for event in list_events(database, run_id)]
    assert stages.count(Stage.REVIEWING) == 1
