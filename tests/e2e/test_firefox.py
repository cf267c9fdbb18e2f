"""Apps in Firefox: they open, also in the frame, and a hostile one gets nowhere there either."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

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


def opened(firefox: Firefox, page: Tab) -> Tab:
    """The tab of the app that a press of the button leads to."""
    before = firefox.tabs()
    page.press("Open the app")
    [tab] = eventually(lambda: [each for each in firefox.tabs() if each not in before])
    eventually(lambda: is_app(tab), pause=0.2)
    return tab


def is_app(tab: Tab) -> bool:
    """Whether a tab or a frame shows the hostile app, by the host of its own."""
    return tab.url.startswith("http://app-") and "Hostile" in tab.text()


def host(tab: Tab) -> str:
    """Name of the host that a tab is at."""
    return httpx.URL(tab.url).host


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
        page.press("Use it here")
        [framed] = eventually(lambda: [each for each in page.frames() if is_app(each)], pause=0.2)
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
