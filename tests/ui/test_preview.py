"""Preview: the project, seen working, on the run page."""

import html

import pytest
from streamlit.testing.v1 import AppTest

from tests.integration.proved_builders import GOOD, Scripted
from tests.polling import eventually
from tests.ui.builders import Site
from tests.ui.conftest import Finish
from tests.ui.viewer import page, submitted, texts
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")


def frame(app: AppTest) -> str:
    (element,) = app.get("iframe")
    return html.unescape(element.proto.srcdoc)


def test_a_static_page_is_what_one_sees_first(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a site", Site())))
    assert not app.exception
    assert app.session_state.tab == "Preview"
    assert "<h1>Welcome</h1>" in frame(app)


def test_another_page_can_be_chosen(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a site", Site())))
    app.selectbox(key="page_shown").select_index(1).run()
    assert "<h1>About us</h1>" in frame(app)


def test_a_program_shows_what_it_printed(opened_services: Services, worker: WorkerThread) -> None:
    worker.start(Scripted(GOOD))
    run_id = submit(opened_services.database, "Hi", builder="scripted", production=True).task_id
    eventually(lambda: get_run(opened_services.database, run_id).finished_at, seconds=600)
    app = page("run", id=str(run_id))
    assert app.session_state.tab == "Preview"
    assert any("Hello, world!" in code.value for code in app.code)


def test_a_draft_without_pages_says_why_there_is_nothing_to_see(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a hello world app")), tab="Preview")
    assert "Drafts aren't run" in texts(app)


def test_a_run_that_is_worked_on_promises_a_preview(opened_services: Services) -> None:
    app = page("run", id=str(submitted(opened_services, "Create a site")), tab="Preview")
    assert "when the run has finished" in texts(app)
