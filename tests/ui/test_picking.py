"""Several runs of the list at once."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.viewer import page, submitted, texts
from toggle_core.history.reads import count_runs, get_run, list_runs
from toggle_core.runs.control import cancel
from toggle_core.startup import Services
from toggle_core.ui.run_list import pick_key
from toggle_core.words import Status

pytestmark = pytest.mark.usefixtures("opened_services")


def picking() -> AppTest:
    app = page("runs").button(key="pick_on").click().run()
    assert not app.exception
    return app


def test_the_list_has_no_boxes_until_they_are_asked_for(opened_services: Services) -> None:
    submitted(opened_services, "Say hello")
    assert not page("runs").checkbox
    assert picking().checkbox


def test_what_is_ticked_is_cancelled_and_nothing_else(opened_services: Services) -> None:
    first, second, third = (submitted(opened_services, f"Task {number}") for number in range(3))
    app = picking()
    for run_id in (first, third):
        app.checkbox(key=pick_key(run_id)).check().run()
    assert "2 selected" in texts(app)
    app.button(key="cancel_picked").click().run()
    stand = [get_run(opened_services.database, run_id).status for run_id in (first, second, third)]
    assert stand == [Status.CANCELLED, Status.PROCESSING, Status.CANCELLED]
    assert [toast.value for toast in app.toast] == ["2 of 2 asked to stop."]
    assert "0 selected" in texts(app)


def test_what_is_ticked_is_run_again(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Say hello")
    app = picking()
    app.checkbox(key=pick_key(run_id)).check().run()
    app.button(key="again_picked").click().run()
    assert count_runs(opened_services.database) == 2


def test_without_a_tick_nothing_can_be_pressed(opened_services: Services) -> None:
    submitted(opened_services, "Say hello")
    app = picking()
    assert app.button(key="cancel_picked").disabled
    assert app.button(key="again_picked").disabled


def test_the_boxes_go_away_again(opened_services: Services) -> None:
    submitted(opened_services, "Say hello")
    assert not picking().button(key="pick_off").click().run().checkbox


def test_what_is_ticked_is_deleted_and_what_is_worked_on_stays(
    opened_services: Services,
) -> None:
    first, second = (submitted(opened_services, f"Task {number}") for number in range(2))
    cancel(opened_services.database, first)
    app = picking()
    for run_id in (first, second):
        app.checkbox(key=pick_key(run_id)).check().run()
    app.button(key="delete_picked").click().run()
    assert [run.id for run in list_runs(opened_services.database).runs] == [second]
    assert [toast.value for toast in app.toast] == ["1 of 2 deleted."]
    assert app.warning
