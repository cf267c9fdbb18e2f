"""What is kept, as Settings says it, and a run whose steps are cleared away."""

from uuid import UUID

from tests.integration.sql import tell
from tests.polling import eventually
from tests.ui.conftest import Finish
from tests.ui.viewer import page, texts
from toggle_core.startup import Services
from toggle_core.store.retention import Policy
from toggle_core.store.sweeping import sweep

KEPT = ("Overview", "Plan", "Code")
"""Tabs of the run page that show what a run made."""


def made(run_id: UUID, tab: str) -> str:
    """What a tab shows, formatted prose and code included."""
    app = page("run", id=str(run_id), tab=tab)
    assert not app.exception
    prose = [element.value for element in app.html]
    return "\n".join([texts(app), *prose, *(code.value for code in app.code)])


def sweep_all(services: Services) -> None:
    """Sweep, after the worker where that is sweeping just now."""
    eventually(lambda: sweep(services.database, services.retention))


def test_settings_say_how_long_what_is_kept_and_how_much_it_is(opened_services: Services) -> None:
    assert opened_services.retention == Policy(30, 180)
    app = page("settings")
    assert not app.exception
    shown = texts(app)
    assert "kept for 30 days after its end, its last step and its pictures for 180 days" in shown
    assert ", pictures " in shown
    assert " MB**: " in shown
    assert "Last clean-up: not yet" in shown


def test_settings_say_what_the_last_sweep_did(opened_services: Services, finished: Finish) -> None:
    finished("Say hello")
    tell(opened_services.database, "UPDATE runs SET finished_at = now() - interval '31 days'")
    sweep_all(opened_services)
    assert "3 steps of 1 run, about " in texts(page("settings"))
    sweep_all(opened_services)
    assert "Nothing was old enough" in texts(page("settings"))


def test_a_pruned_run_says_so_and_still_has_its_last_step(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Say hello")
    assert "Every step is kept." in texts(page("run", id=str(run_id), tab="Timeline"))
    tell(opened_services.database, "UPDATE runs SET finished_at = now() - interval '31 days'")
    sweep_all(opened_services)
    shown = texts(page("run", id=str(run_id), tab="Timeline"))
    assert "The earlier steps are cleared away." in shown
    assert "Summary written" in shown


def test_a_cleared_run_says_so_and_shows_what_it_made(
    opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Say hello")
    tell(opened_services.database, "UPDATE runs SET finished_at = '2020-01-01Z'")
    aged = [made(run_id, tab) for tab in KEPT]
    sweep_all(opened_services)
    assert [made(run_id, tab) for tab in KEPT] == aged
    assert "A program for: Say hello" in aged[KEPT.index("Plan")]
    shown = texts(page("run", id=str(run_id), tab="Timeline"))
    assert "are cleared away, as it ended long ago" in shown
