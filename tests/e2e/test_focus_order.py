"""The way through a page with the Tab key: every control once, in the order in which it is read."""

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e import keyboard
from tests.e2e.journeys import UNFOLD, built, drawn, menu_there, row, run_page
from tests.e2e.viewing import View
from tests.polling import eventually

NAME = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return null;
  if (focused.matches("[data-testid=stMain]")) return "the part that scrolls";
  const words = (focused.labels?.[0] ?? focused).cloneNode(true);
  for (const icon of words.querySelectorAll("[data-testid=stIconMaterial]")) icon.remove();
  return focused.getAttribute("aria-label") || words.textContent.trim() || focused.tagName;
}"""
"""What a control calls itself; null where the way begins again."""

SKIP, PAGE = "Skip to main content", "the part that scrolls"
MENU = ["Build", "Runs", "Insights", "Settings"]
FOLDED = [UNFOLD]
"""The menu of a narrow window, until it is asked for."""

LOGO = "Navigate to home page"
"""Is a control on every page but the first."""

SCROLLS = {"Scroll tabs left", "Scroll tabs right"}
"""Stand beside tabs where a narrow window has no room for all of them."""


def way(page: Page) -> list[str]:
    """The names of what has the focus, one after another, from the top of a page to its end."""
    names: list[str] = []
    for _ in range(keyboard.STOPS):
        page.keyboard.press("Tab")
        name = page.evaluate(NAME)
        if name is None:
            return names
        if name not in SCROLLS:
            names.append(name)
    raise AssertionError(f"the way has no end: {names}")


def inside(page: Page, view: View) -> list[str]:
    """The way through a page, from where it differs from all others."""
    menu_there(page)
    drawn(page)
    names = way(page)
    begins = names.index(PAGE)
    menu = FOLDED if view.is_narrow else MENU
    assert [name for name in names[:begins] if name != LOGO] == [SKIP, *menu]
    return names[begins + 1 :]


def test_build_leads_from_the_box_to_the_button_and_on(
    page: Page, crafted: AppProcess, view: View
) -> None:
    built(crafted, "Create a compass")
    page.goto(crafted.dashboard)
    expect(row(page, "Create a compass").first).to_be_visible()
    names = inside(page, view)
    assert names[:7] == [
        "What should be built?",
        "Production",
        "Help for Production",
        "Review the plan first",
        "Help for Review the plan first",
        "Submit TaskCtrl + Enter",
        "Create a hello world app",
    ]
    assert names[7:9] == ["Try it", "See it"], "examples take one stop, and pictures none"
    assert "Create a compass" in names[9:]
    assert names[-1] == "All runs"


def test_runs_leads_from_the_filters_to_the_list_and_its_end(
    page: Page, crafted: AppProcess, view: View
) -> None:
    built(crafted, "Create a sextant")
    page.goto(f"{crafted.dashboard}/runs?q=sextant")
    expect(row(page, "Sextant")).to_have_count(1)
    expect(page.get_by_role("radio", name="All 1")).to_be_visible()
    controls = ["Filters"] if view.is_narrow else ["Filters", "Views", "Columns"]
    headings = [] if view.is_narrow else ["Strength", "Took", "Started"]
    assert inside(page, view) == [
        "Export",
        "Search",
        *controls,
        "All 1",
        *headings,
        "Sextant",
        "Select several",
    ]


def test_a_run_leads_from_its_actions_to_its_tabs_and_the_next_change(
    page: Page, crafted: AppProcess, view: View
) -> None:
    run_id = built(crafted, "Create an astrolabe")
    page.goto(run_page(crafted, run_id))
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    names = inside(page, view)
    assert names[:6] == ["All runs", "Run again", "Share", "Download", "Try it", "Overview"]
    assert names[6].startswith("This is a quick draft"), "the open tab is one that scrolls"
    assert names[7:9] == ["Ask for a change", "Build the change"]
    assert [name.partition("  ")[0] for name in names[9:]] == [
        "Task received",
        "Plan written",
        "Code written",
        "Summary written",
    ]


@pytest.mark.parametrize("name", ["insights", "settings", "compare"])
def test_no_page_holds_the_focus(page: Page, crafted: AppProcess, view: View, name: str) -> None:
    page.goto(f"{crafted.dashboard}/{name}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert eventually(lambda: inside(page, view))
