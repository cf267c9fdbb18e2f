"""A real browser, and the app as a person starts it, with the built-in builder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.app_process import AppProcess

expect.set_options(timeout=20_000)

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


@pytest.fixture(scope="session")
def crafted() -> Iterator[AppProcess]:
    """The app, started once, with a builder that does what the words of a task say."""
    folder = Path(tempfile.mkdtemp(prefix="toggle-e2e-"))
    folder.chmod(0o711)
    gate = folder / "gate"
    gate.mkdir()
    builder = "tests.e2e.crafted_builder:Crafted"
    with AppProcess(
        TOGGLE_DATA_DIR=str(folder / "data"), TOGGLE_BUILDER=builder, TEST_GATE=str(gate)
    ) as process:
        yield process.start()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window of 1280 px for the tests of a file: what it has loaded stays in its cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(20_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A fresh page at 1280 px."""
    opened = window.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """A git-ignored folder for what the tests saw."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS
