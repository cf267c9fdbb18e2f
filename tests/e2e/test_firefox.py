"""Apps in Firefox: they are used, also in the frame, and a hostile one gets nowhere either."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app_process import app_in_a_folder, free_port
from tests.e2e.firefox import BrowserError, Firefox, Tab, firefox_in
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
from tests.polling import eventually


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    """A Firefox with an empty profile."""
    with firefox_in(tmp_path) as started:
        yield started


def opened(
    firefox: Firefox, page: Tab, shown: str = "Hostile", button: str = "Open the app"
) -> Tab:
    """The tab of the app that a press of the button leads to, once it shows some text."""
    before = firefox.tabs()
    page.press(button)
    [tab] = eventually(lambda: [each for each in firefox.tabs() if each not in before])
    eventually(lambda: is_app(tab, shown), pause=0.2)
    return tab


def framed_in(page: Tab, shown: str = "Hostile") -> Tab:
    """The frame of the app beside the change box, once it shows some text."""
    page.press("Use it here")
    [frame] = eventually(lambda: [each for each in page.frames() if is_app(each, shown)], pause=0.2)
    return frame


def is_app(tab: Tab, shown: str) -> bool:
    """Whether a tab or a frame on the app's own host shows some text."""
    return tab.url.startswith("http://app-") and shown in tab.text()


def host(tab: Tab) -> str:
    """Name of the host that a tab is at."""
    return httpx.URL(tab.url).host


def test_to_do_list_is_used_in_a_tab_and_in_a_frame_of_firefox(firefox: Firefox) -> None:
    with app_in_a_folder(TOGGLE_APPS="on", TOGGLE_APPS_PORT=str(free_port())) as started:
        page = firefox.new_tab()
        run_id = built(started, "A to-do list as a web page for my family")
        page.goto(run_page(started, run_id))
        tab = opened(firefox, page, "New task")
        tab.press("New task")
        tab.write("Buy milk")
        eventually(lambda: "Buy milk" in tab.text(), pause=0.2)
        page.goto(run_page(started, run_id, "Preview"))
        frame = framed_in(page, "Buy milk")
        frame.press("New task")
        frame.write("Bake bread")
        eventually(lambda: "Bake bread" in frame.text(), pause=0.2)


def test_guessing_game_is_played_in_the_terminal_of_firefox(firefox: Firefox) -> None:
    with app_in_a_folder(TOGGLE_APPS="on", TOGGLE_APPS_PORT=str(free_port())) as started:
        page = firefox.new_tab()
        page.goto(run_page(started, built(started, "A number guessing game")))
        tab = opened(firefox, page, "Your guess:", "Try it")
        tab.write("50")
        eventually(lambda: re.search(r"50\s*(It is|Right)", tab.text()), pause=0.2)


def test_hostile_program_reaches_nothing_from_firefox(firefox: Firefox) -> None:
    with hostile_app() as hostile, open_server() as machine:
        ids = [built(hostile, f"Attack {number}") for number in range(2)]
        page, tabs = firefox.new_tab(), []
        for run_id in ids:
            page.goto(run_page(hostile, run_id))
            tabs.append(opened(firefox, page))
        before = tasks(hostile)
        targets = [
            hostile.dashboard,
            f"http://localhost:{hostile.api_port}/api",
            tabs[1].url,
            machine.address,
        ]
        given = firefox.cookies(host(tabs[0]))["toggle_app"]
        assert given["httpOnly"]
        assert tabs[0].evaluate(ATTACK, targets) == []
        assert tabs[0].evaluate(WORKERS, targets) == []
        tabs[0].evaluate(PLANT)
        assert tabs[0].evaluate(TRACES) == PLANTED
        assert tabs[1].evaluate(TRACES) == []
        assert page.evaluate(TRACES) == []
        assert (tasks(hostile), machine.requests) == (before, [])
        seen = tabs[0].evaluate("() => fetch('/cookies').then((answer) => answer.text())")
        assert seen == "stolen=1; planted=1", "the program gets no cookie but its own"
        assert firefox.cookies(host(tabs[0]))["toggle_app"] == given, "a page cannot replace it"
        assert not firefox.cookies("localhost").keys() & {"stolen", "planted", "toggle_app"}
        assert not firefox.cookies(host(tabs[1])).keys() & {"planted"}
        ports = hostile.port, hostile.api_port, int(hostile.environment["TOGGLE_APPS_PORT"])
        asked = addresses(*ports)
        assert tabs[0].evaluate(REACH, asked) == [False] * len(asked)


def test_hostile_frame_reaches_nothing_in_firefox(firefox: Firefox) -> None:
    with hostile_app() as hostile, open_server() as machine:
        ids = [built(hostile, f"Attack {number}") for number in range(2)]
        page = firefox.new_tab()
        page.goto(run_page(hostile, ids[0]))
        other = opened(firefox, page).url
        page.goto(run_page(hostile, ids[1], "Preview"))
        framed = framed_in(page)
        cookie = firefox.cookies(host(framed), hostile.dashboard)["toggle_app_framed"]
        assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "none")
        elsewhere = firefox.cookies(host(framed), "http://elsewhere.test")
        assert not elsewhere.keys() & {"toggle_app_framed"}, "it is for this dashboard's pages"
        before, around = tasks(hostile), page.url
        targets = [
            hostile.dashboard,
            f"http://localhost:{hostile.api_port}/api",
            other,
            machine.address,
        ]
        assert framed.evaluate(ATTACK, targets) == []
        assert framed.evaluate(WORKERS, targets) == []
        framed.evaluate(PLANT)
        assert framed.evaluate(TRACES) == PLANTED
        assert page.evaluate(TRACES) == []
        assert framed.evaluate(COMMAND) == []
        with pytest.raises(BrowserError, match="insecure"):
            framed.evaluate(LEAD_AWAY, other)
        assert (tasks(hostile), machine.requests) == (before, [])
        assert page.url == around
        assert "Attack 1" in page.text()
