"""Every page against axe-core's rules, in light and in dark, at both widths."""

import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import LOCAL, at_rest, built, ended, submitted
from tests.e2e.viewing import DESK, PHONE, View

TABS = ("Preview", "Overview", "Plan", "Code", "Checks", "Diff", "Timeline")
PAGES = ("", "runs", "insights", "settings", "compare", *(f"run tab={tab}" for tab in TABS))

EVERY_VIEW = [View(size.width, theme.scheme) for size in (DESK, PHONE) for theme in (DESK, PHONE)]
"""Both widths, each in both themes."""

SIDEWAYS = """() => Math.max(...[...document.querySelectorAll("html, [data-testid=stMain]")]
  .map(element => element.scrollWidth - element.clientWidth))"""
"""By how many pixels the page, or the part of it that scrolls, is too wide."""

SETTLED_SECONDS = 90.0
PAUSE_MILLISECONDS = 200

CANNOT_BE_MENDED = {
    ("scrollable-region-focusable", "<pre"): (
        "Streamlit's own element for code. Chromium focuses scrolling regions by itself since "
        "version 130; Streamlit takes no attribute for it."
    ),
}
"""Findings inside of Streamlit's own widgets by rule and beginning of the element, and why."""


@pytest.fixture(scope="module")
def made(app: AppProcess) -> tuple[str, str]:
    """Ids of a production run and of a draft."""
    run_id = submitted(app, "Create a landing page for a bakery", production=True)
    draft = built(app, "Create a to-do list")
    ended(app, run_id)
    return run_id, draft


@pytest.fixture(scope="module", params=EVERY_VIEW, ids=str)
def view(request: pytest.FixtureRequest) -> View:
    """One width in one theme."""
    chosen: View = request.param
    return chosen


def address(app: AppProcess, page: str, made: tuple[str, str]) -> str:
    name, _, query = page.partition(" ")
    first, second = made
    whole = {
        "run": f"run?id={first}&{query}",
        "compare": f"compare?left={first}&right={second}",
    }
    return f"{app.dashboard}/{whole.get(name, name)}"


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each element."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if not any(
            rule["id"] == known and node["html"].startswith(element)
            for known, element in CANNOT_BE_MENDED
        )
    ]


def settled_violations(page: Page) -> list[str]:
    """What axe-core finds once the page has come to rest, which takes a moment after its title."""
    deadline = time.monotonic() + SETTLED_SECONDS
    while (found := violations(page)) and time.monotonic() < deadline:
        page.wait_for_timeout(PAUSE_MILLISECONDS)
    return found


def test_every_page_can_be_used_by_everyone(
    page: Page, app: AppProcess, made: tuple[str, str]
) -> None:
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    found: dict[str, list[str]] = {}
    for name in PAGES:
        page.goto(address(app, name, made))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        at_rest(page)
        if worse := settled_violations(page):
            found[name] = worse
        assert page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
    assert not found
    assert hosts <= LOCAL, "a request has left the browser for another host"
