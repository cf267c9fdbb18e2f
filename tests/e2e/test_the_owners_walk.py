"""The owner's walk in a real browser, and what can go wrong on it."""

import re
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import LOCAL
from tests.e2e.viewing import View
from tests.e2e.walk import FIVE_MINUTES, owners_walk, receipt, submit, text_box


def test_the_owners_walk(page: Page, app: AppProcess, screenshots: Path, tmp_path: Path) -> None:
    owners_walk(page, app, screenshots, tmp_path)


def test_ctrl_enter_submits(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    text_box(page).fill("Create a unit converter")
    text_box(page).press("Control+Enter")
    expect(receipt(page)).to_contain_text("Create a unit converter")


def test_a_double_click_submits_once(page: Page, app: AppProcess, view: View) -> None:
    # By the name of the view its run is found: the app is shared, and has that of the other view.
    task = f"Create a hello world app called {view}"
    page.goto(app.dashboard)
    text_box(page).fill(task)
    page.get_by_role("button", name="Submit Task").dblclick()
    expect(receipt(page)).to_contain_text("is ready", timeout=FIVE_MINUTES)
    page.goto(f"{app.dashboard}/runs?q={view}")
    expect(page.locator(".st-key-pager")).to_contain_text("1 run.")


def test_an_empty_task_is_refused_with_a_sentence(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    text_box(page).fill("   ")
    page.get_by_role("button", name="Submit Task").click()
    expect(page.get_by_text("The task is empty.")).to_be_visible()


def test_a_task_that_cannot_be_built_says_why_and_what_can(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    submit(page, "Train a neural network on my photos")
    expect(page.get_by_role("heading", name="I can't build that yet")).to_be_visible()
    expect(page.get_by_role("button", name="Build this")).to_have_count(3)
    expect(page.get_by_role("link", name="Connect a chat model")).to_be_visible()


def test_the_text_box_says_while_typing_what_will_be_built(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    text_box(page).press_sequentially("Create a to-do list with dark mode")
    page.get_by_role("button", name="Leave out “dark mode”").click()
    expect(text_box(page)).to_have_value("Create a to-do list")
    text_box(page).press_sequentially(" app")
    expect(page.get_by_text("I'll build: A to-do list")).to_be_visible()
    expect(text_box(page)).to_be_focused()


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
    receipt(page).get_by_role("link", name=re.compile("Follow it|See it")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img")
    for tab in ("Plan", "Code", "Overview"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_load_state("networkidle")
    page.goto(f"{app.dashboard}/runs")
    expect(page.get_by_text("onerror=alert(1)").first).to_be_visible()
    assert dialogs == []
    assert hosts <= LOCAL
