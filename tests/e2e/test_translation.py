"""A live page whose texts a translator or an extension of the browser changes."""

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import let_go, run_page, submitted

WRAP = """replaces => {
  const wrap = text => {
    if (!text.data.trim() || text.parentNode?.closest("font, script, style, title")) return;
    const outer = document.createElement("font");
    const inner = outer.appendChild(document.createElement("font"));
    text.replaceWith(outer);
    inner.append(replaces ? `~${text.data}` : text);
    window.wrapped = (window.wrapped ?? 0) + 1;
  };
  const all = root => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    texts.forEach(wrap);
  };
  all(document.body);
  new MutationObserver(() => all(document.body))
    .observe(document.body, { childList: true, subtree: true });
}"""
"""Wraps every text, and each that comes later, whatever the page asks for. Translators move a text
into elements of their own, or put another one into its place."""


def wrapped(page: Page, *, replaces: bool) -> list[str]:
    """Wrap the texts of a page from now on. Gives the errors of its scripts."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.evaluate(WRAP, replaces)
    return errors


def live_run(page: Page, app: AppProcess, words: str) -> None:
    """Open the page of a run that is being worked on until it is let go."""
    page.goto(run_page(app, submitted(app, words)))
    expect(page.locator(".st-key-timeline")).to_contain_text("Writing the code")


def test_run_ends_without_an_error_while_texts_are_moved(page: Page, crafted: AppProcess) -> None:
    words = "Create a lantern slowly"
    live_run(page, crafted, words)
    errors = wrapped(page, replaces=False)
    let_go(crafted, words)
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished", timeout=180_000)
    expect(page.get_by_test_id("stMain")).not_to_contain_text("Writing the code")
    expect(page.get_by_role("button", name="Download")).to_be_visible()
    page.get_by_role("link", name="All runs").click()
    expect(page.locator(".st-key-history")).to_contain_text("Lantern slowly")
    assert page.evaluate("window.wrapped") > 50
    assert errors == []


def test_run_ends_without_an_error_while_texts_are_replaced(
    page: Page, crafted: AppProcess
) -> None:
    words = "Create a candle slowly"
    live_run(page, crafted, words)
    errors = wrapped(page, replaces=True)
    let_go(crafted, words)
    expect(page.get_by_role("button", name="Download")).to_be_visible(timeout=180_000)
    assert page.evaluate("window.wrapped") > 50
    assert errors == []


@pytest.mark.parametrize("path", ["", "runs", "run?id=1", "insights", "settings"])
def test_page_asks_not_to_be_translated(page: Page, crafted: AppProcess, path: str) -> None:
    page.goto(f"{crafted.dashboard}/{path}")
    assert page.evaluate("document.documentElement.translate") is False
    assert page.locator("meta[name=google]").get_attribute("content") == "notranslate"
