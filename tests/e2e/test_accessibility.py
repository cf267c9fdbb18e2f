"""Every page against axe-core's rules, in light and in dark, at both widths."""

import time
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.app_process import AppProcess
from tests.polling import eventually
from toggle_core.client import Client

Scheme = Literal["light", "dark"]

TABS = ("Preview", "Overview", "Plan", "Code", "Checks", "Diff", "Timeline")
PAGES = ("", "runs", "settings", "run", *(f"run tab={tab}" for tab in TABS))

SETTLED_SECONDS = 6.0

CANNOT_BE_MENDED = {
    ("scrollable-region-focusable", "<pre"): (
        "Streamlit's own element for code. Chromium focuses scrolling regions by itself since "
        "version 130; Streamlit takes no attribute for it."
    ),
}
"""Findings inside of Streamlit's own widgets by rule and beginning of the element, and why."""


@pytest.fixture(scope="module")
def built(app: AppProcess) -> str:
    """Id of a production run that has ended."""
    with Client(app.dashboard) as client:
        receipt = client.submit_task("Create a landing page for a bakery", production=True)
        eventually(lambda: client.get_task(receipt.task_id).finished_at, seconds=60)
    return str(receipt.task_id)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    """The theme that the viewer's system asks for."""
    chosen: Scheme = request.param
    return chosen


@pytest.fixture(params=[1280, 390])
def viewer(request: pytest.FixtureRequest, browser: Browser, scheme: Scheme) -> Iterator[Page]:
    """A page of one width and theme."""
    viewport: ViewportSize = {"width": request.param, "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def address(app: AppProcess, page: str, run_id: str) -> str:
    name, _, query = page.partition(" ")
    if name != "run":
        return f"{app.dashboard}/{name}"
    return f"{app.dashboard}/run?id={run_id}&{query}"


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
        page.wait_for_load_state("networkidle")
    return found


def test_every_page_can_be_used_by_everyone(viewer: Page, app: AppProcess, built: str) -> None:
    found: dict[str, list[str]] = {}
    for page in PAGES:
        viewer.goto(address(app, page, built))
        expect(viewer.get_by_role("heading", level=1)).to_be_visible()
        viewer.wait_for_load_state("networkidle")
        if worse := settled_violations(viewer):
            found[page] = worse
        width = viewer.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert width <= 0, f"{page} scrolls sideways"
    assert not found
