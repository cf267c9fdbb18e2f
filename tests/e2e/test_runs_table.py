"""The table of runs with many of them: its controls, its order and its pages, at both widths."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import expect_query
from tests.e2e.viewing import View
from tests.integration.sql import tell
from tests.integration.varied_runs import fill
from toggle_core.history.counts import count_by_state
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Verdict

MANY = 1_500
"""So that most tabs count three digits and more."""

ONE_ROW = 56
"""Pixels that a row of controls is high at most: two of them, and the gap, are higher."""

HEIGHTS = """() => [".st-key-filters", ".st-key-state"].map(
  (each) => document.querySelector(each).getBoundingClientRect().height)"""

BETWEEN = """() => {
  const top = (each) => document.querySelector(each).getBoundingClientRect().top;
  return top("[class*=st-key-history_row_]") - top(".st-key-filters");
}"""

TWO_ROWS_AND_HEADINGS = 200
"""Pixels from the first control to the first run."""

POSITION = "() => document.querySelector('[data-testid=stMain]').scrollTop"


@pytest.fixture
def many(database_url: str) -> Iterator[tuple[AppProcess, Database]]:
    """The app with a long history in which nothing is worked on."""
    database = open_database(conninfo_of(database_url))
    fill(database, MANY)
    tell(database, "DELETE FROM runs WHERE status = 'processing'")
    with AppProcess(DATABASE_URL=database_url, TOGGLE_BUILDER="tests.builders:Quick") as process:
        yield process.start(), database
    database.close()


STATES = """(rows) => rows.map((row) => row.querySelector("[data-testid=stMarkdown] p > span"))
  .map((state) => [state.innerText.split(/\\s/).pop(), getComputedStyle(state).fontSize])"""
"""The last word of each row's state, and how large it is."""

VERSION_IN_SIGHT = """(row) => {
  const place = row.querySelector("a p").getBoundingClientRect();
  const version = row.querySelector("a p > :last-child").getBoundingClientRect();
  return version.right <= place.right + 1 && version.bottom <= place.bottom + 1;
}"""
"""Whether the version is not cut off behind a long name."""


def test_many_runs_have_two_rows_of_controls_an_order_at_hand_and_pages_from_the_top(
    page: Page, many: tuple[AppProcess, Database], view: View
) -> None:
    app, database = many
    counts = count_by_state(database)
    drafts = counts.of(verdict=Verdict.DRAFT).number
    assert min(drafts, counts.of(needs_you=True).number) >= 100

    page.goto(f"{app.dashboard}/runs")
    rows = page.locator("[class*=st-key-history_row_]")
    expect(rows).to_have_count(25)
    expect(page.get_by_role("radio", name=f"Draft {drafts}")).to_be_visible()
    assert max(page.evaluate(HEIGHTS)) <= ONE_ROW
    assert page.evaluate(BETWEEN) <= TWO_ROWS_AND_HEADINGS
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Days stand beside the times of all runs.
    expect(rows.first).to_contain_text(re.compile(r"\d{1,2} [A-Z][a-z]{2}.*\d\d:\d\d"))

    tell(database, "UPDATE projects SET name = repeat('Long name ', 20)")
    tell(database, "UPDATE runs SET version = 1000")
    page.reload()
    expect(rows.first).to_contain_text("v1000")
    assert rows.first.evaluate(VERSION_IN_SIGHT)

    states = dict(rows.evaluate_all(STATES))
    assert "Cancelled" in states
    assert len(states) > 2
    assert len(set(states.values())) == 1

    page.get_by_role("button", name="Older").click()
    page.wait_for_url("**cursor=*")
    expect(page.get_by_role("button", name="Newer")).to_be_enabled()
    expect(page.get_by_role("heading", name="Runs")).to_be_in_viewport()
    page.wait_for_function(f"({POSITION})() === 0")

    # One press opens the orders: the menu need not scroll for them.
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name="Longest first").click()
    page.wait_for_url("**sort=longest*")
    expect_query(page, {"sort": "longest"})
    page.keyboard.press("Escape")
    if not view.is_narrow:
        page.get_by_role("button", name="Took").click()
        page.wait_for_url("**sort=shortest*")
