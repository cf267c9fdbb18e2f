"""Review the plan first: the switch, the plan editor, and the calm while a run waits."""

from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import Quick
from tests.integration.sql import ask
from tests.integration.told_builders import Told
from tests.polling import eventually
from tests.promised import SAYS_HELLO
from tests.ui.viewer import is_refreshing, page, texts
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run, list_runs
from toggle_core.runs.submission import submit
from toggle_core.startup import Services
from toggle_core.words import Stage, Status

pytestmark = pytest.mark.usefixtures("opened_services")


@pytest.fixture
def builder() -> Told:
    return Told()


@pytest.fixture
def waiting(opened_services: Services, worker: WorkerThread, builder: Told) -> UUID:
    """A run whose plan waits for a review."""
    worker.start(builder)
    database = opened_services.database
    run_id = submit(database, "Say hello", builder="told", review=True).task_id
    eventually(lambda: get_run(database, run_id).stage is Stage.REVIEWING)
    return run_id


def editing(run_id: UUID, plan: str) -> AppTest:
    """The run's page with a plan that was changed."""
    app = page("run", id=str(run_id))
    app.button(key="edit_plan").click().run()
    return app.text_area(key=f"plan_{run_id.hex}").set_value(plan).run()


def test_a_task_can_be_submitted_with_a_review(opened_services: Services) -> None:
    app = page("home")
    app.toggle(key="review").set_value(True).run()
    app.text_area(key="task").set_value("Say hello").run()
    (button,) = (button for button in app.button if button.label == "Submit Task")
    button.click().run()
    (run,) = list_runs(opened_services.database).runs
    assert get_run(opened_services.database, run.id).review


def test_the_plan_that_waits_is_what_one_sees_first(waiting: UUID) -> None:
    app = page("run", id=str(waiting))
    assert not app.exception
    assert app.session_state.tab == "Plan"
    assert "Needs you" in texts(app)
    assert any("This plan waits for you" in info.value for info in app.info)


def test_nothing_is_asked_for_again_while_only_a_review_waits(waiting: UUID) -> None:
    for app in (page("home"), page("runs"), page("run", id=str(waiting))):
        assert "Needs you" in texts(app)
        assert not is_refreshing(app)


@pytest.mark.usefixtures("waiting")
def test_the_first_page_says_what_waits_for_the_viewer() -> None:
    assert "Waiting for you" in texts(page("home"))


def test_an_approved_plan_is_built(opened_services: Services, waiting: UUID, builder: Told) -> None:
    page("run", id=str(waiting)).button(key="approve").click().run()
    eventually(lambda: get_run(opened_services.database, waiting).status is Status.COMPLETED)
    assert builder.plans[0].startswith("A program for: Say hello")


def test_a_changed_plan_is_built_as_it_was_changed(
    opened_services: Services, waiting: UUID, builder: Told
) -> None:
    editing(waiting, "Say it twice").button(key="approve_changed").click().run()
    eventually(lambda: get_run(opened_services.database, waiting).status is Status.COMPLETED)
    assert builder.plans == ["Say it twice"]


def test_an_empty_plan_is_refused_and_nothing_is_lost(
    opened_services: Services, waiting: UUID
) -> None:
    app = editing(waiting, "  ").button(key="approve_changed").click().run()
    assert "The plan is empty" in texts(app)
    assert get_run(opened_services.database, waiting).stage is Stage.REVIEWING


def test_what_was_typed_is_there_again_after_a_look_at_another_tab(waiting: UUID) -> None:
    app = editing(waiting, "Say it twice")
    app.query_params["tab"] = "Code"
    app.run()
    app.query_params["tab"] = "Plan"
    assert app.run().text_area(key=f"plan_{waiting.hex}").value == "Say it twice"


def test_a_rejected_plan_ends_the_run(opened_services: Services, waiting: UUID) -> None:
    app = page("run", id=str(waiting))
    app.text_input(key="reject_reason").set_value("Too much").run()
    app.button(key="reject").click().run()
    assert get_run(opened_services.database, waiting).status is Status.CANCELLED


# What will be checked.


@pytest.fixture
def promised(opened_services: Services, worker: WorkerThread) -> UUID:
    """A run with the toggle on that waits with three promises."""
    worker.start(Quick())
    database = opened_services.database
    run_id = submit(database, "Say hello", builder="quick", review=True, production=True).task_id
    eventually(lambda: get_run(database, run_id).stage is Stage.REVIEWING)
    return run_id


def approved(services: Services, run_id: UUID) -> list[dict[str, Any]] | None:
    """The promises that were sent with the approval."""
    [row] = ask(
        services.database, "SELECT promises FROM approvals WHERE run_id = %(id)s", id=run_id
    )
    return row["promises"] and row["promises"]["promises"]


def test_promises_are_edited_struck_and_added_in_rows(
    opened_services: Services, promised: UUID
) -> None:
    app = page("run", id=str(promised))
    first, *others = [area for area in app.text_area if area.label.startswith("Promise ")]
    assert first.value == "It says hello and nothing else."
    assert len(others) == 2
    shown = texts(app)
    assert "3 promises, 3 are needed for Ready" in shown
    assert "1. Start it" in shown
    first.set_value("It says hello twice.").run()
    app.button(key=f"strike_sentence_{promised.hex}_1").click().run()
    app.text_input(key=f"new_promise_{promised.hex}").set_value(" It says\tgoodbye. ")
    [add] = (button for button in app.button if button.label == "Add")
    add.click().run()
    assert not app.exception
    shown = texts(app)
    assert "Was: “It says hello and nothing else" in shown
    assert "~~It says hello each time" in shown
    assert "With your 3 changes to what will be checked." in shown
    app.button(key="approve").click().run()
    sent = approved(opened_services, promised)
    assert sent is not None
    assert [(each["sentence"], bool(each["steps"])) for each in sent] == [
        ("It says hello twice.", False),
        (SAYS_HELLO["promises"][2]["sentence"], True),
        ("It says goodbye.", False),
    ]


def test_promises_that_are_put_back_change_nothing(
    opened_services: Services, promised: UUID
) -> None:
    app = page("run", id=str(promised))
    app.button(key=f"strike_sentence_{promised.hex}_0").click().run()
    assert "2 promises, 3 are needed" in texts(app)
    app.button(key=f"strike_sentence_{promised.hex}_0").click().run()
    assert "With your" not in texts(app)
    app.button(key="approve").click().run()
    assert approved(opened_services, promised) is None


def test_two_promises_that_say_the_same_are_refused_and_kept(
    opened_services: Services, promised: UUID
) -> None:
    app = page("run", id=str(promised))
    first, second, _ = [area for area in app.text_area if area.label.startswith("Promise ")]
    second.set_value(first.value).run()
    app.button(key="approve").click().run()
    assert "the same sentence" in texts(app)
    assert get_run(opened_services.database, promised).stage is Stage.REVIEWING
    assert app.text_area(key=second.key).value == first.value


def test_edits_of_the_plan_are_approved_after_the_editing_too(
    opened_services: Services, waiting: UUID
) -> None:
    app = editing(waiting, "Say it twice")
    app.button(key="stop_editing").click().run()
    app.button(key="approve").click().run()
    database = opened_services.database
    eventually(lambda: get_run(database, waiting).status is Status.COMPLETED)
    assert get_run(database, waiting).plan == "Say it twice"
