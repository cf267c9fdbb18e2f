"""The database is away while somebody is looking: a calm banner, and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.outage import Outage

AWAY = "The database cannot be reached at the moment."


BACK_MILLISECONDS = 30_000
"""Until a page is back: 2 s as ``benchmarks.outage`` measures it, longer on a loaded machine."""


@pytest.fixture
def started(database_url: str) -> Iterator[AppProcess]:
    """The app on a database that can be taken away."""
    builder = "tests.builders:Quick"
    with AppProcess(DATABASE_URL=database_url, TOGGLE_BUILDER=builder) as process:
        yield process.start()


def test_a_page_comes_back_by_itself_with_what_was_typed(
    page: Page, started: AppProcess, outage: Outage
) -> None:
    page.goto(started.dashboard)
    box = page.get_by_role("textbox", name="What should be built?")
    box.fill("Create a hello world app")
    with outage():
        page.get_by_role("button", name="Submit Task").click()
        expect(page.get_by_text("The task was not submitted")).to_be_visible()
        expect(page.get_by_text(AWAY)).to_be_visible()
        expect(box).to_have_value("Create a hello world app")
    expect(page.get_by_text(AWAY)).to_be_hidden(timeout=180_000)
    expect(box).to_have_value("Create a hello world app")
    page.get_by_role("button", name="Submit Task").click()
    expect(page.locator("[class*=st-key-recent_row_]")).to_contain_text("Create a hello world app")
    expect(page.get_by_text("The task was not submitted")).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("", "How it works"),
        ("runs", "Nothing has been built yet."),
        ("insights", "There is nothing to count yet."),
        ("settings", "Connect a chat model"),
        ("run?id=00000000-0000-7000-8000-000000000000", "There is no such run."),
    ],
)
def test_page_opened_during_an_outage_comes_back_by_itself(
    page: Page, started: AppProcess, outage: Outage, path: str, content: str
) -> None:
    with outage():
        page.goto(f"{started.dashboard}/{path}")
        expect(page.get_by_text(AWAY)).to_be_visible(timeout=180_000)
    expect(page.get_by_text(AWAY)).to_be_hidden(timeout=BACK_MILLISECONDS)
    expect(page.get_by_test_id("stMain")).to_contain_text(content)
    if path == "runs":
        expect(page.get_by_role("button", name="Filters")).to_be_visible()
