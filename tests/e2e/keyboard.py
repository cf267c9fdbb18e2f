"""Pages used without a mouse: the way to a control is the Tab key, as often as it takes."""

from playwright.sync_api import Locator, Page

HAS_FOCUS = "element => element.contains(document.activeElement)"
STOPS = 80


def reach(page: Page, target: Locator, *, key: str = "Tab") -> None:
    """Press a key until the target, or something in it, has the focus."""
    target.wait_for()
    for _ in range(STOPS):
        page.keyboard.press(key)
        if target.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"{target} is not reached by {key}")


def press(page: Page, target: Locator, *, key: str = "Enter") -> None:
    """Reach a control, and press it."""
    reach(page, target)
    page.keyboard.press(key)


def write(page: Page, target: Locator, text: str) -> None:
    """Reach a text box, and replace what is in it."""
    reach(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
