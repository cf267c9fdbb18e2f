"""Saved views of the history."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.viewer import page, texts
from toggle_core.history.query import RunFilter
from toggle_core.history.saved_views import SavedView, delete_view, list_views, save_view
from toggle_core.history.sorting import Sort
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


def renamed(view: SavedView, name: str) -> AppTest:
    app = page("runs").button(key=f"rename_{view.id.hex}").click().run()
    box = app.text_input(key=f"new_name_{view.id.hex}")
    assert box.value == view.name
    box.set_value(name).run()
    return app.button(key="save_name").click().run()


def test_a_view_can_be_renamed_and_keeps_its_filter(opened_services: Services) -> None:
    view = save_view(opened_services.database, "Mine", RunFilter(search="shop"), Sort.LONGEST)
    app = renamed(view, "Shops")
    assert not app.exception
    assert list_views(opened_services.database) == [replace(view, name="Shops")]
    assert app.button(key=f"open_{view.id.hex}").label == "Shops"


@pytest.mark.parametrize(("name", "sentence"), [("Other", "already a view"), (" ", "1 to 80")])
def test_a_new_name_that_cannot_be_is_refused_and_stays_to_be_mended(
    opened_services: Services, name: str, sentence: str
) -> None:
    save_view(opened_services.database, "Other", RunFilter())
    view = save_view(opened_services.database, "Mine", RunFilter())
    app = renamed(view, name)
    assert sentence in texts(app)
    assert app.text_input(key=f"new_name_{view.id.hex}").value == name
    assert [kept.name for kept in list_views(opened_services.database)] == ["Mine", "Other"]


def test_a_view_that_is_gone_meanwhile_is_no_longer_shown(opened_services: Services) -> None:
    view = save_view(opened_services.database, "Mine", RunFilter())
    app = page("runs").button(key=f"rename_{view.id.hex}").click().run()
    delete_view(opened_services.database, view.id)
    assert "Save the filters that you use often" in texts(app.run())


def test_renaming_can_be_left(opened_services: Services) -> None:
    view = save_view(opened_services.database, "Mine", RunFilter())
    app = page("runs").button(key=f"rename_{view.id.hex}").click().run()
    app.button(key="keep_name").click().run()
    assert app.button(key=f"open_{view.id.hex}").label == "Mine"
