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


def boxes(app: AppTest) -> list[str]:
    """The names of the boxes in the rows."""
    return [box.label for box in app.checkbox if (box.key or "").startswith("pick_")]


def test_the_list_has_no_boxes_until_they_are_asked_for(opened_services: Services) -> None:
    submitted(opened_services, "Say hello")
    assert not boxes(page("runs"))
    assert boxes(picking())


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
    assert not boxes(picking().button(key="pick_off").click().run())


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


def test_the_page_before_is_shown_once_all_runs_of_a_page_are_deleted(
    opened_services: Services,
) -> None:
    for number in range(27):
        cancel(opened_services.database, submitted(opened_services, f"Task {number:02}"))
    app = picking()
    app.button(key="page_older").click().run()
    app.button(key="pick_page").click().run()
    app.button(key="delete_picked").click().run()
    assert not app.exception
    assert len(boxes(app)) == 25
    assert [toast.value for toast in app.toast] == ["2 of 2 deleted."]
    app.button(key="pick_page").click().run()
    app.button(key="delete_picked").click().run()
    assert "Nothing has been built yet." in texts(app)
    assert [toast.value for toast in app.toast] == ["25 of 25 deleted."]


def test_a_page_is_selected_and_then_all_runs_of_the_filter(opened_services: Services) -> None:
    for number in range(27):
        submitted(opened_services, f"Task {number:02}")
    other = submitted(opened_services, "Something else")
    app = page("runs", q="task").button(key="pick_on").click().run()
    app.button(key="pick_page").click().run()
    assert "**25 selected**" in texts(app)
    app.button(key="pick_whole").click().run()
    assert "**27 selected**" in texts(app)
    app.button(key="cancel_picked").click().run()
    database = opened_services.database
    statuses = {run.task: run.status for run in list_runs(database, limit=50).runs}
    assert set(statuses.values()) == {Status.CANCELLED, Status.PROCESSING}
    assert [task for task, status in statuses.items() if status is Status.PROCESSING] == [
        get_run(database, other).task
    ]
    assert "**0 selected**" in texts(app)


def test_a_box_that_is_unticked_ends_the_selection_of_all(opened_services: Services) -> None:
    ids = [submitted(opened_services, f"Task {number:02}") for number in range(26)]
    app = picking()
    app.button(key="pick_page").click().run()
    app.button(key="pick_whole").click().run()
    assert "**26 selected**" in texts(app)
    app.checkbox(key=pick_key(ids[-1])).uncheck().run()
    assert "**24 selected**" in texts(app)
    app.button(key="pick_page").click().run()
    app.button(key="pick_whole").click().run()
    app.button(key="pick_none").click().run()
    assert "**0 selected**" in texts(app)


def test_what_is_selected_of_one_filter_is_not_of_another(opened_services: Services) -> None:
    for number in range(26):
        submitted(opened_services, f"Task {number:02}")
    app = picking()
    app.button(key="pick_page").click().run()
    app.button(key="pick_whole").click().run()
    app.text_input(key="q").set_value("Task 03").run()
    assert "**26 selected**" not in texts(app)
