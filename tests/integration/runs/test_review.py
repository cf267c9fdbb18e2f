"""A run waits for a person's word on its plan, held by nobody, and goes on with what they said."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from tests.integration.endings import finished
from tests.integration.sql import ask, tell
from tests.integration.told_builders import Told
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.errors import (
    NotReviewing,
    PlanBlank,
    PlanNotText,
    PlanTooLong,
    ReasonRefused,
    RunNotFound,
)
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.control import approve, cancel, reject, retry
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.versions.lineage import run_again
from toggle_core.words import EventKind, Stage, Status
from toggle_core.worker.recovery import Recovery


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def builder() -> Told:
    return Told()


@pytest.fixture
def waiting(database: Database, worker: WorkerThread, builder: Told) -> UUID:
    """A run that waits for a review, and a worker that has nothing to do."""
    worker.start(builder)
    return submitted(database)


@pytest.fixture
def successor(database: Database) -> Iterator[WorkerThread]:
    """Another worker, to be started by the test."""
    thread = WorkerThread(database)
    yield thread
    thread.stop()


def submitted(database: Database, task: str = "Say hello") -> UUID:
    """A run that was submitted with a review and waits for it; a worker must be at work."""
    run_id = submit(database, task, builder="told", review=True).task_id
    eventually(lambda: is_waiting(database, run_id))
    return run_id


def is_waiting(database: Database, run_id: UUID) -> bool:
    """Whether the run waits, and its last job has been tidied away."""
    stage = get_run(database, run_id).stage
    return stage is Stage.REVIEWING and not ask(database, "SELECT FROM procrastinate_jobs")


def sweep(database: Database) -> list[UUID]:
    """What a worker would put back into the queue right now."""
    return Recovery(database, "elsewhere/boot/ns/1/0.00/x", 1, frozenset, 0.1, 60.0).beat()


def stages(database: Database, run_id: UUID) -> list[Stage]:
    events = list_events(database, run_id)
    return [event.stage for event in events if event.kind is EventKind.STAGE]


def test_a_run_waits_with_its_plan_held_by_no_worker_and_without_a_job(
    database: Database, waiting: UUID, builder: Told
) -> None:
    run = get_run(database, waiting)
    assert run.status is Status.PROCESSING
    assert run.plan
    assert (run.tokens_in, run.tokens_out) == (3, 4), "what the plan took is counted already"
    assert ask(database, "SELECT worker FROM runs") == [{"worker": None}]
    assert builder.plans == []


def test_a_run_without_a_review_waits_for_nobody(
    database: Database, worker: WorkerThread, builder: Told
) -> None:
    worker.start(builder)
    run_id = submit(database, "Say hello", builder="told").task_id
    eventually(lambda: finished(database, run_id))
    assert Stage.REVIEWING not in stages(database, run_id)


def test_a_thread_is_free_while_runs_wait(
    database: Database, worker: WorkerThread, builder: Told
) -> None:
    worker.start(builder)
    for number in range(6):
        submitted(database, f"Wait {number}")
    other = submit(database, "Do not wait", builder="told").task_id
    assert eventually(lambda: finished(database, other)).status is Status.COMPLETED


def test_an_approved_run_is_coded_by_its_plan_and_completed(
    database: Database, waiting: UUID, builder: Told
) -> None:
    plan = get_run(database, waiting).plan
    assert approve(database, waiting).status is Status.PROCESSING
    run = eventually(lambda: finished(database, waiting))
    assert run.status is Status.COMPLETED
    assert builder.plans == [plan]
    assert builder.planned == 1
    assert run.takeovers == 0
    assert stages(database, waiting) == [
        Stage.QUEUED,
        Stage.PLANNING,
        Stage.REVIEWING,
        Stage.QUEUED,
        Stage.CODING,
        Stage.RESPONDING,
        Stage.DONE,
    ]
    assert {event.kind for event in list_events(database, waiting)} == {EventKind.STAGE}


def test_the_plan_as_it_was_edited_reaches_the_coder(
    database: Database, waiting: UUID, builder: Told
) -> None:
    approve(database, waiting, "  Do it differently.\n\n1. Greet in Welsh 🐉\n")
    run = eventually(lambda: finished(database, waiting))
    assert builder.plans == ["Do it differently.\n\n1. Greet in Welsh 🐉"]
    assert run.plan == builder.plans[0]


def test_of_two_approvals_the_first_counts(
    database: Database, waiting: UUID, builder: Told
) -> None:
    approve(database, waiting, "The first plan")
    assert approve(database, waiting, "The second plan").status is Status.PROCESSING
    eventually(lambda: finished(database, waiting))
    assert approve(database, waiting).status is Status.COMPLETED
    assert builder.plans == ["The first plan"]


def test_of_many_approvals_at_once_one_counts(
    database: Database, waiting: UUID, builder: Told
) -> None:
    together = threading.Barrier(6)

    def press(number: int) -> Status:
        together.wait(120)
        return approve(database, waiting, f"Plan {number}").status

    with ThreadPoolExecutor() as threads:
        assert set(threads.map(press, range(6))) <= {Status.PROCESSING, Status.COMPLETED}
    eventually(lambda: finished(database, waiting))
    assert len(builder.plans) == 1


def test_a_rejected_run_is_cancelled_and_keeps_the_reason(
    database: Database, waiting: UUID, builder: Told
) -> None:
    assert reject(database, waiting, " Too big. ").status is Status.CANCELLED
    run = get_run(database, waiting)
    assert (run.status, run.stage, run.error) == (Status.CANCELLED, Stage.DONE, None)
    assert run.finished_at is not None
    last = list_events(database, waiting)[-1]
    assert last.detail == {"decision": "reject", "reason": "Too big."}
    assert builder.plans == []


def test_a_rejected_run_that_is_retried_waits_again(
    database: Database, waiting: UUID, builder: Told
) -> None:
    reject(database, waiting)
    retry(database, waiting)
    eventually(lambda: is_waiting(database, waiting))
    assert (builder.planned, builder.plans) == (1, [])
    approve(database, waiting)
    assert eventually(lambda: finished(database, waiting)).status is Status.COMPLETED


def test_a_waiting_run_is_cancelled_at_once(database: Database, waiting: UUID) -> None:
    assert cancel(database, waiting).status is Status.CANCELLED
    assert get_run(database, waiting).status is Status.CANCELLED
    with pytest.raises(NotReviewing):
        approve(database, waiting)


def test_a_cancel_during_the_plan_counts_although_the_run_would_wait_next(
    database: Database, worker: WorkerThread
) -> None:
    class CancelledMeanwhile(Told):
        def plan(self, task: str) -> object:  # type: ignore[override]  # the same plan
            cancel(database, run_id)
            return super().plan(task)

    run_id = submit(database, "Say hello", builder="told", review=True).task_id
    worker.start(CancelledMeanwhile())  # type: ignore[arg-type]  # its plan is an object
    assert eventually(lambda: finished(database, run_id)).status is Status.CANCELLED


@pytest.mark.parametrize("judge", [approve, reject])
def test_a_run_that_does_not_wait_cannot_be_judged(
    database: Database, judge: Callable[..., object]
) -> None:
    run_id = submit(database, "Wait in the queue", builder="told", review=True).task_id
    with pytest.raises(NotReviewing):
        judge(database, run_id)
    with pytest.raises(RunNotFound):
        judge(database, uuid4())


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [(" \n", PlanBlank), ("x" * 50_001, PlanTooLong), ("a\x00b", PlanNotText)],
)
def test_a_plan_that_cannot_be_accepted_approves_nothing(
    database: Database, waiting: UUID, plan: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        approve(database, waiting, plan)
    assert is_waiting(database, waiting)
    assert ask(database, "SELECT FROM approvals") == []


@pytest.mark.parametrize("reason", ["x" * 2_001, "half \ud800"])
def test_a_reason_that_cannot_be_accepted_rejects_nothing(
    database: Database, waiting: UUID, reason: str
) -> None:
    with pytest.raises(ReasonRefused):
        reject(database, waiting, reason)
    assert is_waiting(database, waiting)


def test_a_plan_of_the_greatest_length_is_accepted(
    database: Database, waiting: UUID, builder: Told
) -> None:
    approve(database, waiting, "🚀" * 50_000)
    eventually(lambda: finished(database, waiting))
    assert builder.plans == ["🚀" * 50_000]


# Who goes on.


def test_the_sweep_leaves_a_waiting_run_alone(database: Database, waiting: UUID) -> None:
    tell(database, "UPDATE runs SET created_at = now() - interval '9 days'")
    assert sweep(database) == []
    assert is_waiting(database, waiting)


def test_a_run_waits_over_a_restart_of_its_worker(
    database: Database,
    worker: WorkerThread,
    successor: WorkerThread,
    waiting: UUID,
    builder: Told,
) -> None:
    worker.stop()
    successor.start(builder)
    other = submit(database, "Something else", builder="told").task_id
    eventually(lambda: finished(database, other))
    assert is_waiting(database, waiting)
    approve(database, waiting, "Go")
    eventually(lambda: finished(database, waiting))
    assert builder.plans[-1] == "Go"
    assert builder.planned == 2, "the plan was kept"


def test_a_job_that_nobody_asked_for_approves_nothing(
    database: Database, waiting: UUID, builder: Told
) -> None:
    tell(
        database,
        """
        SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('runs', 'execute_run', 0, NULL,
               %(run)s, jsonb_build_object('run_id', %(run)s::text), NULL)
               ::procrastinate_job_to_defer_v1])
        """,
        run=str(waiting),
    )
    eventually(lambda: is_waiting(database, waiting) and lease(database) == 2)
    assert (builder.planned, builder.plans) == (1, [])


def lease(database: Database) -> int:
    number: int = ask(database, "SELECT lease FROM runs")[0]["lease"]
    return number


def test_an_approved_run_whose_job_vanished_is_put_back_and_goes_on_approved(
    database: Database,
    worker: WorkerThread,
    successor: WorkerThread,
    waiting: UUID,
    builder: Told,
) -> None:
    worker.stop()
    approve(database, waiting, "Go")
    tell(database, "DELETE FROM procrastinate_jobs")
    assert sweep(database) == [waiting]
    successor.start(builder)
    eventually(lambda: finished(database, waiting))
    assert builder.plans == ["Go"]


def test_an_approved_run_with_the_job_of_a_dead_worker_is_approved_only_once(
    database: Database,
    worker: WorkerThread,
    successor: WorkerThread,
    waiting: UUID,
    builder: Told,
) -> None:
    worker.stop()
    tell(
        database,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)"
        " SELECT 'runs', 'execute_run', %(run)s, '{}', 'doing'",
        run=str(waiting),
    )
    assert sweep(database) == []
    approve(database, waiting)
    assert sweep(database) == [], "the new job counts"
    successor.start(builder)
    eventually(lambda: finished(database, waiting))
    assert len(builder.plans) == 1


def test_running_a_reviewed_task_again_waits_again(database: Database, waiting: UUID) -> None:
    approve(database, waiting)
    eventually(lambda: finished(database, waiting))
    again = run_again(database, waiting, builder="told").task_id
    eventually(lambda: is_waiting(database, again))
