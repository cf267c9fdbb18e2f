"""Pictures of a program's pages in a real browser: they load, open larger, and fit every screen."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import built, run_page
from tests.pictures import store_pictures
from tests.polling import eventually
from toggle_core.gates.model import promises_of
from toggle_core.history.reads import get_run
from toggle_core.store.database import Database

TALL = 800
COMPUTER, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def started(database_url: str) -> Iterator[AppProcess]:
    """The app on a database that the test can write to."""
    with AppProcess(DATABASE_URL=database_url, TOGGLE_BUILDER="tests.builders:Quick") as process:
        yield process.start()


def is_loaded(image: Locator, width: int) -> bool:
    """Whether the browser has drawn a picture of this width."""
    image.scroll_into_view_if_needed()
    found: int = image.evaluate("image => image.complete ? image.naturalWidth : 0")
    return found == width


def overflows(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    found: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found


def test_pictures_load_open_larger_and_fit_every_screen(
    page: Page, started: AppProcess, database: Database
) -> None:
    run_id = UUID(built(started, "Create a hello world app", production=True))
    promises = promises_of(get_run(database, run_id).gates)
    store_pictures(database, run_id, *(each.id for each in promises), height=TALL)
    page.set_viewport_size(COMPUTER)
    page.goto(run_page(started, str(run_id)))
    wide = page.get_by_role("img", name="The front page, on a computer")
    narrow = page.get_by_role("img", name="The front page, on a phone")
    for image, width in ((wide, 1280), (narrow, 390)):
        eventually(lambda image=image, width=width: is_loaded(image, width))
    assert box(wide)["y"] == box(narrow)["y"], "beside each other"
    for each in promises:
        name = f"The page at the end of: “{each.sentence}”, on a phone"
        eventually(lambda name=name: is_loaded(page.get_by_role("img", name=name), 390))
    address = wide.get_attribute("src")
    assert address
    with page.expect_popup() as opened:
        wide.click()
    expect(opened.value).to_have_url(f"{started.dashboard}{address}")
    eventually(lambda: is_loaded(opened.value.locator("img"), 1280))
    opened.value.close()
    page.set_viewport_size(PHONE)
    expect(narrow).to_be_visible()
    assert box(narrow)["y"] > box(wide)["y"] + 100, "below each other"
    assert not overflows(page)
    page.get_by_role("tab", name="Checks").click()
    shown = page.locator("[class*=st-key-promise_head_] img")
    expect(shown).to_have_count(2 * len(promises))
    eventually(lambda: is_loaded(shown.first, 1280))
    assert not overflows(page)
    for place in ("/", "/runs"):
        page.goto(f"{started.dashboard}{place}")
        eventually(lambda: is_loaded(page.locator("img.front_image").first, 1280))
        assert not overflows(page)


def test_checks_of_a_web_program_leave_pictures_with_its_run(app: AppProcess) -> None:
    run_id = built(app, "Create a tip calculator on the web", production=True)
    place = f"{app.dashboard}/download/tasks/{run_id}/pictures"
    found = httpx.get(place, timeout=60).raise_for_status().json()["pictures"]
    assert [(each["promise"], each["width"]) for each in found[:2]] == [(None, 1280), (None, 390)]
    for each in found:
        content = httpx.get(f"{app.dashboard}{each['url']}", timeout=60).raise_for_status().content
        assert content.startswith(b"\x89PNG")
        assert len(content) == each["bytes"]


def box(image: Locator) -> dict[str, float]:
    """Where an image's frame is on the page."""
    frame = image.locator("..").bounding_box()
    assert frame
    return dict(frame)
