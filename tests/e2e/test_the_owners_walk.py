"""The owner's walk in a real browser: type, submit, watch, find again, export."""

import re
from pathlib import Path
from urllib.parse import urlparse

import pandas as pd
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import LOCAL, choose
from tests.e2e.viewing import View

TASK = "Create a hello world app"
A_MINUTE = 60_000
"""Milliseconds after typing in which a program is there."""

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def text_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="What should be built?")


def submit(page: Page, task: str) -> None:
    text_box(page).fill(task)
    page.get_by_role("button", name="Submit Task").click()


def receipt(page: Page) -> Locator:
    return page.locator(".st-key-receipt")


def test_the_owners_walk(page: Page, app: AppProcess, screenshots: Path, tmp_path: Path) -> None:
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlparse(request.url).hostname))
    page.goto(app.dashboard)
    submit(page, TASK)
    expect(receipt(page)).to_contain_text(ID)
    task_id = ID.search(receipt(page).inner_text())
    assert task_id is not None
    expect(receipt(page)).to_contain_text("is ready", timeout=A_MINUTE)
    page.screenshot(path=screenshots / "walk_1_submitted.png")
    recent = page.locator(".st-key-live, [data-testid=stMainBlockContainer]").first
    expect(recent).to_contain_text(TASK)

    receipt(page).get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", name=TASK)).to_be_visible()
    page.get_by_role("tab", name="Plan").click()
    expect(page.get_by_role("listitem").first).to_be_visible()
    page.get_by_role("tab", name="Code").click()
    expect(page.locator("[data-testid=stCode]").filter(visible=True)).to_contain_text("def main")
    page.screenshot(path=screenshots / "walk_2_code.png")
    page.get_by_role("tab", name="Checks").click()
    expect(page.get_by_text("7 of 7 checks passed")).to_be_visible()
    expect(page.locator("[data-testid=stCode]").last).to_contain_text("Hello")
    page.screenshot(path=screenshots / "walk_3_checks.png")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")

    choose(page, "Runs")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    expect(page.get_by_text(TASK).first).to_be_visible()
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
    assert "def main" in row["code"]
    assert row["plan"]
    assert hosts <= LOCAL, "no request leaves for another host"


def test_ctrl_enter_submits(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    text_box(page).fill("Create a unit converter")
    text_box(page).press("Control+Enter")
    expect(receipt(page)).to_contain_text(ID)


def test_a_double_click_submits_once(page: Page, app: AppProcess, view: View) -> None:
    # By the name of the view its run is found: the app is shared, and has that of the other view.
    task = f"Create a hello world app called {view}"
    page.goto(app.dashboard)
    text_box(page).fill(task)
    page.get_by_role("button", name="Submit Task").dblclick()
    expect(receipt(page)).to_contain_text("is ready")
    page.goto(f"{app.dashboard}/runs?q={view}")
    expect(page.get_by_text("1 run", exact=True)).to_be_visible()


def test_an_empty_task_is_refused_with_a_sentence(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    text_box(page).fill("   ")
    page.get_by_role("button", name="Submit Task").click()
    expect(page.get_by_text("The task is empty.")).to_be_visible()


def test_a_task_that_cannot_be_built_says_why_and_what_can(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    submit(page, "Train a neural network on my photos")
    expect(receipt(page)).to_contain_text("could not be finished")
    receipt(page).get_by_role("link", name="Open it").click()
    expect(page.get_by_text("connect a chat model").first).to_be_visible()


def test_hostile_text_is_shown_as_text(page: Page, app: AppProcess) -> None:
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlparse(request.url).hostname))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    task = (
        'Create a hello world app called "<img src=http://evil.test/x.png onerror=alert(1)>'
        ' ![x](http://evil.test/y.png) [a](javascript:alert(2)) :material/home: $x$ **bold**"'
    )
    page.goto(app.dashboard)
    submit(page, task)
    receipt(page).get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=")
    for tab in ("Plan", "Code", "Overview"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_load_state("networkidle")
    page.goto(f"{app.dashboard}/runs")
    expect(page.get_by_text("onerror=alert(1)").first).to_be_visible()
    assert dialogs == []
    assert hosts <= LOCAL
