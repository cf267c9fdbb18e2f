"""Waiting for a run: the browser's tab tells how far it is, and a word says that it has ended."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import choose, ended, let_go, query_of, run_page, submitted
from toggle_core.ui.document import LIBRARIES


def title(start: str, words: str) -> re.Pattern[str]:
    """The title of the browser's tab for a run."""
    return re.compile(rf"^{start} · {re.escape(words)} · Production Toggle$")


def test_the_tab_tells_how_far_a_run_is_and_that_it_has_ended(
    page: Page, crafted: AppProcess
) -> None:
    words = "Create a kettle slowly"
    run_id = submitted(crafted, words)
    page.goto(run_page(crafted, run_id))
    expect(page).to_have_title(title(r"\d?\d%", words))
    let_go(crafted, words)
    expect(page).to_have_title(title("Draft", words))
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    expect(page.get_by_test_id("stToast")).to_have_count(0)


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
    toast = page.get_by_test_id("stToast")
    expect(toast).to_contain_text(words)
    head = page.get_by_role("button", name="Export").bounding_box()
    place = toast.bounding_box()
    assert head
    assert place
    assert place["y"] > head["y"] + head["height"], "it covers no button of the page's head"


@pytest.mark.parametrize("name", list(LIBRARIES))
def test_a_page_finds_its_server_at_once(page: Page, crafted: AppProcess, name: str) -> None:
    asked: dict[str, int] = {}
    page.on("response", lambda answer: asked.update({urlsplit(answer.url).path: answer.status}))
    page.goto(f"{crafted.dashboard}/{name}")
    expect(page.get_by_test_id("stMain")).to_contain_text(re.compile(r"\w"))
    assert asked["/_stcore/health"] == 200
    assert [path for path, status in asked.items() if status >= 400] == []


def test_nothing_is_said_of_a_run_that_had_ended_before(page: Page, crafted: AppProcess) -> None:
    words = "Create a saucer"
    run_id = submitted(crafted, words)
    ended(crafted, run_id)
    page.goto(run_page(crafted, run_id))
    expect(page).to_have_title(title("Draft", words))
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    expect(page.get_by_test_id("stToast")).to_have_count(0)
    assert query_of(page)["id"] == run_id
