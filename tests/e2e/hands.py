"""How a person uses a page: with a mouse, or with the keyboard alone."""

from playwright.sync_api import Locator, Page

from tests.e2e import keyboard


class Mouse:
    """Points at what is used."""

    def press(self, page: Page, target: Locator) -> None:
        """Press a link or a button."""
        target.click()

    def write(self, page: Page, target: Locator, text: str) -> None:
        """Fill in a field."""
        target.click()
        target.fill(text)

    def choose(self, page: Page, target: Locator, choice: str) -> None:
        """Choose from a list."""
        target.select_option(label=choice)

    def pick(self, page: Page, target: Locator) -> None:
        """Pick the first of several answers."""
        target.check()

    def __str__(self) -> str:
        return "mouse"


class Keyboard:
    """Goes from control to control with the Tab key."""

    def press(self, page: Page, target: Locator) -> None:
        """Press a link or a button."""
        keyboard.press(page, target)

    def write(self, page: Page, target: Locator, text: str) -> None:
        """Fill in a field."""
        keyboard.write(page, target, text)

    def choose(self, page: Page, target: Locator, choice: str) -> None:
        """Choose from a list, by the first letters of a choice."""
        keyboard.reach(page, target)
        page.keyboard.type(choice)

    def pick(self, page: Page, target: Locator) -> None:
        """Pick the first of several answers."""
        keyboard.reach(page, target)
        page.keyboard.press("Space")

    def __str__(self) -> str:
        return "keyboard"


Hands = Mouse | Keyboard
