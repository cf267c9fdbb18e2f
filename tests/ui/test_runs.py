"""Runs: the history, its filters and its pages."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import Refusing
from tests.integration.insight_runs import add
from tests.integration.varied_runs import fill
from tests.outage import Outage
from tests.polling import eventually
from tests.ui.conftest import Finish
from tests.ui.viewer import is_refreshing, page, submitted, texts
from toggle_core.exports.columns import COLUMNS
from toggle_core.exports.parts import PARTS
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs, get_run
from toggle_core.startup import Services
from toggle_core.store.database import Database
from toggle_core.ui.history_columns import OFFERED
from toggle_core.ui.labels import REASON_WORDS
from toggle_core.versions import lineage
from toggle_core.words import Evidence, ProgramKind

pytestmark = pytest.mark.usefixtures("opened_services")


def tasks(app: AppTest) -> list[str]:
    """The projects on the page, in their order."""
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
    assert tasks(app) == ["Unit converter"]


def test_a_status_shows_only_its_runs(finished: Finish) -> None:
    finished("Create a to-do list", Refusing())
    app = page("runs")
    app.segmented_control(key="state").set_value("needs-you").run()
    assert tasks(app) == ["To-do list"]
    app.segmented_control(key="state").set_value("ready").run()
    assert "No run matches" in texts(app)


def test_drafts_have_a_tab_apart_from_what_is_ready(finished: Finish) -> None:
    finished("Create a to-do list")
    app = page("runs")
    app.segmented_control(key="state").set_value("draft").run()
    assert tasks(app) == ["To-do list"]
    assert app.query_params == {"verdict": "draft"}
    assert app.link_button[0].url == "/download/runs.csv?verdict=draft"
    app.segmented_control(key="state").set_value("ready").run()
    assert "No run matches" in texts(app)


def test_a_shared_link_opens_with_its_filters(finished: Finish) -> None:
    finished("Create a to-do list", Refusing())
    finished("Create a unit converter")
    app = page("runs", q="list", status="failed")
    assert tasks(app) == ["To-do list"]
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
    assert tasks(app) == ["To-do list"]
    assert app.text_input(key="q").value == ""
    assert app.segmented_control(key="state").value == "all"


def test_an_unknown_status_in_the_address_shows_all_runs(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", status="asleep")
    assert tasks(app) == ["To-do list"]
    assert app.link_button[0].url == "/download/runs.csv?"


def test_the_export_has_the_filters_of_the_page(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", q="to-do list", status="processing")
    assert [link.url for link in app.link_button[:2]] == [
        "/download/runs.csv?q=to-do+list&status=processing",
        "/download/runs.parquet?q=to-do+list&status=processing",
    ]


def test_what_runs_have_many_of_is_exported_with_the_filter_of_the_page() -> None:
    links = [link.url for link in page("runs", status="failed").link_button[2:]]
    assert links == [
        f"/download/exports/{part}.{ending}?status=failed"
        for part in PARTS
        for ending in ("csv", "parquet")
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
    assert [link.url for link in app.link_button[:2]] == [
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


def test_runs_are_filtered_by_the_reason_in_place_of_their_state(database: Database) -> None:
    fill(database)
    app = page("runs", works="true")
    app.selectbox(key="reason_code").select("model").run()
    assert not app.exception
    assert app.query_params == {"reason_code": "model"}
    found = count_runs(database, RunFilter(reason_code="model"))
    assert found
    assert f"{found} runs" in texts(app)


def test_runs_are_filtered_by_a_failed_check_and_by_kind(database: Database) -> None:
    fill(database)
    app = page("runs")
    app.selectbox(key="failed_check").select("lint").run()
    assert app.query_params == {"failed_check": "lint"}
    assert len(tasks(app)) == count_runs(database, RunFilter(failed_check="lint")) > 0
    app.selectbox(key="kind").select("web").run()
    assert not app.exception
    assert app.query_params == {"failed_check": "lint", "kind": "web"}
    wanted = RunFilter(failed_check="lint", kind=ProgramKind.WEB)
    assert len(tasks(app)) == count_runs(database, wanted) > 0
    app = page("runs", kind="web", columns="failed_checks,kind")
    shown = texts(app)
    assert "Web app or page" in shown
    assert "lint, tests" in shown


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

    def counted() -> list[str]:
        """The tabs; without numbers where the database took too long to count."""
        return [
            option
            for option in page("runs").segmented_control(key="state").options
            if "[" in option
        ]

    options = eventually(counted)
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
    assert tasks(app) == ["To-do list"]
    assert app.query_params == {"q": "to"}


def test_all_runs_are_back_with_one_button(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs", q="nothing", status="completed")
    app.button(key="show_all").click().run()
    assert tasks(app) == ["To-do list"]
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
    assert tasks(app.run()) == ["To-do list"]


def headings(app: AppTest) -> list[str]:
    """The headings of the list, words first and then those that order it."""
    head = app.get_by_key("history_head")
    return [*(text.value for text in head.text), *(button.label for button in head.button)]


def test_a_heading_orders_the_list_and_then_the_other_way_round(
    opened_services: Services,
) -> None:
    submit_many(opened_services, 2)
    app = page("runs")
    app.button(key="order_by_started").click().run()
    assert (app.query_params["sort"], tasks(app)) == ("oldest", ["Task 00", "Task 01"])
    app.button(key="order_by_started").click().run()
    assert ("sort" in app.query_params, tasks(app)) == (False, ["Task 01", "Task 00"])
    app.button(key="order_by_took").click().run()
    assert app.query_params["sort"] == "longest"


def test_columns_are_chosen_and_stay_for_the_session(opened_services: Services) -> None:
    submitted(opened_services, "Create a to-do list")
    app = page("runs")
    assert "Builder" not in headings(app)
    app.checkbox(key="column_builder").check().run()
    app.checkbox(key="column_happened").uncheck().run()
    assert "Builder" in headings(app)
    assert "What happened" not in headings(app)
    assert app.query_params["columns"] == "state,promises,strength,builder,took,started"
    app.query_params.clear()
    app.run()
    assert "Builder" in headings(app), "the session knows what was chosen"
    app.button(key="columns_reset").click().run()
    assert "columns" not in app.query_params
    assert "Builder" not in headings(app)


def test_every_column_can_be_shown(finished: Finish) -> None:
    finished("Create a to-do list", Refusing())
    finished("Create a unit converter")
    app = page("runs", columns=",".join(OFFERED))
    assert not app.exception
    assert set(headings(app)) == {"Project", *(column.title for column in OFFERED.values())}


def test_columns_to_choose_from_include_what_a_run_cost_who_asked_and_why_it_stopped(
    finished: Finish,
) -> None:
    finished("Create a to-do list", Refusing())
    app = page("runs", columns="tokens,cost,submitted_by,id,attempt,reason_code")
    assert not app.exception
    assert set(headings(app)) == {
        *("Project", "Tokens", "Cost, about", "Who", "Id", "Attempts", "Reason")
    }
    assert REASON_WORDS["build-failed"] in [each.value for each in app.text]


def test_a_word_with_a_minus_leaves_runs_out(opened_services: Services) -> None:
    submitted(opened_services, "A page for a bakery")
    submitted(opened_services, "A page for a garage")
    app = page("runs", q="page -bakery")
    assert len(tasks(app)) == 1
    assert "garage" in tasks(app)[0].lower()


def test_an_address_with_unknown_columns_shows_those_of_the_start(
    opened_services: Services,
) -> None:
    submitted(opened_services, "Create a to-do list")
    assert headings(page("runs", columns="nothing,;--")) == headings(page("runs"))


def test_id_and_cost_of_a_run_can_be_shown(
    database: Database, opened_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced = add(database, verdict="draft", builder="m", tokens_in=2_000_000, tokens_out=100)
    add(database, verdict="draft", builder="other", tokens_in=1)
    add(database, verdict="draft")
    known = {"model": "m", "price_in": 0.25, "price_out": 2.0, "currency": "EUR"}
    for name, value in known.items():
        monkeypatch.setitem(opened_services.settings.__dict__, name, value)
    app = page("runs", columns="cost,id")
    assert not app.exception
    shown = [each.value for each in app.text]
    assert {"Cost, about", "Id", "0.50 EUR", "not known", str(priced)} <= set(shown)
    assert sum(value.endswith((" EUR", "known")) for value in shown) == 2


def test_what_happened_tells_why_a_run_stopped(finished: Finish, opened_services: Services) -> None:
    run_id = finished("Create a to-do list", Refusing())
    app = page("runs")
    row = app.get_by_key(f"history_row_{run_id.hex}")
    reason = get_run(opened_services.database, run_id).error
    assert reason
    assert reason[:40] in " ".join(cell.value for cell in row.text)


def test_a_page_can_be_larger(opened_services: Services) -> None:
    submit_many(opened_services, 30)
    app = page("runs")
    assert len(tasks(app)) == 25
    app.selectbox(key="size").select(50).run()
    assert (app.query_params["size"], len(tasks(app))) == ("50", 30)
    assert len(tasks(page("runs", size="7"))) == 25, "there is no such size"


def test_a_version_bears_the_name_of_its_project(opened_services: Services) -> None:
    first = submitted(opened_services, "Create a to-do list")
    database = opened_services.database
    change = lineage.run_again(
        database,
        first,
        builder=opened_services.builder.name,
        idempotency_key="again",
        intake=opened_services.intake,
    ).task_id
    app = page("runs")
    assert tasks(app) == ["*To-do list* :gray[v2]", "To-do list"]
    assert get_run(database, change).version == 2
