"""Runs that nobody goes on with are put back into the queue, and no others."""

from uuid import UUID

import pytest

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
)
from toggle_core.runs.leases import claim_run
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


def test_a_run_whose_new_job_was_fetched_by_the_living_is_left_to_them(database: Database) -> None:
    run_id = held_by(database, OTHER)
    fetch_job(database)
    assert recovery(database).beat() == [run_id]
    fetch_job(database)
    assert recovery(database).beat() == [], "its worker may wait for another before it begins"
    assert jobs(database) == [("doing", run_id)]


def test_a_death_is_one_take_over_and_one_strike_however_the_run_is_begun_again(
    database: Database,
) -> None:
    run_id = held_by(database, OTHER)
    fetch_job(database)
    recovery(database).beat()
    assert claim_run(database, run_id, ME) is not None
    assert ask(database, "SELECT takeovers, strikes FROM runs") == [{"takeovers": 1, "strikes": 1}]


def test_a_run_given_up_by_its_own_worker_gathers_no_strike(database: Database) -> None:
    held_by(database, ME)
    fetch_job(database)
    recovery(database).beat()
    assert ask(database, "SELECT takeovers, strikes FROM runs") == [{"takeovers": 1, "strikes": 0}]


@pytest.mark.parametrize("fetcher", ["gone", "silent"])
def test_a_job_of_a_run_that_has_ended_is_deleted_once_its_worker_is_dead(
    database: Database, fetcher: str
) -> None:
    run_id = held_by(database, None)
    tell(
        database,
        """
        UPDATE runs SET status = 'failed', stage = 'done', error = 'No.', finished_at = now()
        """,
    )
    fetch_job(database, heard_seconds_ago=STALLED_SECONDS + 1 if fetcher == "silent" else 0)
    if fetcher == "gone":
        tell(database, "DELETE FROM procrastinate_workers")
    recovery(database).beat()
    assert jobs(database) == [], f"it would take the turn of its submitter for ever: {run_id}"


def test_a_living_worker_ends_the_job_of_its_ended_run_itself(database: Database) -> None:
    run_id = held_by(database, None)
    fetch_job(database)
    tell(
        database,
        """
        UPDATE runs SET status = 'failed', stage = 'done', error = 'No.', finished_at = now()
        """,
    )
    recovery(database).beat()
    assert jobs(database) == [("doing", run_id)]
    tell(database, "UPDATE runs SET finished_at = now() - interval '2 hours'")
    recovery(database).beat()
    assert jobs(database) == []


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
