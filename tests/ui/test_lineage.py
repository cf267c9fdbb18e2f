"""Runs that come of others: ask for a change, start again from a step, and see what differs."""

import json
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from tests.integration.old_inputs import EARLY, give_input
from tests.integration.sql import give_checkpoint, tell
from tests.integration.told_builders import Changing
from tests.ui.conftest import Finish
from tests.ui.viewer import page, submitted, texts
from toggle_core.history.reads import count_runs, get_run, list_runs
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.startup import Services
from toggle_core.versions.lineage import continue_run

pytestmark = pytest.mark.usefixtures("opened_services")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a builder that can change a project."""
    return settings.model_copy(update={"builder": "tests.integration.told_builders:Changing"})


def newest(services: Services) -> UUID:
    return list_runs(services.database).runs[0].id


def timeline_of(run_id: UUID) -> AppTest:
    return page("run", id=str(run_id), tab="Timeline")


def test_every_step_is_kept_with_its_name(finished: Finish) -> None:
    app = timeline_of(finished("Say hello"))
    assert not app.exception
    shown = texts(app)
    for step in ("Task received", "Plan written", "Code written", "Summary written"):
        assert step in shown
    assert "fork_3" not in [button.key for button in app.button], "nothing follows the last"


def test_the_arrival_of_a_task_is_one_step_also_of_a_run_of_an_earlier_version(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Say hello")
    give_input(opened_services.database, run_id, EARLY)
    app = timeline_of(run_id)
    assert not app.exception
    assert texts(app).count("Task received") == 1
    assert "Every step is kept" in texts(app)


def test_a_run_starts_again_from_a_step(opened_services: Services, finished: Finish) -> None:
    run_id = finished("Say hello")
    app = timeline_of(run_id).button(key="fork_1").click().run()
    assert not app.exception
    fork = get_run(opened_services.database, newest(opened_services))
    assert fork.parent_id == run_id
    assert app.query_params["id"] == str(fork.id)


def test_a_run_starts_again_with_another_plan(opened_services: Services, finished: Finish) -> None:
    run_id = finished("Say hello")
    app = timeline_of(run_id)
    app.text_area(key=f"fork_plan_{run_id.hex}").set_value("Say it twice").run()
    app.button(key="fork_with_plan").click().run()
    assert count_runs(opened_services.database) == 2
    assert newest(opened_services) != run_id


def test_a_run_that_has_not_begun_has_no_steps(opened_services: Services) -> None:
    assert "has not begun" in texts(timeline_of(submitted(opened_services, "Wait")))


def test_a_change_can_be_asked_for(opened_services: Services, finished: Finish) -> None:
    run_id = finished("Say hello", Changing())
    app = page("run", id=str(run_id))
    app.text_area(key=f"change_{run_id.hex}").set_value("In red").run()
    app.button(key="build_change").click().run()
    change = get_run(opened_services.database, newest(opened_services))
    assert (change.task, change.parent_id) == ("In red", run_id)


def test_an_empty_change_is_refused(opened_services: Services, finished: Finish) -> None:
    app = page("run", id=str(finished("Say hello", Changing())))
    app.button(key="build_change").click().run()
    assert "The task is empty" in texts(app)
    assert count_runs(opened_services.database) == 1


def test_what_a_change_made_is_seen_against_the_run_it_comes_from(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Say hello", Changing())
    change = continue_run(opened_services.database, run_id, "In red", builder="changing").task_id
    finished("Another")
    app = page("run", id=str(change), tab="Diff")
    assert not app.exception
    assert "Based on" in texts(app)
    assert any("+In red" in code.value for code in app.code)


TABS_WITHOUT_DIFF = ["Preview", "Overview", "Plan", "Code", "Checks", "Timeline"]


def test_tabs_keep_their_order_and_diff_is_there_only_with_something_to_compare(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Say hello", Changing())
    change = continue_run(opened_services.database, run_id, "In red", builder="changing").task_id
    finished("Another")
    app = page("run", id=str(run_id), tab="Diff")
    assert not app.exception
    assert [tab.label for tab in app.tabs] == TABS_WITHOUT_DIFF
    assert app.session_state.tab in TABS_WITHOUT_DIFF
    app = page("run", id=str(change))
    assert [tab.label for tab in app.tabs] == [*TABS_WITHOUT_DIFF[:-1], "Diff", "Timeline"]


def test_a_change_that_waits_has_nothing_to_compare_yet(opened_services: Services) -> None:
    first = submitted(opened_services, "Say hello")
    files = {"main.py": "print('Hello')\n"}
    give_checkpoint(opened_services.database, first, {"files": json.dumps(files)})
    tell(
        opened_services.database,
        "UPDATE runs SET status = 'completed', stage = 'done', verdict = 'draft',"
        " finished_at = now() WHERE id = %(run)s",
        run=first,
    )
    change = continue_run(
        opened_services.database, first, "In red", builder=opened_services.builder.name
    ).task_id
    app = page("run", id=str(change))
    assert [tab.label for tab in app.tabs] == TABS_WITHOUT_DIFF


def test_version_of_a_change_is_shown_in_the_list(
    opened_services: Services,
) -> None:
    first = submitted(opened_services, "Create a page")
    change = {"builder": opened_services.builder.name, "parent_id": first}
    second = submit(opened_services.database, "Add a menu", **change).task_id
    history = page("runs")
    for run_id, shown in ((first, False), (second, True)):
        [link] = history.get_by_key(f"history_row_{run_id.hex}").page_link
        assert ("v2" in link.value) is shown


def test_run_page_is_named_for_the_project_and_switches_between_its_versions(
    opened_services: Services,
) -> None:
    first = submitted(opened_services, "Create a page for a bakery")
    assert ":gray-badge[v1]" in texts(page("run", id=str(first)))
    change = {"builder": opened_services.builder.name, "parent_id": first}
    second = submit(opened_services.database, "Add a menu", **change).task_id
    app = page("run", id=str(second))
    assert app.title[0].value == "Page for a bakery"
    assert "“Add a menu”" in texts(app)
    switch = app.segmented_control(key=f"version_{second.hex}")
    assert (switch.options, switch.value) == (["v1", "v2"], 2)
    switch.set_value(1).run()
    assert app.query_params["id"] == str(first)
    assert "“Add a menu”" not in texts(app)
