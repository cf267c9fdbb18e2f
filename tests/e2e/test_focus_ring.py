"""Whoever uses the keyboard sees where in the menu they are, by day and at night."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.app_process import AppProcess
from tests.e2e import keyboard
from tests.e2e.journeys import drawn, menu_there
from tests.e2e.viewing import DESK

RING = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixel = (color) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const focused = document.activeElement, style = getComputedStyle(focused);
  let ground = [0, 0, 0, 0];
  for (let behind = focused.parentElement; behind && ground[3] < 255; behind = behind.parentElement)
    ground = pixel(getComputedStyle(behind).backgroundColor);
  return { style: style.outlineStyle, width: parseFloat(style.outlineWidth),
           ring: pixel(style.outlineColor), ground };
}"""
"""The outline of what has the focus, and the colour of what is behind it, as red, green, blue."""

ENOUGH = 3.0
"""Contrast of the parts of a control (WCAG 2.2, 1.4.11)."""

LINKS = ("Build", "Runs", "Insights", "Settings")


def luminance(color: list[int]) -> float:
    """Relative luminance, as WCAG defines it."""
    shares = [value / 255 for value in color[:3]]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], other: list[int]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focused_link_of_the_menu_has_a_visible_ring(
    browser: Browser, app: AppProcess, scheme: Literal["light", "dark"]
) -> None:
    window = browser.new_context(viewport={"width": DESK.width, "height": 900}, color_scheme=scheme)
    page = window.new_page()
    page.goto(f"{app.dashboard}/runs")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible(timeout=120_000)
    menu_there(page)
    drawn(page)
    for name in LINKS:
        keyboard.reach(page, page.get_by_role("link", name=name, exact=True))
        found: dict[str, Any] = page.evaluate(RING)
        assert (found["style"], found["ground"][3], found["ring"][3]) == ("solid", 255, 255), name
        assert found["width"] >= 2, name
        assert contrast(found["ring"], found["ground"]) >= ENOUGH, (name, found)
    window.close()
