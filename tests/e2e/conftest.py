"""A real browser, and the app as a person starts it, with the built-in builder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.app_process import AppProcess, app_in_a_folder
from tests.e2e.viewing import DESK, PHONE, QUIET, View, browser_path

expect.set_options(timeout=120_000)

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"
CRAFTED = "tests.e2e.crafted_builder:Crafted"


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
    with app_in_a_folder() as started:
        yield started


@pytest.fixture(scope="module", params=[DESK, PHONE], ids=str)
def view(request: pytest.FixtureRequest) -> View:
    """A desk, and a phone at night."""
    chosen: View = request.param
    return chosen


@pytest.fixture(scope="session")
def crafted_apps(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[View], AppProcess]]:
    """Apps with a builder that does what the words of a task say: one for each view, so that a
    journey does not meet what it has made before."""
    apps: dict[View, AppProcess] = {}
    with ExitStack() as stack:

        def of(view: View) -> AppProcess:
            if view not in apps:
                gate = str(tmp_path_factory.mktemp("gate"))
                started = app_in_a_folder(TOGGLE_BUILDER=CRAFTED, TEST_GATE=gate)
                apps[view] = stack.enter_context(started)
            return apps[view]

        yield of


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
    context.set_default_timeout(120_000)
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
