"""Build: the text box, the receipt, and what is happening."""

import html

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from tests.builders import Refusing
from tests.integration.sql import statements_sent
from tests.outage import Outage
from tests.sandbox.served_apps import ECHO, served_apps
from tests.ui.builders import Site
from tests.ui.conftest import Finish
from tests.ui.viewer import is_refreshing, page, submitted, texts
from toggle_core.history.reads import count_runs, list_runs
from toggle_core.runs.submission import submit
from toggle_core.startup import Services
from toggle_core.words import TASK_LIMIT

pytestmark = pytest.mark.usefixtures("opened_services")


def type_and_submit(app: AppTest, task: str) -> AppTest:
    app.text_area(key="task").set_value(task).run()
    return submit_button(app).click().run()


def submit_button(app: AppTest) -> Button:
    (button,) = (button for button in app.button if button.label == "Submit Task")
    return button


def test_a_first_visit_explains_what_happens_here() -> None:
    app = page("home")
    assert not app.exception
    assert "Press **Submit Task** and watch" in texts(app)
    assert "Recent runs" not in texts(app)


def test_a_submitted_task_gets_a_receipt_with_its_id_and_how_it_stands(
    opened_services: Services,
) -> None:
    app = type_and_submit(page("home"), "Create a hello world app")
    (run,) = list_runs(opened_services.database).runs
    receipt = app.get_by_key("receipt")
    assert receipt.code[0].value == str(run.id)
    assert "Create a hello world app" in receipt.markdown[0].value
    assert "Waiting" in receipt.markdown[0].value
    assert run.task == "Create a hello world app"


def test_the_text_box_is_empty_after_a_submit() -> None:
    app = type_and_submit(page("home"), "Create a hello world app")
    assert app.text_area(key="task").value == ""


def test_the_same_button_pressed_twice_submits_once(opened_services: Services) -> None:
    app = page("home")
    app.text_area(key="task").set_value("Create a hello world app").run()
    button = submit_button(app)
    button.click().run()
    button.click().run()
    assert count_runs(opened_services.database) == 1


def test_the_same_task_can_be_submitted_again_on_purpose(opened_services: Services) -> None:
    app = type_and_submit(page("home"), "Create a hello world app")
    type_and_submit(app, "Create a hello world app")
    assert count_runs(opened_services.database) == 2


def test_a_blank_task_is_refused_with_a_sentence(opened_services: Services) -> None:
    app = type_and_submit(page("home"), "   ")
    assert "The task is empty" in texts(app)
    assert count_runs(opened_services.database) == 0


def test_a_task_that_is_too_long_is_refused_and_kept() -> None:
    task = "word " * (TASK_LIMIT // 5) + "more"
    app = type_and_submit(page("home"), task)
    assert "at most 10,000 are accepted" in texts(app).replace("\\", "")
    assert app.text_area(key="task").value == task


def test_a_refusal_is_gone_after_the_next_submit() -> None:
    app = type_and_submit(page("home"), "   ")
    type_and_submit(app, "Create a to-do list")
    assert not app.warning


def test_the_examples_are_those_of_the_builder(opened_services: Services) -> None:
    ideas = page("home").pills(key="idea")
    assert tuple(ideas.options) == opened_services.builder.ideas


def test_an_example_fills_the_text_box(opened_services: Services) -> None:
    app = page("home")
    idea = opened_services.builder.ideas[1]
    app.pills(key="idea").set_value(idea).run()
    assert app.text_area(key="task").value == idea


def test_the_production_toggle_is_on_until_it_is_switched_off(opened_services: Services) -> None:
    app = page("home")
    assert app.toggle(key="production").value
    app.text_area(key="task").set_value("A quick draft").run()
    app.toggle(key="production").set_value(False).run()
    submit_button(app).click().run()
    run = list_runs(opened_services.database).runs[0]
    assert not run.production


def test_a_task_is_submitted_with_the_toggle_on(opened_services: Services) -> None:
    app = page("home")
    app.text_area(key="task").set_value("Prove it").run()
    submit_button(app).click().run()
    assert list_runs(opened_services.database).runs[0].production


def test_what_is_worked_on_has_a_card_with_its_stage(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Create a to-do list")
    card = page("home").get_by_key(f"card_{run_id.hex}")
    assert "Waiting" in card.markdown[0].value
    assert card.progress[0].text == "Waiting for a free slot"


def test_the_three_that_wait_longest_have_cards_and_the_others_are_counted(
    opened_services: Services,
) -> None:
    ids = [submitted(opened_services, f"Task {number}") for number in range(5)]
    app = page("home")
    for run_id in ids[:3]:
        assert app.get_by_key(f"card_{run_id.hex}")
    assert len(app.progress) == 3
    assert "And 2 more." in texts(app)


def test_the_page_refreshes_while_something_is_worked_on(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    assert is_refreshing(page("home"))


def test_the_page_rests_when_everything_is_finished(finished: Finish) -> None:
    finished("Create a to-do list")
    app = page("home")
    assert not is_refreshing(app)
    assert "Recent runs" in texts(app)


def test_projects_have_cards_with_their_latest_finished_version(
    opened_services: Services, finished: Finish
) -> None:
    first = finished("Create a to-do list")
    card = page("home").get_by_key(f"card_{first.hex}")
    assert [each.value for each in card.markdown[:2]] == [r"**To\-do list**", ":gray[v1]"]
    assert card.page_link[0].value == "See it"
    assert card.page_link[0].proto.query_string == f"id={first}"
    change = {"builder": opened_services.builder.name, "parent_id": first}
    second = submit(opened_services.database, "Add a date", **change).task_id
    finished("Create a clock")
    app = page("home")
    assert app.get_by_key(f"card_{second.hex}").markdown[1].value == ":gray[v2]"
    with pytest.raises(KeyError):
        app.get_by_key(f"card_{first.hex}")


def test_card_of_a_web_program_opens_it_beside_the_way_to_its_run(
    opened_services: Services,
) -> None:
    with served_apps(opened_services.database) as served:
        run_id = served.new_run(ECHO)
        app = page("home")
        (button,) = app.get_by_key(f"ways_{run_id.hex}").get("link_button")
    assert (button.proto.label, button.proto.url) == ("Open the app", f"/open/{run_id}")


def test_pictures_of_projects_are_read_once_and_together(
    opened_services: Services, finished: Finish
) -> None:
    shown = [finished(f"Create site {number}", Site()) for number in range(2)]
    database = opened_services.database
    with statements_sent(database) as sent:
        app = page("home")
    assert len(sent) == 4, "the newest runs, those in progress, both projects, and their pictures"
    for run_id in shown:
        (still,) = app.get_by_key(f"picture_{run_id.hex}").get("iframe")
        assert "<h1>Welcome</h1>" in html.unescape(html.unescape(still.proto.srcdoc))
        assert "<iframe inert " in html.unescape(still.proto.srcdoc)
    with statements_sent(database) as sent:
        app.run()
    assert len(sent) == 2


def test_recent_runs_show_plan_code_and_how_they_stand(finished: Finish) -> None:
    run_id = finished("Create a to-do list")
    row = page("home").get_by_key(f"recent_row_{run_id.hex}")
    assert row.page_link[0].value == r"Create a to\-do list"
    assert "Draft" in row.markdown[0].value
    assert [cell.value for cell in row.text[:3]] == [
        "Not checked",
        "A program for: Create a to-do list",
        "print('hello')",
    ]


def test_the_receipt_tells_when_the_run_is_ready(finished: Finish) -> None:
    app = type_and_submit(page("home"), "Create a hello world app")
    finished("Another task")
    app.run()
    receipt = app.get_by_key("receipt")
    assert "is ready" in receipt.markdown[0].value
    assert receipt.page_link[0].value == "See it"


def test_receipt_of_a_draft_says_that_nothing_was_checked(finished: Finish) -> None:
    app = page("home")
    app.toggle(key="production").set_value(False).run()
    type_and_submit(app, "Create a hello world app")
    finished("Another task")
    shown = app.run().get_by_key("receipt").markdown[0].value
    assert "is built as a quick draft. Nothing was checked." in shown
    assert "ready" not in shown.lower()


def test_typed_text_is_kept_while_the_database_is_away(
    opened_services: Services, outage: Outage
) -> None:
    app = page("home")
    with outage():
        type_and_submit(app, "Create a hello world app")
        assert "The task was not submitted" in texts(app).replace("\\", "")
        assert "The database cannot be reached" in texts(app)
        assert app.text_area(key="task").value == "Create a hello world app"
        assert is_refreshing(app), "it comes back by itself"
    app.run()
    assert "The database cannot be reached at the moment" not in texts(app)
    submit_button(app).click().run()
    assert count_runs(opened_services.database) == 1


def test_the_page_can_be_opened_while_the_database_is_away(outage: Outage) -> None:
    with outage():
        app = page("home")
        assert not app.exception
        assert "The database cannot be reached" in texts(app)


def test_a_run_that_failed_is_not_called_done(finished: Finish) -> None:
    run_id = finished("Create a to-do list", Refusing())
    row = page("home").get_by_key(f"recent_row_{run_id.hex}")
    assert "Stopped" in [cell.value for cell in row.text]
