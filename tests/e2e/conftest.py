"""A real browser, and the app as a person starts it, with the built-in builder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.app_process import AppProcess

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that ``make test`` found or installed."""
    path = os.environ.get("TOGGLE_TEST_BROWSER") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def app() -> Iterator[AppProcess]:
    """The app, started once, on an embedded database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="toggle-e2e-"))
    folder.chmod(0o711)
    with AppProcess(TOGGLE_DATA_DIR=str(folder / "data")) as process:
        yield process.start()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at 1280 px, that keeps a list of the hosts it asked."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """A git-ignored folder for what the tests saw."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS
