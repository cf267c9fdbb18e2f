"""A word when a run has ended, and the title of the browser's tab."""

from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from tests.polling import eventually
from tests.ui.viewer import page, submitted
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")


def ended(services: Services, worker: WorkerThread, run_id: UUID) -> None:
    if worker.executor is None:
        worker.start()
    eventually(lambda: get_run(services.database, run_id).finished_at)


def toasts(app: AppTest) -> list[str]:
    return [toast.value for toast in app.toast]


def test_the_viewer_is_told_once_when_the_run_has_ended(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = submitted(opened_services, "Say hello")
    app = page("run", id=str(run_id))
    assert toasts(app) == []
    ended(opened_services, worker, run_id)
    assert toasts(app.switch_page("home.py").run()) == ["**Draft:** Say hello"]
    assert toasts(app.run()) == []


def test_the_page_of_a_run_says_its_end_itself(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id, other = (submitted(opened_services, f"Say {word}") for word in ("hello", "bye"))
    app = page("run", id=str(run_id))
    app.query_params["id"] = str(other)
    app.run()
    ended(opened_services, worker, run_id)
    ended(opened_services, worker, other)
    assert toasts(app.run()) == ["**Draft:** Say hello"], "of the other, its page is open"
    assert toasts(app.switch_page("home.py").run()) == []


def test_a_run_is_told_of_on_another_page_too(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = submitted(opened_services, "Say hello")
    app = page("run", id=str(run_id))
    ended(opened_services, worker, run_id)
    assert toasts(app.switch_page("runs.py").run()) == ["**Draft:** Say hello"]


def test_runs_of_others_are_not_told_of(opened_services: Services, worker: WorkerThread) -> None:
    app = page("home")
    run_id = submitted(opened_services, "Say hello")
    app.run()
    ended(opened_services, worker, run_id)
    assert toasts(app.run()) == []
