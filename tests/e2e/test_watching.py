"""Waiting for a run: the browser's tab tells how far it is, and a word says that it has ended."""

import re

from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import choose, ended, let_go, query_of, run_page, submitted


def title(start: str, words: str) -> re.Pattern[str]:
    """The title of the browser's tab for a run."""
    return re.compile(rf"^{start} · {re.escape(words)} · Production Toggle$")


def test_the_tab_tells_how_far_a_run_is_and_a_word_says_that_it_has_ended(
    page: Page, crafted: AppProcess
) -> None:
    words = "Create a kettle slowly"
    run_id = submitted(crafted, words)
    page.goto(run_page(crafted, run_id))
    expect(page).to_have_title(title(r"\d?\d%", words))
    let_go(crafted, words)
    expect(page.get_by_test_id("stToast")).to_contain_text(f"Ready: {words}")
    expect(page).to_have_title(title("Ready", words))


def test_a_word_says_it_on_whichever_page_the_viewer_is(page: Page, crafted: AppProcess) -> None:
    words = "Create a teapot slowly"
    page.goto(crafted.dashboard)
    page.get_by_role("textbox", name="What should be built?").fill(words)
    page.get_by_role("button", name="Submit Task").click()
    expect(page.get_by_role("link", name="Follow it")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\d+ working · Build · Production Toggle$"))
    choose(page, "Runs")
    page.wait_for_url("**/runs*")
    expect(page).to_have_title("Runs · Production Toggle")
    let_go(crafted, words)
    expect(page.get_by_test_id("stToast")).to_contain_text(words)


def test_nothing_is_said_of_a_run_that_had_ended_before(page: Page, crafted: AppProcess) -> None:
    words = "Create a saucer"
    run_id = submitted(crafted, words)
    ended(crafted, run_id)
    page.goto(run_page(crafted, run_id))
    expect(page).to_have_title(title("Ready", words))
    expect(page.locator(".st-key-timeline")).to_contain_text("Ready")
    expect(page.get_by_test_id("stToast")).to_have_count(0)
    assert query_of(page)["id"] == run_id
