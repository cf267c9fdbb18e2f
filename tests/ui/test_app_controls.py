"""What is entered in an app: kept with its version, forgotten or copied at a press."""

from collections.abc import Iterator

import pytest

from tests.sandbox.served_apps import ECHO, Served, kept_bytes, served_apps
from tests.ui.viewer import page
from toggle_core.apps.service import serving_apps
from toggle_core.settings import Settings
from toggle_core.startup import Services


@pytest.fixture
def served(opened_services: Services) -> Iterator[Served]:
    """Apps of the database that the pages read."""
    with served_apps(opened_services.database) as apps:
        yield apps


def test_new_version_begins_with_a_copy_and_the_old_one_starts_fresh(served: Served) -> None:
    first = served.new_run(ECHO)
    assert served.open(first).post("/", content="milk").status_code == 201
    served.service.stop_app(first)
    second = served.new_run(ECHO, parent_id=first)
    app = page("run", id=str(second), tab="Preview")
    assert "start_fresh" not in [button.key for button in app.button], "nothing is kept yet"
    app.button(key="copy_data").click().run()
    assert not app.exception
    assert served.open(second).get("/kept").text == "milk"
    app = page("run", id=str(first), tab="Preview").button(key="start_fresh").click().run()
    assert not app.exception
    assert kept_bytes(served.database, first) == 0
    assert served.open(first).get("/kept").text == "nothing"
    assert served.open(second).get("/kept").text == "milk", "the copy stays"


def test_where_apps_cannot_be_opened_the_button_is_off_and_says_why(served: Served) -> None:
    run_id = served.new_run(ECHO)
    taken = Settings(TOGGLE_APPS="on", TOGGLE_APPS_PORT=served.port)
    with serving_apps(taken, served.database) as service:
        assert service is not None
        service.wait()
        button = page("run", id=str(run_id)).button(key="cannot_open")
    assert (button.label, button.disabled) == ("Open the app", True)
    assert f"Port {served.port} is already in use" in button.help
