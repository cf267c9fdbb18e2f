"""Open the app: founders use what was built, and a hostile program gets nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.app_process import AppProcess, app_in_a_folder, free_port
from tests.e2e.hostile_app import hostile_app, tasks
from tests.e2e.hostile_scripts import (
    ATTACK,
    COMMAND,
    LEAD_AWAY,
    PLANT,
    PLANTED,
    REACH,
    TRACES,
    WORKERS,
    addresses,
)
from tests.e2e.journeys import built, run_page
from tests.e2e.open_server import open_server
from tests.e2e.viewing import DESK, PHONE, View
from tests.polling import eventually


@pytest.fixture(scope="module")
def opening() -> Iterator[AppProcess]:
    """The app with the built-in builder, where apps can be opened."""
    with app_in_a_folder(TOGGLE_APPS="on", TOGGLE_APPS_PORT=str(free_port())) as started:
        yield started


def opened(page: Page) -> Page:
    """The tab of the app that a press of the button leads to."""
    link = page.get_by_role("link", name="Open the app")
    expect(link).to_be_visible(timeout=180_000)
    with page.context.expect_page() as tab:
        link.click()
    shown(tab.value)
    return tab.value


def shown(tab: Page) -> None:
    """Wait until a tab shows the app itself. While a page is loaded, it has no title."""
    tab.wait_for_url(re.compile(r"^http://app-"))
    expect(tab).to_have_title(re.compile(r"^(?!.*Starting)."), timeout=180_000)
    tab.wait_for_load_state()


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_to_do_list_is_used_sleeps_and_wakes(
    browser: Browser, opening: AppProcess, view: View, screenshots: Path
) -> None:
    run_id = built(opening, "A to-do list as a web page for my family")
    context = browser.new_context(viewport={"width": view.width, "height": 900})
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(run_page(opening, run_id))
    tab = opened(page)
    assert re.match(r"http://app-[0-9a-f]{24}\.localhost:", tab.url)
    tab.get_by_label("New task").fill("Buy milk")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Buy milk")).to_be_visible()
    tab.screenshot(path=screenshots / f"open_app_{view}.png")
    assert not tab.evaluate("document.cookie")
    with context.expect_page() as found:
        page.get_by_role("link", name=re.compile(r"\bLog$")).click()
    log = found.value
    expect(log.locator(".xterm-rows")).to_contain_text("POST /tasks")
    expect(log.get_by_role("status")).to_have_text("Running.")
    assert Axe().run(log).response["violations"] == []
    log.screenshot(path=screenshots / f"app_log_{view}.png")
    address = f"{opening.api}/tasks/{run_id}/app"
    assert httpx.get(address, timeout=60).json()["state"] == "running"
    asleep = httpx.delete(address, timeout=120).json()
    assert (asleep["state"], asleep["detail"]) == (
        "sleeping",
        "The app sleeps: it was stopped from its run.",
    )
    assert asleep["stored_bytes"] > 0
    expect(log.get_by_role("status")).to_contain_text("stopped from its run")
    tab.reload()
    expect(tab.get_by_text("Buy milk")).to_be_visible(timeout=180_000)
    context.close()


def test_app_is_used_in_a_frame_beside_the_change_box(
    page: Page, opening: AppProcess, screenshots: Path
) -> None:
    run_id = built(opening, "A to-do list as a web page for my family")
    page.goto(run_page(opening, run_id, "Preview"))
    page.get_by_role("button", name="Use it here").click()
    app = page.frame_locator("iframe[title='The app']")
    app.get_by_label("New task").fill("Buy milk")
    app.get_by_label("New task").press("Enter")
    expect(app.get_by_text("Buy milk")).to_be_visible()
    page.screenshot(path=screenshots / "app_in_frame.png")
    [cookie] = [each for each in page.context.cookies() if each["name"] == "toggle_app_framed"]
    assert cookie["partitionKey"] == f"http://{httpx.URL(opening.dashboard).host}"
    page.goto(run_page(opening, run_id, "Preview"))
    page.get_by_role("button", name="Start fresh").click()
    expect(page.get_by_role("button", name="Start fresh")).to_have_count(0)
    page.get_by_role("button", name="Use it here").click()
    expect(app.get_by_label("New task")).to_be_visible()
    expect(app.get_by_text("Buy milk")).to_have_count(0)


def test_quiz_is_played_by_keyboard(page: Page, opening: AppProcess) -> None:
    page.goto(run_page(opening, built(opening, "A quiz about geography as a web page")))
    link = page.get_by_role("link", name="Open the app")
    expect(link).to_be_visible(timeout=180_000)
    link.focus()
    with page.context.expect_page() as found:
        page.keyboard.press("Enter")
    tab = found.value
    shown(tab)
    for group in range(tab.get_by_role("group").count()):
        tab.get_by_role("group").nth(group).get_by_role("radio").first.focus()
        tab.keyboard.press("Space")
    tab.get_by_role("button").last.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_contain_text(re.compile(r"\d+ (of|out of|/) \d+"))


def test_hostile_program_reaches_nothing_from_the_browser_or_the_sandbox(
    browser: Browser,
) -> None:
    with hostile_app() as hostile, open_server() as machine:
        ids = [built(hostile, f"Attack {number}") for number in range(2)]
        context = browser.new_context()
        context.set_default_timeout(120_000)
        page = context.new_page()
        tabs = []
        for run_id in ids:
            page.goto(run_page(hostile, run_id))
            tabs.append(opened(page))
        other = tabs[1].url
        before = tasks(hostile)
        targets = [
            hostile.dashboard,
            f"http://localhost:{hostile.api_port}/api",
            other,
            machine.address,
        ]
        assert tabs[0].evaluate(ATTACK, targets) == []
        assert tabs[0].evaluate(WORKERS, targets) == []
        tabs[0].evaluate(PLANT)
        assert tabs[0].evaluate(TRACES) == PLANTED
        assert tabs[1].evaluate(TRACES) == []
        assert page.evaluate(TRACES) == []
        assert (tasks(hostile), machine.requests) == (before, [])
        seen = tabs[0].evaluate("fetch('/cookies').then((answer) => answer.text())")
        assert seen == "stolen=1; planted=1", "the program gets no cookie but its own"
        assert not _names(context, hostile.dashboard) & {"stolen", "planted", "toggle_app"}
        assert _names(context, other) == {"stolen", "toggle_app"}
        ports = hostile.port, hostile.api_port, int(hostile.environment["TOGGLE_APPS_PORT"])
        asked = addresses(*ports)
        assert tabs[0].evaluate(REACH, asked) == [False] * len(asked)
        page.goto(run_page(hostile, ids[1], "Preview"))
        page.get_by_role("button", name="Use it here").click()
        expect(page.frame_locator("iframe[title='The app']").locator("h1")).to_have_text("Hostile")
        [framed] = [each for each in page.frames if ".localhost" in each.url]
        around = page.url
        targets[2] = tabs[0].url
        assert framed.evaluate(ATTACK, targets) == []
        assert framed.evaluate(COMMAND) == []
        with pytest.raises(Error):
            framed.evaluate(LEAD_AWAY, other)
        assert (tasks(hostile), machine.requests) == (before, [])
        expect(page.get_by_role("heading", level=1)).to_have_text("Attack 1")
        assert page.url == around
        context.close()
        programs = [
            each
            for each in psutil.Process(hostile.pid).children(recursive=True)
            if each.cmdline()[-1:] == ["main.py"]
        ]
        assert len(programs) >= len(ids)
        hostile.kill()
        eventually(lambda: not any(each.is_running() for each in programs))
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{ports[-1]}/", timeout=60)


def _names(context: BrowserContext, address: str) -> set[str]:
    """Names of the cookies that the browser sends to an address."""
    return {cookie["name"] for cookie in context.cookies(address)}
