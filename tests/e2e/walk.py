"""The owner's walk: from a sentence to a program, its download and the export of the runs."""

import re
from pathlib import Path
from urllib.parse import urlparse

import pandas as pd
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import LOCAL, choose

TASK = "Create a hello world app"
FIVE_MINUTES = 300_000
"""Milliseconds from submitting a description to the finished program."""

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def text_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="What should be built?")


def submit(page: Page, task: str) -> None:
    text_box(page).fill(task)
    page.get_by_role("button", name="Submit Task").click()


def receipt(page: Page) -> Locator:
    return page.locator(".st-key-receipt")


def owners_walk(page: Page, app: AppProcess, screenshots: Path, tmp_path: Path) -> None:
    """Submit a task, watch it, read and download the result, find it again, and export it.

    Args:
        page: of a browser, empty.
        app: started, with the built-in builder.
        screenshots: folder for what was seen.
        tmp_path: folder for the export.
    """
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlparse(request.url).hostname))
    page.goto(app.dashboard)
    submit(page, TASK)
    receipt(page).get_by_role("button", name="Details").click()
    shown = page.get_by_test_id("stPopoverBody")
    expect(shown).to_contain_text(ID)
    task_id = ID.search(shown.inner_text())
    page.keyboard.press("Escape")
    assert task_id is not None
    expect(receipt(page)).to_contain_text("is ready", timeout=FIVE_MINUTES)
    page.screenshot(path=screenshots / "walk_1_submitted.png")
    recent = page.locator(".st-key-live, [data-testid=stMainBlockContainer]").first
    expect(recent).to_contain_text(TASK)

    receipt(page).get_by_role("link", name="See it").click()
    expect(page.get_by_role("heading", name="Hello world app")).to_be_visible()
    page.get_by_role("tab", name="Plan").click()
    expect(page.get_by_role("listitem").first).to_be_visible()
    page.get_by_role("tab", name="Code").click()
    expect(page.locator("[data-testid=stCode]").filter(visible=True)).to_contain_text("def home")
    page.screenshot(path=screenshots / "walk_2_code.png")
    page.get_by_role("tab", name="Checks").click()
    expect(page.get_by_text("9 of 9 checks passed")).to_be_visible()
    expect(page.locator("[data-testid=stCode]").last).to_contain_text("in a browser")
    page.screenshot(path=screenshots / "walk_3_checks.png")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")

    choose(page, "Runs")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Hello world app").first).to_be_visible()
    page.screenshot(path=screenshots / "walk_4_runs.png")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as export:
        page.get_by_role("link", name="Export CSV").click()
    csv = tmp_path / "runs.csv"
    export.value.save_as(csv)
    runs = pd.read_csv(csv).set_index("task_id")
    row = runs.loc[task_id.group()]
    assert row["description"] == TASK
    assert row["status"] == "completed"
    assert row["verdict"] == "production-ready"
    assert "def home" in row["code"]
    assert row["plan"]
    assert hosts <= LOCAL, "no request leaves for another host"
