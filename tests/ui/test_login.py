"""Pages where the dashboard asks for a login: nobody who is not let in sees or does anything."""

import time
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from tests.integration.told_builders import Changing
from tests.ui.conftest import Finish
from tests.ui.viewer import page, submitted, texts
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs, get_run, list_runs
from toggle_core.history.saved_views import list_views, save_view
from toggle_core.history.sorting import Sort
from toggle_core.login import LASTS_SECONDS
from toggle_core.runs.model import RunSummary
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.startup import Services
from toggle_core.ui.run_list import pick_key
from toggle_core.words import Status

HIDDEN = "A very private plan for a bakery"
pytestmark = pytest.mark.usefixtures("opened_services")

PAGES = ("home", "runs", "insights", "settings", "run", "compare")


def claims(**changed: Any) -> dict[str, Any]:
    """What Streamlit knows of Ada after her login."""
    known = {
        "is_logged_in": True,
        "iat": time.time(),
        "sub": "ada",
        "email": "Ada@example.com",
        "email_verified": True,
    }
    return known | changed


STRANGERS = {
    "nobody": {},
    "logged out": {"is_logged_in": False},
    "somebody else": claims(email="eve@evil.test"),
    "not verified": claims(email_verified=False),
    "long ago": claims(iat=time.time() - LASTS_SECONDS),
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of a dashboard that lets in everybody of example.com."""
    login = {
        "oidc_client_id": "toggle",
        "oidc_client_secret": SecretStr("of the client"),
        "oidc_metadata_url": "https://id.example.com/.well-known/openid-configuration",
        "oidc_redirect_uri": "http://localhost:3030/oauth2callback",
        "oidc_allowed": "example.com",
        "cookie_secret": SecretStr("c" * 32),
        "builder": "tests.integration.told_builders:Changing",
    }
    return settings.model_copy(update=login)


def read(app: AppTest) -> str:
    """What a person reads, without what keeps it from being taken for Markdown or a link."""
    return texts(app).replace("\\", "").replace("\u2060", "")


def seen_by(person: dict[str, Any], name: str = "home", **query: str) -> AppTest:
    return page(name, person=person, **query)


@pytest.mark.parametrize(
    ("who", "name"),
    [*(("nobody", name) for name in PAGES), *((who, "run") for who in STRANGERS)],
)
def test_a_page_shows_nothing_to_who_is_not_let_in(
    opened_services: Services, who: str, name: str
) -> None:
    run_id = submitted(opened_services, HIDDEN)
    seen = seen_by(STRANGERS[who], name, id=str(run_id))
    assert HIDDEN not in read(seen)
    assert [button.key for button in seen.button] in (["log_in"], ["log_out"])
    assert not [*seen.text_area, *seen.selectbox, *seen.link_button, *seen.toggle]
    assert not seen.exception


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_shown_to_who_is_let_in(name: str) -> None:
    seen = seen_by(claims(), name)
    assert "Please log in" not in read(seen)
    assert "Logged in as **ada@example.com**" in read(seen)
    assert not seen.exception


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("nobody", "You can see and start runs then."),
        ("long ago", "Your login has ended after half a day."),
        ("somebody else", "who is not on the list of people"),
        ("not verified", "does not say that it is verified"),
    ],
)
def test_who_is_not_let_in_is_told_why(who: str, sentence: str) -> None:
    assert sentence in read(seen_by(STRANGERS[who]))


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("unreachable", "The login service cannot be reached"),
        ("unfinished", "The login was not finished"),
        ("declined", "The login was cancelled"),
    ],
)
def test_what_became_of_a_login_is_told(word: str, sentence: str) -> None:
    assert sentence in read(seen_by({}, login=word))


def test_a_word_that_nobody_knows_is_not_repeated() -> None:
    assert "hunter2" not in read(seen_by({}, login="hunter2"))


def newest(opened: Services) -> RunSummary:
    return list_runs(opened.database).runs[0]


def press(app: AppTest, key: str) -> AppTest:
    """Press the button with this key, or with this beginning of one."""
    return next(button for button in app.button if str(button.key).startswith(key)).click().run()


def ask_for_a_game(person: dict[str, Any]) -> AppTest:
    app = seen_by(person)
    app.text_area(key="task").set_value("Create a game").run()
    return app


def ask_for_a_change(run_id: UUID) -> AppTest:
    app = seen_by(claims(), "run", id=str(run_id), tab="Timeline")
    app.text_area(key=f"change_{run_id.hex}").set_value("In red").run()
    return app


def test_a_submitted_run_carries_the_verified_address(opened_services: Services) -> None:
    press(ask_for_a_game(claims()), "submit_")
    assert newest(opened_services).submitted_by == "ada@example.com"


@pytest.mark.parametrize("button", ["run_again", "fork_1", "build_change"])
def test_a_run_that_comes_of_another_carries_the_name_of_who_asked_for_it(
    opened_services: Services, finished: Finish, button: str
) -> None:
    run_id = finished("Say hello", Changing())
    assert newest(opened_services).submitted_by is None
    press(ask_for_a_change(run_id), button)
    assert newest(opened_services).id != run_id
    assert newest(opened_services).submitted_by == "ada@example.com"


def test_runs_that_are_run_again_together_carry_it_too(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Say hello")
    app = press(seen_by(claims(), "runs"), "pick_on")
    app.checkbox(key=pick_key(run_id)).check().run()
    press(app, "again_picked")
    assert newest(opened_services).id != run_id
    assert newest(opened_services).submitted_by == "ada@example.com"


def test_the_page_of_a_run_says_who_asked_for_it(opened_services: Services) -> None:
    database = opened_services.database
    run_id = submit(database, "Play", builder="quick", submitted_by="grace@example.com").task_id
    assert "by grace@example.com" in read(seen_by(claims(), "run", id=str(run_id)))


# Who was let in, and is not any more.


def test_who_is_out_by_now_submits_nothing(opened_services: Services) -> None:
    app = ask_for_a_game(claims())
    app.user = STRANGERS["long ago"]
    press(app, "submit_")
    assert count_runs(opened_services.database) == 0
    assert "Please log in" in read(app)


@pytest.mark.parametrize("button", ["run_again", "fork_1", "build_change"])
def test_who_is_out_by_now_asks_for_no_run(
    opened_services: Services, finished: Finish, button: str
) -> None:
    app = ask_for_a_change(finished("Say hello", Changing()))
    app.user = STRANGERS["long ago"]
    press(app, button)
    assert count_runs(opened_services.database) == 1
    assert "Please log in" in read(app)


def test_who_is_out_by_now_cancels_nothing(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Say hello")
    app = seen_by(claims(), "run", id=str(run_id))
    app.user = STRANGERS["long ago"]
    press(app, "cancel")
    assert get_run(opened_services.database, run_id).status is Status.PROCESSING


def test_who_is_out_by_now_deletes_nothing(opened_services: Services, finished: Finish) -> None:
    run_id = finished("Say hello")
    app = press(seen_by(claims(), "runs"), "pick_on")
    app.checkbox(key=pick_key(run_id)).check().run()
    app.user = STRANGERS["long ago"]
    press(app, "delete_picked")
    assert count_runs(opened_services.database) == 1


def test_who_is_out_by_now_saves_and_removes_no_view(opened_services: Services) -> None:
    view = save_view(opened_services.database, "Failed", RunFilter(), Sort.NEWEST)
    app = seen_by(claims(), "runs")
    app.text_input(key="view_name").set_value("Mine").run()
    app.user = STRANGERS["long ago"]
    press(app, "save_view")
    again = seen_by(claims(), "runs")
    again.user = STRANGERS["long ago"]
    press(again, f"remove_{view.id.hex}")
    assert [kept.name for kept in list_views(opened_services.database)] == ["Failed"]
