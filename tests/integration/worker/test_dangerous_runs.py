"""A run that kills its worker again and again is given up, and takes no other along."""

from collections.abc import Iterator
from dataclasses import asdict
from uuid import UUID

import pytest

from tests.app_process import AppProcess
from tests.integration.executors import Held, executors
from tests.integration.sql import ask, tell
from tests.integration.stranded import ME, OTHER, fetch_job, held_by, recovery
from tests.polling import eventually
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs import leases
from toggle_core.runs.control import retry
from toggle_core.runs.leases import STRIKES_LIMIT, Counts, claim_run
from toggle_core.runs.lifecycle import ADVANCE, RELEASE, write
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import EventKind, Stage, Status

NONE_USED = Counts(0, 0, 0)


def submitted(database: Database, task: str = "Say hello") -> UUID:
    return submit(database, task, builder="quick").task_id


def taken_over(database: Database, run_id: UUID, times: int) -> None:
    for number in range(times + 1):
        claim_run(database, run_id, f"elsewhere/boot/pid:[1]/1/100/{number:08}")


def strikes(database: Database, run_id: UUID) -> int:
    [row] = ask(database, "SELECT strikes FROM runs WHERE id = %(id)s", id=run_id)
    return int(row["strikes"])


def test_a_run_whose_workers_died_three_times_in_a_row_fails_with_a_sentence(
    database: Database,
) -> None:
    run_id = submitted(database)
    taken_over(database, run_id, STRIKES_LIMIT)
    run = get_run(database, run_id)
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error.startswith("It stopped the worker repeatedly")
    [told] = [event for event in list_events(database, run_id) if event.kind is EventKind.ERROR]
    assert told.detail == {"kind": "RunDangerous"}


def test_a_run_whose_workers_died_twice_goes_on(database: Database) -> None:
    run_id = submitted(database)
    taken_over(database, run_id, STRIKES_LIMIT - 1)
    assert get_run(database, run_id).status is Status.PROCESSING


def test_a_step_that_is_done_clears_the_run_of_suspicion(database: Database) -> None:
    run_id = submitted(database)
    taken_over(database, run_id, STRIKES_LIMIT - 1)
    held = claim_run(database, run_id, "elsewhere/boot/pid:[1]/1/100/00000002")
    assert held is not None
    write(database, ADVANCE[Stage.CODING], held.lease, **asdict(NONE_USED))
    assert strikes(database, run_id) == 0


def test_to_begin_a_step_clears_nothing(database: Database) -> None:
    run_id = submitted(database)
    taken_over(database, run_id, 1)
    held = claim_run(database, run_id, "elsewhere/boot/pid:[1]/1/100/00000001")
    assert held is not None
    leases.resume(database, held.lease, Stage.PLANNING, NONE_USED)
    assert strikes(database, run_id) == 1


def test_a_worker_that_takes_its_own_run_again_after_an_outage_is_not_dead(
    database: Database,
) -> None:
    run_id = submitted(database)
    for _ in range(STRIKES_LIMIT + 1):
        assert claim_run(database, run_id, ME) is not None
    assert strikes(database, run_id) == 0


def test_a_run_that_was_released_three_times_goes_on(database: Database) -> None:
    run_id = submitted(database)
    for number in range(STRIKES_LIMIT + 1):
        held = claim_run(database, run_id, f"elsewhere/boot/pid:[1]/1/100/{number:08}")
        assert held is not None
        write(database, RELEASE, held.lease)
    assert get_run(database, run_id).status is Status.PROCESSING


def test_a_retry_of_a_run_that_was_given_up_begins_without_suspicion(database: Database) -> None:
    run_id = submitted(database)
    tell(database, "DELETE FROM procrastinate_jobs")
    taken_over(database, run_id, STRIKES_LIMIT)
    retry(database, run_id)
    assert strikes(database, run_id) == 0
    assert claim_run(database, run_id, ME) is not None


def test_the_first_death_is_not_held_against_a_run_and_the_second_sets_it_apart(
    database: Database,
) -> None:
    run_id = held_by(database, OTHER)
    fetch_job(database)
    recovery(database).beat()
    assert [job["alone"] for job in jobs(database)] == [False]
    tell(database, "UPDATE runs SET strikes = 1, worker = %(other)s", other=OTHER)
    fetch_job(database)
    recovery(database).beat()
    assert [job["alone"] for job in jobs(database)] == [True]
    assert jobs(database)[0]["run_id"] == str(run_id)


def jobs(database: Database) -> list[dict[str, object]]:
    found = ask(database, "SELECT args FROM procrastinate_jobs WHERE status = 'todo'")
    return [dict(row["args"]) for row in found]


def test_a_run_taken_over_by_a_living_worker_makes_its_earlier_execution_stop(
    database: Database,
) -> None:
    run_id = submitted(database)
    builder = Held()
    with executors(database) as new:
        executor = new(builder, ME)
        held = claim_run(database, run_id, ME)
        assert held is not None
        control = _Control()
        executor.leases[control] = held.lease  # type: ignore[index]  all it needs is request_drain
        executor.stop_unwanted()
        assert control.reasons == []
        claim_run(database, run_id, OTHER)
        executor.stop_unwanted()
    assert control.reasons == ["lost"]


class _Control:
    """Notes why it was asked to stop."""

    drain_reason = None

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def request_drain(self, reason: str) -> None:
        self.reasons.append(reason)


@pytest.fixture
def workers(database_url: str) -> Iterator[AppProcess]:
    """One worker process, started again whenever it has died."""
    with AppProcess(
        ("-m", "toggle_core", "worker", "--threads", "4"),
        DATABASE_URL=database_url,
        TOGGLE_BUILDER="tests.integration.dangerous:Dangerous",
        TOGGLE_HEARTBEAT_SECONDS="0.3",
        TOGGLE_STALLED_SECONDS="2",
    ) as process:
        yield process


def test_a_run_that_really_kills_its_worker_is_given_up_and_its_neighbours_are_completed(
    database: Database, workers: AppProcess
) -> None:
    """The neighbours are in the middle of the coder when the process dies."""
    neighbours = [submitted(database, f"Neighbour {number}") for number in range(3)]
    killer = submitted(database, "Kill the worker")
    workers.launch()

    def given_up() -> bool:
        assert workers.process is not None
        if workers.process.poll() is not None:
            workers.launch()
        return get_run(database, killer).status is Status.FAILED

    eventually(given_up)
    for run_id in neighbours:
        eventually(lambda run_id=run_id: get_run(database, run_id).status is Status.COMPLETED)
    error = get_run(database, killer).error
    assert error is not None
    assert "3 times in a row" in error
