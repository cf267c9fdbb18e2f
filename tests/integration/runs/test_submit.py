"""An accepted task is a run and a job, or it is nothing at all."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.sql import ask, tell
from toggle_core.errors import (
    DatabaseAway,
    IdempotencyConflict,
    IdempotencyKeyRefused,
    TaskBlank,
    TaskNotText,
    TaskTooLong,
)
from toggle_core.history import reads
from toggle_core.runs.model import Receipt
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Stage, Status


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def counts(database: Database) -> dict[str, int]:
    """How many runs, events and jobs there are."""
    [row] = ask(
        database,
        """
        SELECT (SELECT count(*) FROM runs) AS runs,
               (SELECT count(*) FROM run_events) AS events,
               (SELECT count(*) FROM procrastinate_jobs) AS jobs
        """,
    )
    return row


NOTHING = {"runs": 0, "events": 0, "jobs": 0}
ONE = {"runs": 1, "events": 1, "jobs": 1}


def test_a_task_becomes_one_run_with_one_event_and_one_job(database: Database) -> None:
    receipt = submit(database, "Create a hello world app", builder="quick")
    assert receipt.status is Status.PROCESSING
    assert receipt.task_id.version == 7
    assert counts(database) == ONE
    run = reads.get_run(database, receipt.task_id)
    assert run.stage is Stage.QUEUED
    assert (run.attempt, run.takeovers) == (0, 0)
    [job] = ask(database, "SELECT args, queueing_lock, status::text FROM procrastinate_jobs")
    assert job["args"] == {"run_id": str(receipt.task_id), "alone": False}
    assert job["queueing_lock"] == str(receipt.task_id)
    assert job["status"] == "todo"


@pytest.mark.parametrize(
    "task",
    [
        "Créer une page d'accueil",
        "做一个待办事项列表",
        "Say 👩‍👩‍👧‍👦 hello 🏳️‍🌈",
        "a\ttab,\r\na line,\nand 'quotes' \"of\" every \\ kind",
        "Robert'); DROP TABLE runs;--",
        "%s %(task)s {task} :task $1",
        "x" * 10_000,
        "🚀" * 10_000,
    ],
)
def test_the_stored_text_is_what_was_typed(database: Database, task: str) -> None:
    receipt = submit(database, task, builder="quick")
    assert reads.get_run(database, receipt.task_id).task == task


def test_white_space_around_a_task_is_left_out(database: Database) -> None:
    receipt = submit(database, " \n Create a page\u3000\t\n", builder="quick")
    assert reads.get_run(database, receipt.task_id).task == "Create a page"


def test_the_toggle_the_builder_and_who_asked_are_kept(database: Database) -> None:
    receipt = submit(database, "Ask", builder="quick", production=True, submitted_by="Ada")
    run = reads.get_run(database, receipt.task_id)
    assert (run.production, run.builder, run.submitted_by) == (True, "quick", "Ada")


@pytest.mark.parametrize(
    ("task", "refusal"),
    [
        ("", TaskBlank),
        (" \n\t", TaskBlank),
        ("x" * 10_001, TaskTooLong),
        ("nul\x00", TaskNotText),
        ("half \ud800", TaskNotText),
    ],
)
def test_a_refused_task_leaves_nothing(
    database: Database, task: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        submit(database, task, builder="quick")
    assert counts(database) == NOTHING


def test_a_refused_key_leaves_nothing(database: Database) -> None:
    with pytest.raises(IdempotencyKeyRefused):
        submit(database, "Ask", builder="quick", idempotency_key="two words")
    assert counts(database) == NOTHING


@pytest.fixture
def queue_that_fails(database: Database) -> Iterator[None]:
    """A queue whose connection is cut at the moment a job is written."""
    tell(
        database,
        """
        CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$
        """,
    )
    tell(
        database,
        "CREATE TRIGGER cut BEFORE INSERT ON procrastinate_jobs"
        " FOR EACH ROW EXECUTE FUNCTION cut()",
    )
    yield
    tell(database, "DROP FUNCTION cut CASCADE")


@pytest.mark.usefixtures("queue_that_fails")
def test_without_its_job_there_is_no_run_either(database: Database) -> None:
    with pytest.raises(DatabaseAway):
        submit(database, "All or nothing", builder="quick")
    assert counts(database) == NOTHING


def test_after_a_cut_connection_the_next_task_is_accepted(database: Database) -> None:
    submit(database, "Before", builder="quick")
    tell(
        database,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    submit(database, "After", builder="quick")
    assert counts(database)["runs"] == 2


def test_nothing_is_accepted_while_the_database_cannot_be_reached() -> None:
    nowhere = open_database(conninfo_of("postgresql://localhost:1/none"))
    with pytest.raises(DatabaseAway):
        submit(nowhere, "Anyone there?", builder="quick")


# Idempotency keys.


def test_the_same_key_with_the_same_task_returns_the_same_run(database: Database) -> None:
    first = submit(database, "Once", builder="quick", idempotency_key="key-1")
    again = submit(database, " Once ", builder="quick", idempotency_key="key-1")
    assert again == first
    assert counts(database) == ONE


def test_the_same_key_tells_the_status_of_the_moment(database: Database) -> None:
    submit(database, "Once", builder="quick", idempotency_key="key-1")
    tell(
        database,
        "UPDATE runs SET status = 'failed', stage = 'done', error = 'no', finished_at = now()",
    )
    again = submit(database, "Once", builder="quick", idempotency_key="key-1")
    assert again.status is Status.FAILED


@pytest.mark.parametrize(
    "other", [{"task": "Another"}, {"production": True}, {"review": True}, {"priority": 5}]
)
def test_the_same_key_for_something_else_is_a_conflict(
    database: Database, other: dict[str, Any]
) -> None:
    given = {"task": "Once", "builder": "quick", "idempotency_key": "key-1"}
    submit(database, **given)
    with pytest.raises(IdempotencyConflict):
        submit(database, **given | other)
    assert counts(database) == ONE


def test_other_keys_and_no_key_make_runs_of_their_own(database: Database) -> None:
    for key in ("key-1", "key-2", "KEY-1", None, None):
        submit(database, "Once", builder="quick", idempotency_key=key)
    assert counts(database) == {"runs": 5, "events": 5, "jobs": 5}


def test_twenty_submits_at_once_with_one_key_make_one_run(database: Database) -> None:
    together = threading.Barrier(20)

    def press(_: int) -> Receipt:
        together.wait(120)
        return submit(database, "A double click", builder="quick", idempotency_key="click")

    with ThreadPoolExecutor(20) as threads:
        receipts = set(threads.map(press, range(20)))
    assert len(receipts) == 1
    assert counts(database) == ONE
