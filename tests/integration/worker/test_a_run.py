"""From submit to the end, on a real queue, a real graph and a real database."""

import pytest

from tests.builders import FILES, Broken, Poisonous, Quick, Refusing
from tests.integration.endings import finished
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.builders.protocol import Builder
from toggle_core.history import reads
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import EventKind, Stage, Status, Verdict


def run_to_end(database: Database, worker: WorkerThread, builder: Builder, task: str) -> Run:
    worker.start(builder)
    receipt = submit(database, task, builder=builder.name)
    return eventually(lambda: finished(database, receipt.task_id))


def test_a_submitted_task_is_completed_with_plan_code_and_files(
    database: Database, worker: WorkerThread
) -> None:
    run = run_to_end(database, worker, Quick(), "Create a hello world app")
    assert run.status is Status.COMPLETED
    assert run.stage is Stage.DONE
    assert run.verdict is Verdict.DRAFT
    assert run.plan is not None
    assert run.plan.startswith("A program for: Create a hello world app")
    assert run.code == FILES["main.py"]
    assert run.files == FILES
    assert run.entry == "main.py"
    assert run.how_to_run == "python main.py"
    assert run.response is not None
    assert "A program that says hello." in run.response


def test_tokens_of_plan_and_code_are_added_up(database: Database, worker: WorkerThread) -> None:
    run = run_to_end(database, worker, Quick(), "Count my tokens")
    assert (run.tokens_in, run.tokens_out) == (8, 10)


def test_the_times_of_a_run_are_in_order(database: Database, worker: WorkerThread) -> None:
    run = run_to_end(database, worker, Quick(), "Watch the clock")
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.created_at <= run.started_at <= run.finished_at


def test_every_stage_is_told_as_an_event(database: Database, worker: WorkerThread) -> None:
    run = run_to_end(database, worker, Quick(), "Tell me everything")
    events = reads.list_events(database, run.id)
    assert [event.stage for event in events] == [
        Stage.QUEUED,
        Stage.PLANNING,
        Stage.CODING,
        Stage.RESPONDING,
        Stage.DONE,
    ]
    assert {event.kind for event in events} == {EventKind.STAGE}


def test_a_task_that_cannot_be_built_fails_with_the_builders_sentence(
    database: Database, worker: WorkerThread
) -> None:
    run = run_to_end(database, worker, Refusing(), "Build the impossible")
    assert run.status is Status.FAILED
    assert run.error == "This cannot be built."
    assert run.verdict is None


def test_an_unforeseen_fault_fails_with_a_reference_and_no_detail(
    database: Database, worker: WorkerThread, caplog: pytest.LogCaptureFixture
) -> None:
    run = run_to_end(database, worker, Broken(), "Stumble")
    reference = reads.list_events(database, run.id)[-1].detail["reference"]
    assert run.status is Status.FAILED
    assert run.error is not None
    assert reference in run.error
    assert "secret detail" not in run.error
    assert reference in caplog.text
    assert run.plan is not None, "what was made before the fault is kept"


def test_characters_that_cannot_be_stored_do_not_poison_the_run(
    database: Database, worker: WorkerThread
) -> None:
    run = run_to_end(database, worker, Poisonous(), "Poison the thread")
    assert run.status is Status.COMPLETED
    assert run.plan == "plan with  poison"
    assert run.files == {"main.py": "x = ''\n"}


def test_many_tasks_are_all_completed(database: Database, worker: WorkerThread) -> None:
    worker.start()
    receipts = [submit(database, f"Task {number}", builder="quick") for number in range(40)]
    for receipt in receipts:
        run = eventually(lambda receipt=receipt: finished(database, receipt.task_id))
        assert run.status is Status.COMPLETED
