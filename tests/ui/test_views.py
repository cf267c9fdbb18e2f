"""Saved views of the history."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.viewer import page, texts
from toggle_core.runs.query import RunFilter
from toggle_core.runs.sorting import Sort
from toggle_core.runs.views import list_views, save_view
from toggle_core.startup import Services
from toggle_core.words import Status

pytestmark = pytest.mark.usefixtures("opened_services")


def saved(app: AppTest, name: str) -> AppTest:
    app.text_input(key="view_name").set_value(name).run()
    return app.button(key="save_view").click().run()


def test_what_is_shown_can_be_saved_under_a_name(opened_services: Services) -> None:
    app = saved(page("runs", status="failed", sort="oldest"), "Failed")
    assert not app.exception
    (view,) = list_views(opened_services.database)
    assert (view.name, view.wanted, view.sort) == (
        "Failed",
        RunFilter(status=Status.FAILED),
        Sort.OLDEST,
    )
    assert app.text_input(key="view_name").value == ""


def test_a_view_leads_to_its_filter_and_order(opened_services: Services) -> None:
    view = save_view(opened_services.database, "Mine", RunFilter(search="shop"), Sort.LONGEST)
    app = page("runs", status="failed").button(key=f"open_{view.id.hex}").click().run()
    assert not app.exception
    assert dict(app.query_params) == {"q": "shop", "sort": "longest"}
    assert app.text_input(key="q").value == "shop"


def test_a_name_that_is_taken_is_refused(opened_services: Services) -> None:
    save_view(opened_services.database, "Mine", RunFilter())
    app = saved(page("runs"), "Mine")
    assert len(list_views(opened_services.database)) == 1
    assert app.warning


def test_a_view_can_be_removed(opened_services: Services) -> None:
    view = save_view(opened_services.database, "Mine", RunFilter())
    app = page("runs").button(key=f"remove_{view.id.hex}").click().run()
    assert list_views(opened_services.database) == []
    assert "Save the filters that you use often" in texts(app)
