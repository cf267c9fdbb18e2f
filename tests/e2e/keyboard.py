"""Pages used without a mouse: the way to a control is the Tab key, as often as it takes."""

from playwright.sync_api import Locator, Page

HAS_FOCUS = "element => element.contains(document.activeElement)"
STOPS = 80
"""Times a key is pressed at most: no page has as many controls."""


def reach(page: Page, target: Locator, *, key: str = "Tab") -> None:
    """Press a key until the target, or something in it, has the focus."""
    target.wait_for()
    for _ in range(STOPS):
        page.keyboard.press(key)
        if target.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"{target} is not reached by {key}")


def open_tab(page: Page, name: str) -> None:
    """Reach the tabs, and go along them to one of them with the arrow key.

    A tab that Streamlit is about to draw anew may lose the focus: a person reaches it again.
    """
    target = page.get_by_role("tab", name=name)
    selected = page.get_by_role("tab", selected=True)
    for _ in range(STOPS):
        if not selected.evaluate(HAS_FOCUS):
            reach(page, selected)
        page.keyboard.press("ArrowRight")
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
