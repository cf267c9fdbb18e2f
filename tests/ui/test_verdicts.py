"""The lists tell what the gates said of a run."""

import pytest

from tests.integration.proved_builders import FAILING_TEST, GOOD
from tests.ui.conftest import Finish
from tests.ui.test_checks import proved
from tests.ui.viewer import page, texts
from tests.worker_thread import WorkerThread
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")


READY = ":green-badge[:material/check_circle: Ready]"


@pytest.mark.parametrize(("name", "word"), [("home", "Production-ready"), ("runs", READY)])
def test_a_proved_run_is_listed_as_production_ready(
    name: str, word: str, opened_services: Services, worker: WorkerThread
) -> None:
    proved(opened_services, worker, GOOD)
    assert word in texts(page(name))


@pytest.mark.parametrize("name", ["home", "runs"])
def test_draft_is_listed_as_draft_and_never_as_ready(name: str, finished: Finish) -> None:
    run_id = finished("Say hello")
    key = "recent" if name == "home" else "history"
    row = page(name).get_by_key(f"{key}_row_{run_id.hex}")
    assert row.markdown[0].value == ":gray-badge[:material/draft: Draft]"
    assert any(cell.value.startswith("Not checked") for cell in row.text)
    assert "ready" not in " ".join(element.value for element in row.text).lower()


def test_draft_never_looks_ready_on_its_own_page(finished: Finish) -> None:
    run_id = finished("Say hello")
    for tab in ("Overview", "Checks", "Preview"):
        shown = texts(page("run", id=str(run_id), tab=tab))
        assert "Draft" in shown
        assert "Ready" not in shown
        assert ":green-badge" not in shown


@pytest.mark.parametrize(("name", "word"), [("home", "Not ready"), ("runs", "Broken: ")])
def test_a_run_whose_checks_did_not_pass_is_listed_as_such(
    name: str, word: str, opened_services: Services, worker: WorkerThread
) -> None:
    proved(opened_services, worker, FAILING_TEST)
    shown = texts(page(name))
    assert word in shown
    assert ":red-badge[:material/error: Needs you]" in shown
    assert "Production-ready" not in shown
    assert READY not in shown
