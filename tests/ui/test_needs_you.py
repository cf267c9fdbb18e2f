"""A run that needs its owner says in plain words what happened, and what to press."""

from uuid import UUID

import pytest

from tests.builders import Quick
from tests.integration.proved_builders import FAILING_TEST
from tests.polling import eventually
from tests.ui.conftest import Finish
from tests.ui.test_checks import proved
from tests.ui.viewer import page, texts
from tests.worker_thread import WorkerThread
from toggle_core.builders.protocol import Base, Feedback, Plan, Project
from toggle_core.builders.registry import Choice
from toggle_core.errors import ModelDown
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.startup import Services
from toggle_core.words import Stage, Status

pytestmark = pytest.mark.usefixtures("opened_services")


class Down(Quick):
    """Asks a model whose server has an error."""

    name = "openai:down"

    def plan(self, task: str) -> Plan:
        """Fails as the server does."""
        raise ModelDown(title="Example", status=500)


class Continuing(Quick):
    """Takes a request for a change."""

    def plan(self, task: str, *, base: Base | None = None) -> Plan:
        """The usual plan."""
        return super().plan(task)

    def code(
        self, task: str, plan: str, feedback: Feedback | None = None, *, base: Base | None = None
    ) -> Project:
        """The usual project."""
        return super().code(task, plan, feedback)


def test_a_failed_check_is_told_first_with_its_words_filled_in(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = proved(opened_services, worker, FAILING_TEST)
    opened_services.active.use(Choice(Continuing(), "It was connected."))
    app = page("run", id=str(run_id))
    assert not app.exception
    assert app.session_state.tab == "Overview"
    assert "checks passed" in texts(app)
    assert "Fix the check “tests”" in app.text_area(key=f"fix_{run_id.hex}").value
    assert app.button(key="fix_it").proto.type == "primary"
    assert app.get("download_button")[0].proto.label == "Download as it is"
    app.button(key="fix_it").click().run()
    assert app.segmented_control[0].value == 2
    assert "“Keep this promise" in texts(app)


def test_trouble_of_a_model_says_what_is_wrong_and_repeats(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Create a clock", Down())
    app = page("run", id=str(run_id))
    assert "error 500" in app.warning[0].value
    assert "Nothing is lost" in app.warning[0].value
    app.button(key="try_again").click().run()
    database = opened_services.database
    eventually(lambda: get_run(database, run_id).status is Status.FAILED)


def test_the_reason_of_a_rejection_is_shown(
    opened_services: Services, worker: WorkerThread
) -> None:
    worker.start(Quick())
    database = opened_services.database
    run_id: UUID = submit(database, "Say hello", builder="quick", review=True).task_id
    eventually(lambda: get_run(database, run_id).stage is Stage.REVIEWING)
    app = page("run", id=str(run_id))
    app.text_input(key="reject_reason").set_value("Too complicated").run()
    app.button(key="reject").click().run()
    app.query_params["tab"] = "Overview"
    assert "You rejected this plan: Too complicated" in app.run().info[0].value
