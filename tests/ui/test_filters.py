"""Filters and orders of the history: in the address, in the widgets and in what is shown."""

from datetime import date
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.viewer import page, submitted, texts
from toggle_core.runs.control import cancel
from toggle_core.runs.submission import submit
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")


def rows(app: AppTest) -> list[str]:
    """The projects of the rows, in their order."""
    return [link.proto.label for link in app.get_by_key("history").page_link]


def production(services: Services, task: str) -> UUID:
    return submit(services.database, task, builder="quick", production=True).task_id


def test_the_kind_narrows_the_list_and_stands_in_the_address(opened_services: Services) -> None:
    submitted(opened_services, "A draft")
    production(opened_services, "Proved")
    app = page("runs")
    app.selectbox(key="production").select("true").run()
    assert rows(app) == ["Proved"]
    assert app.query_params["production"] == "true"


def test_an_address_sets_the_widgets(opened_services: Services) -> None:
    submitted(opened_services, "A draft")
    app = page("runs", builder="quick", created_from="2020-01-01", created_to="2020-02-01")
    assert not app.exception
    assert app.selectbox(key="builder").value == "quick"
    assert str(app.date_input(key="last_day").value) == "2020-01-31"
    assert "No run matches" in texts(app)


def test_days_of_filters_are_marked_as_utc_for_viewers_elsewhere() -> None:
    app = page("runs")
    assert "Days are in UTC." in [each.value for each in app.caption]
    app.context = {**app.context, "timezone": "UTC"}
    app.run()
    assert "Days are in UTC." not in [each.value for each in app.caption]


def test_what_cannot_be_read_in_an_address_narrows_nothing(opened_services: Services) -> None:
    submitted(opened_services, "A draft")
    app = page("runs", verdict="perfect", created_from="soon", duration_from="-1", sort="best")
    assert not app.exception
    assert rows(app) == ["Draft"]


def test_a_bound_that_would_leave_nothing_gives_way_to_the_newer_one(
    opened_services: Services,
) -> None:
    submitted(opened_services, "A draft")
    app = page("runs", duration_to="5", created_from="2026-03-01")
    app.number_input(key="duration_from").set_value(5.0).run()
    assert app.number_input(key="duration_to").value is None
    app.date_input(key="last_day").set_value(date(2026, 3, 1)).run()
    assert app.query_params["created_from"] == "2026-03-01", "one day is enough"
    app.date_input(key="last_day").set_value(date(2026, 2, 28)).run()
    assert not app.exception
    assert app.date_input(key="created_from").value is None
    assert app.query_params == {"duration_from": "5.0", "created_to": "2026-03-01"}


def test_the_filters_can_be_cleared_and_the_search_stays(opened_services: Services) -> None:
    submitted(opened_services, "A draft")
    app = page("runs", q="draft", production="true")
    app.button(key="clear_filters").click().run()
    assert rows(app) == ["Draft"]
    assert app.query_params["q"] == "draft"


def test_verdict_of_the_menu_takes_the_place_of_the_tab(opened_services: Services) -> None:
    submitted(opened_services, "A draft")
    app = page("runs", q="draft", needs_you="true")
    app.selectbox(key="verdict").select("draft").run()
    assert app.query_params == {"q": "draft", "verdict": "draft"}
    assert app.segmented_control(key="state").value == "draft"
    app.button(key="clear_filters").click().run()
    assert app.query_params == {"q": "draft"}
    assert app.selectbox(key="verdict").value == ""


def test_verdict_without_a_tab_counts_as_a_filter(opened_services: Services) -> None:
    submitted(opened_services, "A draft")
    app = page("runs", verdict="not-production-ready")
    assert app.segmented_control(key="state").value is None
    assert app.get_by_key("filters_menu").proto.popover.label == "Filters (1)"


def test_the_order_can_be_turned(opened_services: Services) -> None:
    for number in range(2):
        submitted(opened_services, f"Task {number}")
    app = page("runs")
    assert rows(app) == ["Task 1", "Task 0"]
    app.selectbox(key="sort").select("oldest").run()
    assert rows(app) == ["Task 0", "Task 1"]


def test_each_state_tells_how_many_runs_it_has(opened_services: Services) -> None:
    submitted(opened_services, "One")
    cancel(opened_services.database, submitted(opened_services, "Two"))
    app = page("runs")
    words = [option.content for option in app.button_group(key="state").proto.options]
    assert [word.partition("small[")[2] for word in words] == [
        "2]",
        "1]",
        "0]",
        "0]",
        "0]",
        "0]",
        "1]",
    ]
