"""What a page shows before its scripts are there, and that nothing jumps when they come."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import drawn
from toggle_core.ui.document import LIBRARIES

SCRIPTS = "**/static/js/*.js"
PLACES = {".splash_title": ".st-key-hero h1", ".splash_box": ".st-key-prompt"}
JUMP_PIXELS = 10

COUNT_EMPTY_FRAMES = """
window.frames_seen = window.frames_empty = 0;
const shown = (selector) => document.querySelector(selector)?.checkVisibility() ?? false;
const look = () => {
  window.started ||= shown(".splash");
  if (window.started) {
    window.frames_seen += 1;
    if (!shown(".splash") && !shown(".st-key-hero h1")) window.frames_empty += 1;
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Counts frames of the page in which there is nothing to see, from the first paint on."""


def tops(page: Page, selectors: list[str]) -> list[float]:
    """Where elements begin, in pixels from the top of the window."""
    found = [page.locator(selector).bounding_box() for selector in selectors]
    return [box["y"] for box in found if box]


def test_the_first_page_has_its_heading_before_any_script_and_keeps_its_place(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    page.route(SCRIPTS, lambda route: route.abort())
    page.goto(crafted.dashboard)
    expect(page.locator(".splash_title")).to_have_text("What should we build today?")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=screenshots / "before_scripts.png")
    before = tops(page, list(PLACES))
    page.unroute(SCRIPTS)
    page.goto(crafted.dashboard)
    expect(page.locator(".st-key-prompt textarea")).to_be_visible()
    expect(page.locator(".splash")).to_be_hidden()
    drawn(page)
    assert tops(page, list(PLACES.values())) == pytest.approx(before, abs=JUMP_PIXELS)


def test_no_moment_is_empty_between_the_first_paint_and_the_page(
    page: Page, crafted: AppProcess
) -> None:
    page.add_init_script(COUNT_EMPTY_FRAMES)
    page.goto(crafted.dashboard)
    expect(page.locator(".st-key-prompt textarea")).to_be_visible()
    assert page.evaluate("[frames_seen > 0, frames_empty]") == [True, 0]


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_page_takes_the_place_of_what_was_painted_first(
    page: Page, crafted: AppProcess, name: str
) -> None:
    page.goto(f"{crafted.dashboard}/{name}")
    expect(page.locator(".splash")).to_be_hidden()


def test_other_pages_show_the_name_alone(page: Page, crafted: AppProcess) -> None:
    page.route(SCRIPTS, lambda route: route.abort())
    page.goto(f"{crafted.dashboard}/runs")
    expect(page.locator(".splash")).to_have_text("Production Toggle")
    assert page.locator(".splash").get_by_role("heading").count() == 0
