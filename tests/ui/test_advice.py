"""The text box says what will be built; a refusal is a card with three things to press."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Finish
from tests.ui.viewer import page, texts
from toggle_core.builders.blueprints import Blueprints
from toggle_core.history.reads import count_runs, list_runs
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services

pytestmark = pytest.mark.usefixtures("opened_services")

REFUSED = "An app like Airbnb for boats"


@pytest.fixture
def opened_services(settings: Settings) -> Iterator[Services]:
    """The services with the built-in builder."""
    with open_services(settings.model_copy(update={"builder": "blueprints"})) as opened:
        yield opened


def typed(task: str) -> AppTest:
    app = page("home")
    return app.text_area(key="task").set_value(task).run()


def press(app: AppTest, name: str) -> AppTest:
    return next(button for button in app.button if button.label == name).click().run()


def plain(app: AppTest) -> str:
    return texts(app).replace("\\", "")


def test_what_will_be_built_is_said_below_the_text_box() -> None:
    app = typed("Create an expense tracker in euros")
    assert "I'll build: **An expense tracker in EUR" in plain(app)
    assert "promises will be checked" in plain(app)


def test_an_offer_fills_the_text_box() -> None:
    app = typed("to-do list with dark mode")
    app.button(key="offer_1").click().run()
    assert app.text_area(key="task").value == "to-do list"
    assert "I'll build" in plain(app)


def test_little_that_is_typed_is_not_commented_on() -> None:
    assert "cannot" not in plain(typed("hi"))


def test_a_refused_task_makes_no_run_and_is_kept(opened_services: Services) -> None:
    app = press(typed(REFUSED), "Submit Task")
    assert "I can't build that yet" in texts(app)
    assert not app.warning
    assert app.text_area(key="task").value == REFUSED
    assert count_runs(opened_services.database) == 0


def test_what_comes_close_is_built_by_one_press(opened_services: Services) -> None:
    app = press(typed(REFUSED), "Submit Task")
    app.button(key="build_1").click().run()
    (run,) = list_runs(opened_services.database).runs
    assert "boats" in run.task.lower()
    assert app.text_area(key="task").value == ""


def test_the_page_of_a_refused_run_offers_what_comes_close(
    opened_services: Services, finished: Finish
) -> None:
    app = page("run", id=str(finished(REFUSED, Blueprints())))
    assert not app.exception
    assert "I can't build that yet" in texts(app)
    assert not app.error
    assert {"Continue", "Run again"}.isdisjoint(button.label for button in app.button)
    app.button(key="build_2").click().run()
    assert count_runs(opened_services.database) == 2


def test_a_project_of_the_built_in_builder_is_changed_by_a_form(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Create a landing page for a bakery called Crumbs", Blueprints())
    app = page("run", id=str(run_id))
    app.text_input(key=f"field_name_{run_id.hex}").set_value("Rye").run()
    app.button(key="build_version").click().run()
    assert not app.exception
    newest = list_runs(opened_services.database).runs[0]
    assert newest.version == 2
    assert "- name: Rye" in newest.task


def test_missing_facts_have_a_form_that_makes_the_next_version(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Create a landing page for a bakery called Crumbs", Blueprints())
    app = page("run", id=str(run_id))
    assert "Things to fill in" in app.get_by_key("missing").markdown[0].value
    app.button(key="build_filled_in").click().run()
    assert "fill in at least one of them" in app.warning[0].value
    assert count_runs(opened_services.database) == 1
    app.text_input(key=f"field_hours_{run_id.hex}").set_value("Tue to Sat, 7 to 14").run()
    app.button(key="build_filled_in").click().run()
    assert not app.exception
    newest = list_runs(opened_services.database).runs[0]
    assert newest.version == 2
    assert newest.task.endswith("With:\n- hours: Tue to Sat, 7 to 14")


def test_questions_of_a_quiz_are_typed_in_the_form(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("A quiz where I can add my own questions", Blueprints())
    app = page("run", id=str(run_id))
    field = app.text_area(key=f"field_question_{run_id.hex}")
    assert field.help.startswith("One question a line")
    field.set_value("Which wool is soft?").run()
    app.button(key="build_version").click().run()
    assert "needs a right answer" in app.warning[0].value
    field = app.text_area(key=f"field_question_{run_id.hex}")
    field.set_value("Which wool is soft?\nCashmere\nJute").run()
    app.button(key="build_version").click().run()
    assert not app.exception
    newest = list_runs(opened_services.database).runs[0]
    assert newest.task.endswith("With:\n- question: Which wool is soft? | Cashmere | Jute")
