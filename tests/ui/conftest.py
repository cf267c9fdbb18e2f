"""Pages in process, on a real database."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.polling import eventually
from tests.ui.viewer import submitted
from tests.worker_thread import WorkerThread
from toggle_core.builders.protocol import Builder
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs
from toggle_core.startup import Services
from toggle_core.words import Status

Finish = Callable[..., UUID]


@pytest.fixture
def finished(opened_services: Services, worker: WorkerThread) -> Finish:
    """Submit a task, and have a worker bring all there are to their end."""

    def finish(task: str, builder: Builder | None = None) -> UUID:
        run_id = submitted(opened_services, task)
        if worker.executor is None:
            worker.start(builder)
        database = opened_services.database
        eventually(lambda: count_runs(database, RunFilter(status=Status.PROCESSING)) == 0)
        return run_id

    return finish
