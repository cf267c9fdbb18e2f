"""A run may be worked on for so long, and not longer. Waiting does not count."""

from dataclasses import asdict, replace
from uuid import UUID

from tests.builders import Quick
from tests.integration.executors import Held
from tests.integration.sql import ask, tell
from tests.integration.stranded import ME, OTHER, list_worker, recovery
from tests.polling import eventually
from tests.worker_thread import FAST, WorkerThread
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.control import approve, retry
from toggle_core.runs.leases import Counts, claim_run
from toggle_core.runs.lifecycle import ADVANCE, write
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import EventKind, Stage, Status

NONE_USED = Counts(0, 0, 0)


def claimed(database: Database, *, deadline_seconds: float | None = None) -> UUID:
    """A run that a living worker elsewhere is working on, with a limit of its own or a minute."""
    run_id = submit(
        database, "Take your time", builder="quick", deadline_seconds=deadline_seconds
    ).task_id
    list_worker(database, OTHER)
    assert claim_run(database, run_id, OTHER, 60) is not None
    return run_id


def let_pass(database: Database, seconds: float) -> None:
    """Move the deadline as if so much time had gone by."""
    tell(
        database,
        "UPDATE runs SET deadline_at = deadline_at - make_interval(secs => %(seconds)s)",
        seconds=seconds,
    )


def seconds_left(database: Database) -> float | None:
    [row] = ask(database, "SELECT seconds_left FROM runs")
    left: float | None = row["seconds_left"]
    return left


def test_a_run_that_takes_too_long_fails_with_a_sentence_that_names_the_limit(
    database: Database,
) -> None:
    run_id = claimed(database)
    let_pass(database, 61)
    recovery(database).beat()
    run = get_run(database, run_id)
    assert run.status is Status.FAILED
    assert run.error is not None
    assert "longer than its limit of 1 minute " in run.error
    [told] = [event for event in list_events(database, run_id) if event.kind is EventKind.ERROR]
    assert told.detail == {"kind": "RunOverdue"}


def test_a_run_has_the_limit_that_was_asked_for_it(database: Database) -> None:
    run_id = claimed(database, deadline_seconds=90)
    let_pass(database, 89)
    recovery(database).beat()
    assert get_run(database, run_id).status is Status.PROCESSING
    let_pass(database, 1)
    recovery(database).beat()
    error = get_run(database, run_id).error
    assert error is not None
    assert "its limit of 90 seconds" in error


def test_a_run_without_a_limit_is_never_late(database: Database) -> None:
    run_id = submit(database, "Take all day", builder="quick").task_id
    list_worker(database, OTHER)
    assert claim_run(database, run_id, OTHER, None) is not None
    assert ask(database, "SELECT seconds_left, deadline_at FROM runs") == [
        {"seconds_left": None, "deadline_at": None}
    ]


def test_what_is_left_is_noted_at_each_step_and_goes_with_the_run_to_the_next_worker(
    database: Database,
) -> None:
    run_id = submit(database, "Hand over", builder="quick").task_id
    first = claim_run(database, run_id, OTHER, 60)
    assert first is not None
    let_pass(database, 20)
    write(database, ADVANCE[Stage.CODING], first.lease, **asdict(NONE_USED))
    tell(database, "UPDATE runs SET deadline_at = deadline_at - interval '1 day'")  # switched off
    assert claim_run(database, run_id, ME, 60) is not None
    [row] = ask(database, "SELECT extract(epoch FROM deadline_at - now())::float AS left FROM runs")
    assert 35 < row["left"] <= 40


def test_a_run_whose_worker_is_dead_is_taken_over_not_failed(database: Database) -> None:
    run_id = claimed(database)
    let_pass(database, 3600)
    tell(database, "DELETE FROM workers")
    recovery(database).beat()
    assert get_run(database, run_id).status is Status.PROCESSING


def test_the_clock_stands_while_a_plan_is_reviewed(
    database: Database, worker: WorkerThread
) -> None:
    run_id = submit(database, "Show me", builder="quick", review=True, deadline_seconds=600).task_id
    worker.start()
    eventually(lambda: get_run(database, run_id).stage is Stage.REVIEWING)
    left = seconds_left(database)
    assert left is not None
    assert 300 < left < 600
    assert ask(database, "SELECT deadline_at FROM runs") == [{"deadline_at": None}]
    approve(database, run_id)
    eventually(lambda: get_run(database, run_id).status is Status.COMPLETED)


def test_a_retry_has_the_whole_time_again(database: Database) -> None:
    run_id = claimed(database, deadline_seconds=90)
    let_pass(database, 91)
    recovery(database).beat()
    tell(database, "DELETE FROM procrastinate_jobs")
    retry(database, run_id)
    assert claim_run(database, run_id, ME, None) is not None
    assert seconds_left(database) == 90


def test_a_builder_that_hangs_does_not_keep_its_run_and_the_next_run_is_executed(
    database: Database, worker: WorkerThread
) -> None:
    builder = Held()
    worker.start(builder, replace(FAST, threads=2, deadline_seconds=1.0))
    stuck = submit(database, "Hang", builder="held").task_id
    assert builder.reached.wait(120)
    eventually(lambda: get_run(database, stuck).status is Status.FAILED)
    builder.go.set()
    builder.reached.clear()
    other = submit(database, "Go on", builder="held").task_id
    eventually(lambda: get_run(database, other).status is Status.COMPLETED)
    run = get_run(database, stuck)
    assert run.status is Status.FAILED, "its late answer changed nothing"
    assert not run.code


def test_the_default_counts_for_a_run_that_says_nothing(
    database: Database, worker: WorkerThread
) -> None:
    worker.start(Quick(), replace(FAST, deadline_seconds=77.0))
    run_id = submit(database, "Be quick", builder="quick").task_id
    eventually(lambda: get_run(database, run_id).status is Status.COMPLETED)
    left = seconds_left(database)
    assert left is not None
    assert 60 < left <= 77
