"""How the pages are looked at: the browser, and the windows of those who look."""

import os
import shutil
from typing import Literal, NamedTuple

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium as root in a container, and without traffic of its own."""

NARROW = 640
"""Up to this width, in pixels, a page is laid out for a phone."""


def browser_path() -> str | None:
    """The Chromium that ``make`` found or installed, or the one that the system has."""
    return os.environ.get("TOGGLE_TEST_BROWSER") or shutil.which("chromium")


class View(NamedTuple):
    """How a journey is looked at.

    Attributes:
        width: of the window, in pixels.
        scheme: the theme that the viewer's system asks for.
    """

    width: int
    scheme: Literal["light", "dark"]

    @property
    def is_narrow(self) -> bool:
        """Whether the page is a phone's, with the menu folded away."""
        return self.width <= NARROW

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}"


DESK = View(1280, "light")
PHONE = View(390, "dark")
