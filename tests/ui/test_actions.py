"""What can be done with a run on its page."""

import pytest

from tests.builders import Refusing
from tests.ui.conftest import Finish
from tests.ui.viewer import page, submitted, texts
from toggle_core.history.reads import count_runs, get_run
from toggle_core.startup import Services
from toggle_core.words import Status

pytestmark = pytest.mark.usefixtures("opened_services")


def test_a_waiting_run_can_be_cancelled(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Cancel me")
    app = page("run", id=str(run_id))
    app.button(key="cancel").click().run()
    assert get_run(opened_services.database, run_id).status is Status.CANCELLED


def test_a_failed_run_can_be_continued(opened_services: Services, finished: Finish) -> None:
    run_id = finished("Fail", Refusing())
    page("run", id=str(run_id)).button(key="retry").click().run()
    events = get_run(opened_services.database, run_id)
    assert events.status in {Status.PROCESSING, Status.FAILED}
    assert events.finished_at is None or events.started_at is not None


def test_a_finished_run_can_be_run_again_once_per_press(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Once more")
    app = page("run", id=str(run_id))
    app.button(key="run_again").click().run()
    assert not app.exception
    assert count_runs(opened_services.database) == 2


def test_a_finished_run_offers_no_cancel(finished: Finish) -> None:
    app = page("run", id=str(finished("Done")))
    assert "cancel" not in [button.key for button in app.button]


def test_a_link_to_this_computer_says_that_it_works_here_only(finished: Finish) -> None:
    app = page("run", id=str(finished("Share me")))
    assert "This link works on this computer only." in texts(app)
    app.context = {"timezone": "Europe/Berlin", "url": "https://build.example.org/run"}
    app.run()
    assert "Whoever can open this app can open this link." in texts(app)
