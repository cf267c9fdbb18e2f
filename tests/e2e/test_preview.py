"""Preview in a real browser: what was built is seen, and can do nothing else."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.app_process import AppProcess, app_in_a_folder
from tests.e2e.hostile_page import LINKS
from tests.e2e.journeys import LOCAL, built, run_page

BLOCKED = "csp"
"""Chromium's word for what the policy kept from leaving the browser."""


@pytest.fixture(scope="module")
def hostile_app() -> Iterator[AppProcess]:
    """The app with a builder whose pages are hostile."""
    with app_in_a_folder(TOGGLE_BUILDER="tests.e2e.hostile_page:HostilePage") as started:
        yield started


def host_of(request: Request) -> str | None:
    return urlparse(request.url).hostname


def test_a_hostile_page_runs_nothing_fetches_nothing_and_leads_nowhere(
    page: Page, hostile_app: AppProcess, screenshots: Path
) -> None:
    address = run_page(hostile_app, built(hostile_app, "Create a hostile page"))
    hosts: set[str | None] = set()
    events: list[str] = []

    def failed(request: Request) -> None:
        if request.failure != BLOCKED:
            hosts.add(host_of(request))

    def asked(dialog: Dialog) -> None:
        events.append(dialog.message)
        dialog.dismiss()

    page.context.on("requestfinished", lambda request: hosts.add(host_of(request)))
    page.context.on("requestfailed", failed)
    page.context.on("dialog", asked)
    page.context.on("page", lambda opened: events.append(opened.url))
    page.on("download", lambda download: events.append(download.url))
    page.goto(address)
    shown = page.frame_locator("iframe[title='What was built']").frame_locator("iframe").first
    expect(shown.get_by_role("heading", name="Hostile")).to_be_visible()
    for link in LINKS:
        shown.locator(f"#{link}").click()
    expect(shown.get_by_role("heading", name="Hostile")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hostile page")
    page.screenshot(path=screenshots / "preview_hostile.png")
    assert page.url == address
    assert events == []
    assert hosts <= LOCAL
    assert "ran" not in page.title()


def test_a_web_page_is_seen_as_its_server_answered(
    page: Page, app: AppProcess, screenshots: Path
) -> None:
    run_id = built(app, "Create a landing page for a bakery", production=True)
    page.goto(run_page(app, run_id))
    shown = page.frame_locator("iframe[title='What was built']").frame_locator("iframe")
    expect(shown.get_by_role("heading", level=1)).to_contain_text("Bread worth")
    expect(page).to_have_title("Ready · Create a landing page for a bakery · Production Toggle")
    page.screenshot(path=screenshots / "preview_landing_page.png")


def test_a_program_shows_what_it_printed(page: Page, app: AppProcess) -> None:
    run_id = built(app, "Create a hello world script", production=True)
    page.goto(run_page(app, run_id))
    expect(page.get_by_text("What the program printed")).to_be_visible()
    expect(page.locator("[data-testid=stCode]").filter(visible=True)).to_contain_text("Hello")
