"""The lists tell what the gates said of a run."""

import pytest

from tests.integration.proved_builders import FAILING_TEST, GOOD
from tests.ui.test_checks import proved
from tests.ui.viewer import page, texts
from tests.worker_thread import WorkerThread
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")


@pytest.mark.parametrize("name", ["home", "runs"])
def test_a_proved_run_is_listed_as_production_ready(
    name: str, opened_services: Services, worker: WorkerThread
) -> None:
    proved(opened_services, worker, GOOD)
    assert "Production-ready" in texts(page(name))


@pytest.mark.parametrize("name", ["home", "runs"])
def test_a_run_whose_checks_did_not_pass_is_listed_as_such(
    name: str, opened_services: Services, worker: WorkerThread
) -> None:
    proved(opened_services, worker, FAILING_TEST)
    shown = texts(page(name))
    assert "Checks not passed" in shown
    assert "Production-ready" not in shown
