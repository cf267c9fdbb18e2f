"""Runs that nobody goes on with are put back into the queue, and no others."""

from uuid import UUID

import pytest

from tests.integration.sql import tell
from tests.integration.stranded import (
    ME,
    OTHER,
    STALLED_SECONDS,
    fetch_job,
    held_by,
    jobs,
    list_worker,
    recovery,
)
from toggle_core.store.database import Database
from toggle_core.words import Status


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


# A run that no worker holds.


def test_a_run_that_nobody_holds_and_that_has_no_job_is_put_back(database: Database) -> None:
    run_id = held_by(database, None)
    tell(database, "DELETE FROM procrastinate_jobs")
    assert recovery(database).beat() == [run_id]
    assert jobs(database) == [("todo", run_id)]


def test_a_run_that_waits_in_the_queue_is_left_there(database: Database) -> None:
    run_id = held_by(database, None)
    assert recovery(database).beat() == []
    assert jobs(database) == [("todo", run_id)]


def test_a_run_whose_job_was_just_fetched_is_left_to_its_worker(database: Database) -> None:
    run_id = held_by(database, None)
    fetch_job(database)
    assert recovery(database).beat() == []
    assert jobs(database) == [("doing", run_id)]


def test_a_run_whose_job_was_fetched_by_a_queue_worker_now_silent_is_put_back(
    database: Database,
) -> None:
    run_id = held_by(database, None)
    fetch_job(database, heard_seconds_ago=STALLED_SECONDS + 1)
    assert recovery(database).beat() == [run_id]
    assert jobs(database) == [("todo", run_id)]


def test_a_run_whose_job_was_fetched_by_a_queue_worker_now_gone_is_put_back(
    database: Database,
) -> None:
    run_id = held_by(database, None)
    fetch_job(database)
    tell(database, "DELETE FROM procrastinate_workers")
    assert recovery(database).beat() == [run_id]
    assert jobs(database) == [("todo", run_id)]


# A run that this worker holds.


def test_a_run_of_my_own_that_i_am_executing_is_never_put_back(database: Database) -> None:
    run_id = held_by(database, ME)
    fetch_job(database, heard_seconds_ago=STALLED_SECONDS + 1)
    assert recovery(database, active=lambda: frozenset({run_id})).beat() == []
    assert jobs(database) == [("doing", run_id)]


def test_a_run_of_my_own_that_began_while_i_was_looking_is_not_put_back(
    database: Database,
) -> None:
    run_id = held_by(database, ME)
    fetch_job(database)
    answers = iter([frozenset[UUID](), frozenset({run_id})])
    assert recovery(database, active=lambda: next(answers)).beat() == []


@pytest.mark.parametrize("job", ["doing", "gone"])
def test_a_run_of_my_own_that_i_gave_up_is_put_back(database: Database, job: str) -> None:
    run_id = held_by(database, ME)
    fetch_job(database)
    if job == "gone":
        tell(database, "DELETE FROM procrastinate_jobs")
    assert recovery(database).beat() == [run_id]
    assert jobs(database) == [("todo", run_id)]


# A run that another worker holds.


def test_a_run_of_a_worker_that_is_alive_is_left_to_it(database: Database) -> None:
    run_id = held_by(database, OTHER)
    fetch_job(database)
    list_worker(database, OTHER)
    assert recovery(database).beat() == []
    assert jobs(database) == [("doing", run_id)]


@pytest.mark.parametrize("job", ["doing", "gone"])
def test_a_run_of_a_worker_that_is_no_longer_listed_is_put_back(
    database: Database, job: str
) -> None:
    run_id = held_by(database, OTHER)
    fetch_job(database)
    if job == "gone":
        tell(database, "DELETE FROM procrastinate_jobs")
    assert recovery(database).beat() == [run_id]
    assert jobs(database) == [("todo", run_id)]


def test_a_run_that_was_put_back_already_is_not_put_back_twice(database: Database) -> None:
    run_id = held_by(database, OTHER)
    fetch_job(database)
    assert recovery(database).beat() == [run_id]
    assert recovery(database).beat() == []
    assert jobs(database) == [("todo", run_id)]


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_run_that_has_ended_is_left_alone(database: Database, status: Status) -> None:
    held_by(database, OTHER)
    tell(
        database,
        """
        UPDATE runs SET status = %(status)s, stage = 'done', finished_at = now(),
               verdict = CASE %(status)s WHEN 'completed' THEN 'draft' END,
               error = CASE %(status)s WHEN 'failed' THEN 'It failed.' END
        """,
        status=status,
    )
    tell(database, "DELETE FROM procrastinate_jobs")
    assert recovery(database).beat() == []
    assert jobs(database) == []
