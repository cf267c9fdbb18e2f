"""A builder that is connected while the worker runs."""

from tests.builders import Quick, Refusing
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Status


def ended(database: Database) -> Status:
    """How a new run ends."""
    run_id = submit(database, "Say hello", builder="any").task_id
    eventually(lambda: get_run(database, run_id).finished_at)
    return get_run(database, run_id).status


def test_new_runs_are_built_by_the_builder_that_was_connected_last(
    database: Database, worker: WorkerThread
) -> None:
    worker.start(Quick())
    assert ended(database) is Status.COMPLETED
    assert worker.executor is not None
    worker.executor.use(Refusing(), ("sk-a-new-key",))
    assert ended(database) is Status.FAILED
    assert "sk-a-new-key" in worker.executor.secrets
