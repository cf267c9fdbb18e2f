"""Runs: the history, its filters and its pages."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import Refusing
from tests.integration.varied_runs import fill
from tests.outage import Outage
from tests.ui.conftest import Finish
from tests.ui.viewer import is_refreshing, page, submitted, texts
from toggle_core.exports.columns import COLUMNS
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs
from toggle_core.startup import Services
from toggle_core.store.database import Database
from toggle_core.words import Evidence

pytestmark = pytest.mark.usefixtures("opened_services")


def tasks(app: AppTest) -> list[str]:
    """The tasks on the page, in their order."""
    return [link.value.replace("\\", "") for link in app.get_by_key("history").page_link]


def submit_many(services: Services, count: int) -> None:
    for number in range(count):
        submitted(services, f"Task {number:02}")


def test_an_empty_history_says_what_to_do() -> None:
    app = page("runs")
    assert "Nothing has been built yet" in texts(app)
    assert app.get_by_key("empty").page_link[0].value == "Build something"


def test_the_newest_run_comes_first(opened_services: Services) -> None:
    submit_many(opened_services, 3)
    assert tasks(page("runs")) == ["Task 02", "Task 01", "Task 00"]


def test_each_row_leads_to_its_run(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Create a to-do list")
    row = page("runs").get_by_key(f"history_row_{run_id.hex}")
    assert row.page_link[0].proto.query_string == f"id={run_id}"
    assert row.page_link[0].proto.page == "run"


def test_the_count_is_told(opened_services: Services) -> None:
    submit_many(opened_services, 3)
    assert "3 runs" in texts(page("runs"))


def test_a_search_shows_only_what_matches(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    submitted(opened_services, "Create a unit converter")
    app = page("runs")
    app.text_input(key="q").set_value("conv").run()
    assert tasks(app) == ["Create a unit converter"]


def test_a_status_shows_only_its_runs(finished: Finish) -> None:
    finished("Create a to-do list", Refusing())
    app = page("runs")
    app.segmented_control(key="state").set_value("needs-you").run()
    assert tasks(app) == ["Create a to-do list"]
    app.segmented_control(key="state").set_value("ready").run()
    assert "No run matches" in texts(app)


def test_drafts_have_a_tab_apart_from_what_is_ready(finished: Finish) -> None:
    finished("Create a to-do list")
    app = page("runs")
    app.segmented_control(key="state").set_value("draft").run()
    assert tasks(app) == ["Create a to-do list"]
    assert app.query_params == {"verdict": "draft"}
    assert app.link_button[0].url == "/download/runs.csv?verdict=draft"
    app.segmented_control(key="state").set_value("ready").run()
    assert "No run matches" in texts(app)


def test_a_shared_link_opens_with_its_filters(finished: Finish) -> None:
    finished("Create a to-do list", Refusing())
    finished("Create a unit converter")
    app = page("runs", q="list", status="failed")
    assert tasks(app) == ["Create a to-do list"]
    assert app.text_input(key="q").value == "list"


def test_a_filter_is_in_the_address() -> None:
    app = page("runs")
    app.text_input(key="q").set_value("list").run()
    app.segmented_control(key="state").set_value("needs-you").run()
    assert app.query_params == {"q": "list", "needs_you": "true"}
    app.segmented_control(key="state").set_value("ready").run()
    assert app.query_params == {"q": "list", "verdict": "production-ready"}
    app.segmented_control(key="state").set_value("working").run()
    assert app.query_params == {"q": "list", "status": "processing", "needs_you": "false"}
    app.text_input(key="q").set_value("").run()
    app.segmented_control(key="state").set_value("all").run()
    assert app.query_params == {}


def test_the_filters_follow_the_address_back(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", q="nothing", status="failed")
    app.query_params.clear()
    app.run()
    assert tasks(app) == ["Create a to-do list"]
    assert app.text_input(key="q").value == ""
    assert app.segmented_control(key="state").value == "all"


def test_an_unknown_status_in_the_address_shows_all_runs(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", status="asleep")
    assert tasks(app) == ["Create a to-do list"]
    assert app.link_button[0].url == "/download/runs.csv?"


def test_the_export_has_the_filters_of_the_page(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", q="to-do list", status="processing")
    assert [link.url for link in app.link_button] == [
        "/download/runs.csv?q=to-do+list&status=processing",
        "/download/runs.parquet?q=to-do+list&status=processing",
    ]


def test_the_export_menu_explains_columns_leaves_out_code_and_gives_a_program() -> None:
    app = page("runs", status="failed")
    shown = texts(app)
    assert [name for name, each in COLUMNS.items() if f"`{name}` | " not in shown] == []
    assert COLUMNS["working_seconds"].meaning in shown
    app.toggle(key="export_code").set_value(False).run()
    assert app.link_button[0].url == "/download/runs.csv?status=failed&code=false"
    app.segmented_control(key="export_tool").set_value("curl").run()
    address = "'http://localhost:3030/api/runs.csv?status=failed&code=false'"
    assert address in app.get_by_key("export").code[0].value


def test_what_needs_a_person_is_found_with_its_number(
    database: Database,
) -> None:
    fill(database)
    app = page("runs", needs_you="true")
    found = count_runs(database, RunFilter(needs_you=True))
    assert f"{found} runs" in texts(app)
    assert app.segmented_control(key="state").value == "needs-you"
    assert f"Needs you :small[{found}]" in app.segmented_control(key="state").options
    assert len(tasks(app)) == 25
    assert [link.url for link in app.link_button] == [
        "/download/runs.csv?needs_you=true",
        "/download/runs.parquet?needs_you=true",
    ]


def test_runs_that_work_have_a_tab_and_show_their_evidence(database: Database) -> None:
    fill(database)
    app = page("runs")
    app.segmented_control(key="state").set_value("works").run()
    found = count_runs(database, RunFilter(works=True))
    assert app.query_params == {"works": "true"}
    assert app.link_button[0].url == "/download/runs.csv?works=true"
    assert f"Works :small[{found}]" in app.segmented_control(key="state").options
    shown = texts(app)
    assert shown.count(":violet-badge[:material/touch_app: Works]") == len(tasks(app)) == found
    assert shown.count("1 to try yourself") == shown.count("3 of 4 kept") == found
    assert "16 %" in shown


def test_verdicts_are_filtered_by_evidence_and_strength(database: Database) -> None:
    fill(database)
    app = page("runs")
    app.selectbox(key="evidence").select("1").run()
    assert app.query_params == {"evidence": "1"}
    assert texts(app).count("Seven checks") == len(tasks(app)) > 0
    app.selectbox(key="evidence").select("2").run()
    app.number_input(key="strength_from").set_value(48).run()
    assert app.query_params == {"evidence": "2", "strength_from": "48"}
    found = count_runs(database, RunFilter(evidence=Evidence.PROMISES, strength_from=48))
    assert len(tasks(app)) == found > 0
    app.button(key="clear_filters").click().run()
    assert app.query_params == {}


def test_every_run_is_in_one_of_the_tabs(database: Database) -> None:
    everything = len(fill(database))
    options = page("runs").segmented_control(key="state").options
    numbers = [int(option.partition("[")[2].rstrip("]")) for option in options]
    assert numbers[0] == sum(numbers[1:]) == everything
    assert all(numbers)


def test_a_filter_that_is_no_tab_counts_as_one_and_can_be_cleared(
    opened_services: Services,
) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", status="failed", q="to")
    assert app.segmented_control(key="state").value is None
    assert "No run matches" in texts(app)
    app.button(key="clear_filters").click().run()
    assert tasks(app) == ["Create a to-do list"]
    assert app.query_params == {"q": "to"}


def test_all_runs_are_back_with_one_button(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", q="nothing", status="completed")
    app.button(key="show_all").click().run()
    assert tasks(app) == ["Create a to-do list"]
    assert app.text_input(key="q").value == ""
    assert app.segmented_control(key="state").value == "all"


def test_a_short_history_has_no_pages(opened_services: Services) -> None:
    submit_many(opened_services, 2)
    assert not [button for button in page("runs").button if button.label == "Older"]


def test_the_pages_lead_to_the_oldest_run_and_back(opened_services: Services) -> None:
    submit_many(opened_services, 30)
    app = page("runs")
    first = tasks(app)
    assert (first[0], first[-1]) == ("Task 29", "Task 05")
    app.button(key="page_older").click().run()
    assert tasks(app) == [f"Task {number:02}" for number in (4, 3, 2, 1, 0)]
    app.button(key="page_newer").click().run()
    assert tasks(app) == first
    app.button(key="page_oldest").click().run()
    assert tasks(app)[-1] == "Task 00"
    app.button(key="page_newest").click().run()
    assert tasks(app) == first


def test_the_place_is_in_the_address(opened_services: Services) -> None:
    submit_many(opened_services, 30)
    app = page("runs")
    app.button(key="page_older").click().run()
    there = tasks(app)
    assert tasks(page("runs", cursor=app.query_params["cursor"])) == there


def test_a_new_filter_begins_at_the_newest_run(opened_services: Services) -> None:
    submit_many(opened_services, 30)
    app = page("runs")
    app.button(key="page_older").click().run()
    app.text_input(key="q").set_value("Task").run()
    assert tasks(app)[0] == "Task 29"
    assert "cursor" not in app.query_params


def test_an_unreadable_place_shows_the_newest_runs(opened_services: Services) -> None:
    submit_many(opened_services, 2)
    assert tasks(page("runs", cursor="%%%")) == ["Task 01", "Task 00"]


def test_the_page_refreshes_only_while_one_of_its_runs_is_worked_on(
    opened_services: Services, finished: Finish
) -> None:
    submitted(opened_services, "Create a to-do list")
    assert is_refreshing(page("runs"))
    finished("Create a unit converter")
    assert not is_refreshing(page("runs"))


def test_the_history_comes_back_after_an_outage(opened_services: Services, outage: Outage) -> None:
    submitted(opened_services, "Create a to-do list")
    with outage():
        app = page("runs")
        assert "The database cannot be reached" in texts(app)
        assert is_refreshing(app)
    assert tasks(app.run()) == ["Create a to-do list"]
