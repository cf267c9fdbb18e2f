"""Run: one run, from its plan to its files."""

from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import Broken, Refusing
from tests.integration.sql import tell
from tests.outage import Outage
from tests.ui.builders import LYING_SUMMARY, Hostile, Lying
from tests.ui.conftest import Finish
from tests.ui.viewer import is_refreshing, page, submitted, texts
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")


def html(app: AppTest) -> str:
    return "\n".join(element.value for element in app.html if "<style>" not in element.value)


def timeline(app: AppTest) -> list[str]:
    return [step.label.split("  ")[0] for step in app.get_by_key("timeline").status]


def test_a_finished_run_tells_what_was_built_and_how_to_run_it(finished: Finish) -> None:
    run_id = finished("Create a hello world app")
    app = page("run", id=str(run_id))
    assert not app.exception
    assert app.title[0].value == "Hello world app"
    assert "A program that says hello." in html(app)
    assert "python main.py" in html(app)


def test_the_badges_tell_how_a_run_stands_who_built_it_and_when(finished: Finish) -> None:
    badges = texts(page("run", id=str(finished("Create a hello world app"))))
    for word in ("Draft", "Not checked", "quick", "submitted", "took"):
        assert word in badges


def test_the_timeline_tells_the_steps_in_their_order(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a hello world app")))
    assert timeline(app) == [
        "Task received",
        "Plan written",
        "Code written",
        "Summary written",
        "Draft finished",
    ]
    assert {step.state for step in app.status} == {"complete"}


def test_a_step_shows_how_long_it_took_where_that_is_a_second_or_more(
    finished: Finish, opened_services: Services
) -> None:
    run_id = finished("Create a hello world app")
    tell(
        opened_services.database,
        "UPDATE run_events SET at = at - interval '88 seconds'"
        " WHERE run_id = %(run)s AND stage IN ('queued', 'planning', 'coding')",
        run=run_id,
    )
    labels = [step.label for step in page("run", id=str(run_id)).get_by_key("timeline").status]
    took = {label.split("  ")[0]: "1\N{NO-BREAK SPACE}min 28" in label for label in labels}
    assert [step for step, is_long in took.items() if is_long] == ["Code written"]


def test_the_plan_has_a_tab(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a hello world app")), tab="Plan")
    assert "<li>Write it</li>" in html(app)


def test_a_finished_run_can_be_downloaded(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a hello world app")))
    (button,) = app.get("download_button")
    assert button.proto.label == "Download"


def test_the_link_to_a_run_is_its_address(finished: Finish) -> None:
    run_id = finished("Create a hello world app")
    app = page("run", id=str(run_id))
    assert app.code[0].value == f"http://localhost:3030/run?id={run_id}"


def test_a_run_that_is_worked_on_is_followed(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Create a hello world app")
    app = page("run", id=str(run_id))
    assert is_refreshing(app)
    assert timeline(app) == ["Waiting for a free slot"]
    assert app.status[0].state == "running"
    assert not app.get("download_button")


def test_a_finished_run_is_not_asked_for_again(finished: Finish) -> None:
    assert not is_refreshing(page("run", id=str(finished("Create a hello world app"))))


@pytest.mark.parametrize("tab", ["Plan", "Code"])
def test_what_is_not_there_yet_is_told(opened_services: Services, tab: str) -> None:
    run_id = submitted(opened_services, "Create a hello world app")
    assert f"The {tab.lower()} is not written yet." in texts(page("run", id=str(run_id), tab=tab))


def test_a_failed_run_says_why_and_what_to_do(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a hello world app", Refusing())))
    assert app.error[0].value == r"This cannot be built\."
    assert "submit it again" in texts(app)
    assert timeline(app)[-1] == "Stopped: your turn"


def test_the_task_of_a_failed_run_can_be_edited_and_tried_again(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a hello world app", Refusing())))
    app.button(key="again").click().run()
    assert app.title[0].value == "What should we build today?"
    assert app.text_area(key="task").value == "Create a hello world app"


def test_a_fault_is_told_with_a_reference_and_without_its_details(finished: Finish) -> None:
    app = page("run", id=str(finished("Create a hello world app", Broken())))
    assert "reference" in app.error[0].value
    assert "secret detail" not in texts(app) + html(app)


def test_a_long_task_is_shortened_and_can_be_read_as_a_whole(opened_services: Services) -> None:
    task = "Create a to-do list\n" + "with many words " * 20
    app = page("run", id=str(submitted(opened_services, task)))
    assert app.title[0].value.startswith("To\\-do list with many words")
    assert len(app.title[0].value) < 80
    assert app.get_by_key("whole_task").text[0].value == task.strip()


def test_hostile_words_of_a_task_are_shown_as_text(opened_services: Services) -> None:
    app = page("run", id=str(submitted(opened_services, ":red[x] ![i](http://e.test) $y$")))
    assert app.title[0].value == (
        "\\:\u2060red\\[x\\] \\!\\[i\\]\\(http\\:\u2060\\/\\/e\\.test\\) \\$y\\$"
    )


def test_overview_quotes_a_lying_summary_below_the_products_own_sentence(finished: Finish) -> None:
    shown = html(page("run", id=str(finished("Anything", Lying())), tab="Overview"))
    own, _, quoted = shown.partition("<blockquote ")
    assert "<strong>This is a quick draft: nothing has been checked.</strong>" in own
    assert "production-ready" not in own
    quotation, _, after = quoted.partition("</blockquote>")
    assert quotation.count("production-ready") == LYING_SUMMARY.count("production-ready")
    assert "<h1>" not in quotation
    assert "<strong>" not in quotation
    assert "production-ready" not in after


@pytest.mark.parametrize("tab", ["Overview", "Plan"])
def test_hostile_words_of_a_model_load_nothing(finished: Finish, tab: str) -> None:
    shown = html(page("run", id=str(finished("Anything", Hostile())), tab=tab))
    assert "evil.test" in shown, "it is shown as the text it is"
    for element in ("<img", "<a ", "<script", "<iframe", "mermaid<"):
        assert element not in shown


def test_a_builder_that_cannot_change_projects_says_what_can(finished: Finish) -> None:
    assert "connect a chat model" in texts(page("run", id=str(finished("Say hello"))))


def test_times_are_those_of_the_viewer(finished: Finish) -> None:
    run_id = finished("Create a hello world app")
    clocks = []
    for zone in ("Asia/Kolkata", "Europe/Berlin"):
        app = page("run", id=str(run_id))
        app.context = {"timezone": zone, "url": "http://localhost:3030/run"}
        clocks.append(app.run().status[0].label[-10:-2])
    assert clocks[0] != clocks[1]


def test_another_run_begins_at_its_overview(finished: Finish) -> None:
    first, second = finished("Create a hello world app"), finished("Create a to-do list")
    app = page("run", id=str(first), tab="Plan")
    assert "<li>Write it</li>" in html(app)
    app.query_params.clear()
    app.query_params["id"] = str(second)
    assert "A program that says hello." in html(app.run())


def test_the_way_back_leads_to_the_list_as_it_was(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Create a to-do list")
    app = page("runs", q="list", status="processing")
    app.switch_page("run.py")
    app.query_params.clear()
    app.query_params["id"] = str(run_id)
    back = app.run().page_link[0]
    assert back.value == "All runs"
    assert back.proto.query_string == "q=list&status=processing"


def test_an_unknown_run_is_told_calmly() -> None:
    assert "There is no such run" in texts(page("run", id=str(uuid4())))


def test_a_cut_off_link_is_told_calmly() -> None:
    assert "This link is not complete" in texts(page("run", id="01a20288"))


def test_no_run_chosen_is_told_calmly() -> None:
    app = page("run")
    assert "No run is chosen" in texts(app)
    assert app.get_by_key("empty").page_link[0].value == "Look at all runs"


def test_a_run_comes_back_after_an_outage(opened_services: Services, outage: Outage) -> None:
    run_id = submitted(opened_services, "Create a hello world app")
    with outage():
        app = page("run", id=str(run_id))
        assert "The database cannot be reached" in texts(app)
        assert is_refreshing(app)
    assert app.run().title[0].value == "Hello world app"
