"""Try it: a command-line program is used in a terminal in the browser."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app_process import AppProcess, app_in_a_folder, free_port
from tests.e2e.journeys import built, run_page
from tests.sandbox.served_apps import served_apps
from toggle_core.apps.opening import open_app
from toggle_core.store.database import Database


@pytest.fixture(scope="module")
def opening() -> Iterator[AppProcess]:
    """The app with the built-in builder, where programs can be tried."""
    with app_in_a_folder(TOGGLE_APPS="on", TOGGLE_APPS_PORT=str(free_port())) as started:
        yield started


def tried(page: Page) -> Page:
    """The tab with the terminal that a press of the button leads to."""
    link = page.get_by_role("link", name="Try it")
    expect(link).to_be_visible()
    with page.context.expect_page() as tab:
        link.click()
    expect(tab.value.get_by_role("status")).to_have_text(re.compile("Running|Ready"))
    return tab.value


def screen(tab: Page) -> Locator:
    """What the terminal shows."""
    return tab.locator(".xterm-rows")


def test_guessing_game_is_played_in_the_terminal(browser: Browser, opening: AppProcess) -> None:
    run_id = built(opening, "A number guessing game")
    context = browser.new_context()
    context.set_default_timeout(120_000)
    problems: list[str] = []
    context.on("console", lambda message: problems.append(message.text))
    context.on("weberror", lambda error: problems.append(str(error.error)))
    page = context.new_page()
    page.goto(run_page(opening, run_id))
    problems.clear()
    tab = tried(page)
    expect(screen(tab)).to_contain_text("Your guess:")
    tab.keyboard.type("50\n")
    expect(screen(tab)).to_contain_text(re.compile(r"guess:\s50\s*(It is|Right)"))
    tab.reload()
    expect(screen(tab)).to_contain_text(re.compile(r"guess:\s50\s*(It is|Right)"))
    tab.get_by_label("Arguments").fill("--number 42")
    tab.keyboard.press("Enter")
    expect(screen(tab)).not_to_contain_text("50")
    expect(screen(tab)).to_contain_text("Your guess:")
    tab.keyboard.type("42\n")
    expect(screen(tab)).to_contain_text("Right, with 1 guesses")
    expect(tab.get_by_role("status")).to_have_text("The program has finished (exit code 0).")
    assert httpx.get(f"{opening.api}/tasks/{run_id}/app", timeout=60).json()["state"] == "ended"
    assert problems == []
    context.close()


LOUD = r"""
import os, sys
print("\033]0;Your bank\007\033]2;Your bank\007<img src=x onerror=alert(1)>")
print("\033]8;;http://localhost:3030\007press here\033]8;;\007 \033]52;c;c3RvbGVu\007")
print("\033[38;2;200;30;30mred of our own\033[0m \033[33myellow\033[0m", flush=True)
while "--flood" in sys.argv:
    os.write(1, b"x" * 70 + b"\r\n")
"""


def test_output_of_a_hostile_program_stays_in_the_terminal(
    browser: Browser, database: Database
) -> None:
    context = browser.new_context()
    context.set_default_timeout(120_000)
    page = context.new_page()
    with served_apps(database) as served:
        run_id = served.new_run(LOUD, interface={"kind": "cli", "commands": [[], ["--flood"]]})
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.goto(open_app(database, run_id, None).address)
        expect(page.get_by_role("status")).to_contain_text("finished")
        expect(screen(page)).to_contain_text("onerror=")
        red = page.get_by_text("red of our own")
        expect(red).to_have_css("color", "rgb(200, 30, 30)")
        page.get_by_text("press here").click(force=True)
        assert page.title() == "A page"
        assert not page.locator("main img, main a").count()
        page.get_by_role("button", name="--flood").click()
        page.keyboard.press("Enter")
        expect(screen(page)).to_contain_text("x" * 70)
        page.get_by_role("button", name="Ctrl-C").click()
        expect(page.get_by_role("status")).to_contain_text("interrupted with Ctrl-C")
        assert problems == []
    context.close()
