"""Cancel, retry and run again."""

from uuid import UUID, uuid4

import pytest

from tests.builders import Quick
from tests.integration.endings import finished
from tests.integration.executors import Held
from tests.integration.proved_builders import Scripted, slow
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.builders.protocol import Feedback, Plan, Project
from toggle_core.errors import BuildFailed, NotCancellable, NotRetryable, RunNotFound
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.control import cancel, retry
from toggle_core.runs.leases import claim_run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.versions.lineage import run_again
from toggle_core.words import EventKind, Status

pytestmark = pytest.mark.usefixtures("ways_of_stepping")


class FailsOnce(Quick):
    """Fails at the first call of the coder."""

    name = "fails-once"

    def __init__(self) -> None:
        self.planned = 0
        self.coded = 0

    def plan(self, task: str) -> Plan:
        """Plan and count."""
        self.planned += 1
        return super().plan(task)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Fail, then code."""
        self.coded += 1
        if self.coded == 1:
            raise BuildFailed(reason="The model did not answer.")
        return super().code(task, plan, feedback)


def submitted(database: Database, task: str = "Say hello") -> UUID:
    return submit(database, task, builder="quick").task_id


def test_a_waiting_run_is_cancelled_at_once_and_never_begins(
    database: Database, worker: WorkerThread
) -> None:
    run_id = submitted(database)
    assert cancel(database, run_id).status is Status.CANCELLED
    worker.start()
    other = submitted(database, "Another")
    eventually(lambda: finished(database, other))
    run = get_run(database, run_id)
    assert run.status is Status.CANCELLED
    assert run.started_at is None


def test_a_running_run_is_cancelled_at_its_next_node(
    database: Database, worker: WorkerThread
) -> None:
    builder = Held()
    worker.start(builder)
    run_id = submitted(database)
    assert builder.reached.wait(120)
    assert cancel(database, run_id).status is Status.PROCESSING, "it is not true yet"
    builder.go.set()
    run = eventually(lambda: finished(database, run_id))
    assert run.status is Status.CANCELLED
    assert run.plan, "what was made is kept"


def test_a_running_gate_is_cut_by_a_cancel(database: Database, worker: WorkerThread) -> None:
    worker.start(Scripted(slow(20)))
    run_id = submit(database, "Slowly", builder="scripted", production=True).task_id
    eventually(lambda: any(e.kind is EventKind.GATE for e in list_events(database, run_id)))
    cancel(database, run_id)
    run = eventually(lambda: finished(database, run_id))
    assert run.status is Status.CANCELLED


def test_a_late_cancel_is_refused_and_changes_nothing(
    database: Database, worker: WorkerThread
) -> None:
    worker.start()
    run_id = submitted(database)
    done = eventually(lambda: finished(database, run_id))
    with pytest.raises(NotCancellable):
        cancel(database, run_id)
    assert get_run(database, run_id) == done


def test_a_cancel_sent_again_changes_nothing(database: Database) -> None:
    run_id = submitted(database)
    assert cancel(database, run_id).status is Status.CANCELLED
    ended = get_run(database, run_id)
    assert cancel(database, run_id).status is Status.CANCELLED
    assert get_run(database, run_id) == ended


def test_a_cancelled_run_of_a_dead_worker_ends_when_it_is_taken_over(
    database: Database, worker: WorkerThread
) -> None:
    run_id = submitted(database)
    claim_run(database, run_id, "elsewhere/boot/ns/1/0.00/dead")
    cancel(database, run_id)
    worker.start()
    assert eventually(lambda: finished(database, run_id)).status is Status.CANCELLED


def test_a_failed_run_is_retried_from_its_last_checkpoint(
    database: Database, worker: WorkerThread
) -> None:
    builder = FailsOnce()
    worker.start(builder)
    run_id = submitted(database)
    assert eventually(lambda: finished(database, run_id)).status is Status.FAILED
    assert retry(database, run_id).status is Status.PROCESSING
    run = eventually(lambda: finished(database, run_id))
    assert run.status is Status.COMPLETED
    assert run.error is None
    assert (builder.planned, builder.coded) == (1, 2)


def test_a_cancelled_run_can_be_retried(database: Database, worker: WorkerThread) -> None:
    run_id = submitted(database)
    cancel(database, run_id)
    retry(database, run_id)
    worker.start()
    assert eventually(lambda: finished(database, run_id)).status is Status.COMPLETED


def test_a_completed_or_processing_run_cannot_be_retried(
    database: Database, worker: WorkerThread
) -> None:
    run_id = submitted(database)
    with pytest.raises(NotRetryable):
        retry(database, run_id)
    worker.start()
    eventually(lambda: finished(database, run_id))
    with pytest.raises(NotRetryable):
        retry(database, run_id)


def test_running_again_makes_a_new_run_of_the_same_task(
    database: Database, worker: WorkerThread
) -> None:
    worker.start()
    run_id = submitted(database, "Once more")
    again = run_again(database, run_id, builder="quick", idempotency_key="press-1")
    assert again.task_id != run_id
    assert run_again(database, run_id, builder="quick", idempotency_key="press-1") == again
    run = eventually(lambda: finished(database, again.task_id))
    assert run.task == "Once more"
    assert run.parent_id == run_id


@pytest.mark.parametrize("ask", [cancel, retry])
def test_an_unknown_run_is_refused(database: Database, ask: object) -> None:
    with pytest.raises(RunNotFound):
        ask(database, uuid4())  # type: ignore[operator]  # both take the same arguments
