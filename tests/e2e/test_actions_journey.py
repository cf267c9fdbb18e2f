"""What can be done with a run: cancel it, continue it, build it again, take it along, share it."""

import io
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e import keyboard
from tests.e2e.journeys import (
    at_rest,
    becomes,
    built,
    ended,
    expect_query,
    let_go,
    opened_run,
    run_page,
    submitted,
    task,
)
from toggle_core.words import Stage, Status


def test_a_run_is_cancelled_and_continued(page: Page, crafted: AppProcess) -> None:
    words = "Create a clock slowly"
    run_id = submitted(crafted, words)
    becomes(crafted, run_id, lambda found: found.stage is Stage.CODING)
    page.goto(run_page(crafted, run_id))
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Cancelling")).to_be_disabled()
    let_go(crafted, words)
    expect(page.get_by_text("This run was cancelled.")).to_be_visible()
    assert ended(crafted, run_id).status is Status.CANCELLED
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    assert ended(crafted, run_id).status is Status.COMPLETED


def test_a_failed_run_is_continued_without_a_mouse(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    words = "Create a stumbling clock"
    run_id = built(crafted, words)
    page.goto(run_page(crafted, run_id))
    expect(page.get_by_text("The blue wire is not connected.")).to_be_visible()
    page.screenshot(path=screenshots / "failed.png")
    let_go(crafted, words)
    keyboard.press(page, page.get_by_role("button", name="Continue", exact=True))
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    assert ended(crafted, run_id).status is Status.COMPLETED


def test_a_run_is_built_again(page: Page, crafted: AppProcess) -> None:
    words = "Create a sundial"
    first = built(crafted, words)
    page.goto(run_page(crafted, first))
    page.get_by_role("button", name="Run again").click()
    second = opened_run(page, words, 2)
    assert second != first
    assert ended(crafted, second).parent_id == task(crafted, first).task_id


def test_a_project_is_taken_along_without_a_mouse(
    page: Page, crafted: AppProcess, tmp_path: Path
) -> None:
    run_id = built(crafted, "Create an hourglass")
    page.goto(run_page(crafted, run_id))
    with page.expect_download() as download:
        keyboard.press(page, page.get_by_role("button", name="Download"))
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        packed = {
            name.partition("/")[2]: archive.read(name).decode() for name in archive.namelist()
        }
    assert packed.items() >= task(crafted, run_id).files.items()


def test_a_link_is_copied_and_leads_to_the_run(page: Page, crafted: AppProcess) -> None:
    run_id = built(crafted, "Create a stopwatch")
    page.goto(run_page(crafted, run_id, "Code"))
    page.get_by_role("button", name="Share").click()
    shared = page.get_by_test_id("stPopoverBody")
    shared.get_by_test_id("stCode").hover()
    shared.get_by_role("button", name="Copy to clipboard").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(copied)
    assert opened_run(page, "Create a stopwatch") == run_id


def test_the_tab_that_is_open_is_in_the_address(page: Page, crafted: AppProcess) -> None:
    run_id = built(crafted, "Create an egg timer")
    page.goto(run_page(crafted, run_id))
    at_rest(page)
    for tab in ("Plan", "Code", "Timeline"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_url(f"**tab={tab}*")
    page.reload()
    selected = page.get_by_role("tab", selected=True)
    expect(selected).to_have_text("Timeline")
    page.go_back()
    expect(selected).to_have_text("Code")
    page.go_back()
    expect(selected).to_have_text("Plan")
    page.go_forward()
    expect(selected).to_have_text("Code")
    expect_query(page, {"id": run_id, "tab": "Code"})
