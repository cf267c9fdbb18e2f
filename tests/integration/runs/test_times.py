"""Where a run's time went: into work, into the queue, into a person's review."""

from uuid import UUID

import pytest

from tests.integration.executors import NewExecutor
from tests.integration.sql import ask, tell
from tests.integration.told_builders import Told
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.control import approve, cancel, retry
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.runs.working_time import seconds_by_stage, working_seconds
from toggle_core.store.database import Database
from toggle_core.words import Stage, Status

A_MOMENT = 60.0
"""Seconds that no step of these runs takes, even on a busy machine."""


def pass_by(database: Database, run_id: UUID, seconds: int) -> None:
    """Let all that has happened to a run have happened so much earlier."""
    tell(
        database,
        "UPDATE run_events SET at = at - make_interval(secs => %(seconds)s) WHERE run_id = %(id)s",
        id=run_id,
        seconds=seconds,
    )


def times(run: Run) -> tuple[float, float, float]:
    assert run.working_seconds is not None
    assert run.waiting_seconds is not None
    assert run.review_seconds is not None
    return run.working_seconds, run.waiting_seconds, run.review_seconds


def test_the_queue_and_a_review_are_not_time_worked(
    database: Database, new_executor: NewExecutor
) -> None:
    run_id = submit(database, "Say hello", builder="told", review=True).task_id
    pass_by(database, run_id, 100)
    executor = new_executor(Told(), "one")
    executor.execute(run_id)
    assert get_run(database, run_id).stage is Stage.REVIEWING
    assert get_run(database, run_id).working_seconds is None
    pass_by(database, run_id, 1_000)
    approve(database, run_id)
    pass_by(database, run_id, 10)
    executor.execute(run_id)
    run = get_run(database, run_id)
    assert run.status is Status.COMPLETED
    worked, waited, reviewed = times(run)
    assert worked < A_MOMENT
    assert 110 <= waited < 110 + A_MOMENT
    assert 1_000 <= reviewed < 1_000 + A_MOMENT
    spent = seconds_by_stage(run, list_events(database, run_id))
    assert worked == pytest.approx(working_seconds(run, list_events(database, run_id)), abs=0.5)
    assert waited == pytest.approx(spent[Stage.QUEUED], abs=0.5)
    assert reviewed == pytest.approx(spent[Stage.REVIEWING], abs=0.5)


def test_what_passes_between_an_end_and_a_retry_counts_nowhere(
    database: Database, new_executor: NewExecutor
) -> None:
    run_id = submit(database, "Say hello", builder="told").task_id
    pass_by(database, run_id, 20)
    cancel(database, run_id)
    worked, waited, reviewed = times(get_run(database, run_id))
    assert (worked, reviewed) == (0.0, 0.0)
    assert 20 <= waited < 20 + A_MOMENT
    pass_by(database, run_id, 5_000)
    retry(database, run_id)
    assert get_run(database, run_id).working_seconds is not None, "of its first end, until the next"
    new_executor(Told(), "one").execute(run_id)
    worked, waited, reviewed = times(get_run(database, run_id))
    assert worked < A_MOMENT
    assert 20 <= waited < 20 + A_MOMENT
    assert reviewed == 0.0


def test_a_run_whose_events_are_gone_has_no_times(database: Database) -> None:
    run_id = submit(database, "Say hello", builder="told").task_id
    tell(database, "DELETE FROM run_events WHERE run_id = %(id)s", id=run_id)
    cancel(database, run_id)
    [row] = ask(database, "SELECT working_seconds, waiting_seconds, review_seconds FROM runs")
    assert set(row.values()) == {None}
