"""Pages used without a mouse: the way to a control is the Tab key, as often as it takes."""

from playwright.sync_api import Locator, Page

from tests.e2e.journeys import drawn

HAS_FOCUS = "element => element.contains(document.activeElement)"
FOCUSED = """() => {
  const focused = document.activeElement;
  return focused.getAttribute("aria-label") || focused.textContent.slice(0, 40) || focused.tagName;
}"""
STOPS = 80
"""Times a key is pressed at most: no page has as many controls."""


def reach(page: Page, target: Locator, *, key: str = "Tab") -> None:
    """Press a key until the target, or something in it, has the focus."""
    target.wait_for()
    stops = []
    for _ in range(STOPS):
        page.keyboard.press(key)
        if target.evaluate(HAS_FOCUS):
            return
        stops.append(page.evaluate(FOCUSED))
    raise AssertionError(f"{target} is not reached by {key}, but {stops}")


def open_tab(page: Page, name: str) -> None:
    """Reach the tabs, and go along them to one of them with the arrow key.

    As a person does, who looks at each tab before the next press: an answer to the one before would
    open that one again. A tab that Streamlit draws anew may lose the focus, and is reached again.
    """
    target = page.get_by_role("tab", name=name)
    tabs = page.get_by_role("tablist").filter(has=target)
    for _ in range(STOPS):
        if not tabs.evaluate(HAS_FOCUS):
            reach(page, tabs)
        page.keyboard.press("ArrowRight")
        drawn(page)
        if target.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"{target} is not reached")


def press(page: Page, target: Locator, *, key: str = "Enter") -> None:
    """Reach a control, and press it."""
    reach(page, target)
    page.keyboard.press(key)


def write(page: Page, target: Locator, text: str) -> None:
    """Reach a text box, and replace what is in it."""
    reach(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
