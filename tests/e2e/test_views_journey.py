"""Saved views, and several runs at once."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, ViewportSize, expect

from tests.app_process import AppProcess
from tests.e2e import keyboard
from tests.e2e.journeys import LOCAL, built, expect_query, row, runs_page, submitted, task
from toggle_core.words import Status

HOSTILE_NAME = '<img src="http://evil.test/v.png" onerror="alert(1)">'
WIDE: ViewportSize = {"width": 1280, "height": 900}
"""A narrow window has no menu of views."""


def test_a_view_is_saved_applied_and_removed(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    page.set_viewport_size(WIDE)
    page.goto(runs_page(crafted, "q=weasel&status=failed&sort=longest"))
    views = page.get_by_role("button", name="Views")
    views.click()
    page.get_by_role("textbox", name="Save what is shown as").fill("Failed weasels")
    page.get_by_role("button", name="Save view").click()
    saved = page.get_by_role("button", name="Failed weasels", exact=True)
    expect(saved).to_be_visible()
    page.screenshot(path=screenshots / "views.png")

    page.goto(runs_page(crafted))
    views.click()
    saved.click()
    page.wait_for_url("**q=weasel*")
    expect_query(page, {"q": "weasel", "status": "failed", "sort": "longest"})
    page.locator("[class*=st-key-view_]").filter(has=saved).get_by_role(
        "button", name="Remove"
    ).click()
    expect(saved).to_have_count(0)


def test_a_view_with_a_hostile_name_is_text_and_is_removed_without_a_mouse(
    page: Page, crafted: AppProcess
) -> None:
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.set_viewport_size(WIDE)
    page.goto(runs_page(crafted, "q=weasel"))
    keyboard.press(page, page.get_by_role("button", name="Views"))
    keyboard.write(page, page.get_by_role("textbox", name="Save what is shown as"), HOSTILE_NAME)
    keyboard.press(page, page.get_by_role("button", name="Save view"))
    line = page.locator("[class*=st-key-view_]").filter(has_text="<img src=")
    expect(line).to_be_visible()
    assert hosts <= LOCAL
    keyboard.reach(page, line.get_by_role("button", name="Remove"), key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(line).to_have_count(0)


def test_several_runs_are_built_again_and_deleted(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    for number in ("first", "second", "third"):
        built(crafted, f"Create badger {number}")
    page.goto(runs_page(crafted, "q=badger"))
    page.get_by_role("button", name="Select several").click()
    for number in ("first", "second"):
        row(page, number).get_by_test_id("stCheckbox").locator("label").click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.screenshot(path=screenshots / "picking.png")
    page.get_by_role("button", name="Run again", exact=True).click()
    expect(page.get_by_text("2 of 2 submitted again.")).to_be_visible()
    expect(page.locator("[class*=_row_]")).to_have_count(5)
    row(page, "third").get_by_test_id("stCheckbox").locator("label").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Delete 1 for good?")).to_be_visible()
    page.get_by_role("button", name="Yes, delete").click()
    expect(row(page, "third")).to_have_count(0)
    expect(page.locator("[class*=_row_]")).to_have_count(4)


def test_several_runs_are_cancelled_without_a_mouse(page: Page, crafted: AppProcess) -> None:
    ids = [submitted(crafted, f"Create otter {number}", review=True) for number in range(2)]
    page.goto(runs_page(crafted, "q=otter"))
    expect(page.locator("[class*=_row_]")).to_have_count(2)
    keyboard.press(page, page.get_by_role("button", name="Select several"))
    for number in (1, 0):
        box = page.get_by_role("checkbox", name=f"Select Create otter {number}")
        keyboard.reach(page, box)
        page.keyboard.press("Space")
        expect(box).to_be_checked()
    expect(page.get_by_text("2 selected")).to_be_visible()
    keyboard.reach(page, page.get_by_role("button", name="Cancel", exact=True), key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2 asked to stop.")).to_be_visible()
    expect(page.locator("[class*=_row_]").filter(has_text="Cancelled")).to_have_count(2)
    assert {task(crafted, run_id).status for run_id in ids} == {Status.CANCELLED}
