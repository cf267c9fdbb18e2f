"""A real browser, and the app as a person starts it, with the built-in builder."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.app_process import AppProcess
from tests.e2e.viewing import DESK, PHONE, QUIET, View, browser_path

expect.set_options(timeout=20_000)

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=list(QUIET))
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


@pytest.fixture(scope="module", params=[DESK, PHONE], ids=str)
def view(request: pytest.FixtureRequest) -> View:
    """A desk, and a phone at night."""
    chosen: View = request.param
    return chosen


@pytest.fixture(scope="session")
def crafted_apps() -> Iterator[Callable[[View], AppProcess]]:
    """Apps with a builder that does what the words of a task say: one for each view, so that a
    journey does not meet what it has made before."""
    apps: dict[View, AppProcess] = {}
    with ExitStack() as stack:

        def of(view: View) -> AppProcess:
            if view not in apps:
                apps[view] = stack.enter_context(_crafted_app())
            return apps[view]

        yield of


@contextmanager
def _crafted_app() -> Iterator[AppProcess]:
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
def crafted(view: View, crafted_apps: Callable[[View], AppProcess]) -> AppProcess:
    """The app with that builder."""
    return crafted_apps(view)


@pytest.fixture(scope="module")
def window(browser: Browser, view: View) -> Iterator[BrowserContext]:
    """A window for the tests of a file: what it has loaded stays in its cache."""
    context = browser.new_context(
        viewport={"width": view.width, "height": 900},
        color_scheme=view.scheme,
        accept_downloads=True,
    )
    context.set_default_timeout(20_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A fresh page."""
    opened = window.new_page()
    yield opened
    opened.close()


@pytest.fixture
def screenshots(view: View) -> Path:
    """A git-ignored folder for what the tests saw."""
    folder = SCREENSHOTS / str(view)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
