"""Insights lead to runs: a bar, or its line in the list, opens exactly the runs that it counts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e import keyboard
from tests.e2e.journeys import expect_query
from tests.integration.mixed_runs import fill
from tests.integration.sql import tell
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs
from toggle_core.insights.queries import gate_outcomes
from toggle_core.insights.rollup import count_changed_days
from toggle_core.store.database import Database

FIRST_BAR = (140, 12)
"""Pixels from the corner of a chart to a place in its first bar, right of the labels."""


@pytest.fixture
def mixed(database_url: str, database: Database) -> Iterator[AppProcess]:
    """The app with a history of a thousand runs, less those that its worker would go on with."""
    fill(database)
    tell(database, "DELETE FROM runs WHERE status = 'processing'")
    count_changed_days(database, seconds=120)
    with AppProcess(DATABASE_URL=database_url, TOGGLE_BUILDER="tests.builders:Quick") as process:
        yield process.start()


def test_a_bar_of_checks_opens_the_runs_it_counts_by_mouse_and_by_keyboard(
    page: Page, mixed: AppProcess, database: Database
) -> None:
    first, second, *_ = gate_outcomes(database)
    card = page.locator(".st-key-insight_gates")

    page.goto(f"{mixed.dashboard}/insights?period=All")
    chart = card.locator("canvas, svg.marks").first
    chart.scroll_into_view_if_needed()
    left, top = FIRST_BAR
    chart.click(position={"x": left, "y": top})
    expect_query(page, {"failed_check": first.gate})
    expect(page.locator(".st-key-pager")).to_contain_text(f"{first.failed_runs} runs")

    page.goto(f"{mixed.dashboard}/insights?period=All")
    keyboard.press(page, card.locator("summary"))
    line = card.get_by_role("link", name=second.gate)
    expect(line).to_contain_text(f"{second.failed_runs}, failed in {second.failed} of ")
    keyboard.press(page, line)
    expect_query(page, {"failed_check": second.gate})
    expect(page.locator(".st-key-pager")).to_contain_text(f"{second.failed_runs} runs")
    assert count_runs(database, RunFilter(failed_check=second.gate)) == second.failed_runs
