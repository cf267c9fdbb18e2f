"""The log of a web program: what it prints, live, and its last words."""

from collections.abc import Iterator

import httpx
import pytest

from tests.polling import eventually
from tests.sandbox.screen_pages import shown
from tests.sandbox.served_apps import ECHO, Served, served_apps
from toggle_core.apps.log_page import LOG_PATH, LOG_SOCKET_PATH
from toggle_core.apps.opening import open_app
from toggle_core.store.database import Database

TALKING = ECHO.replace("        pass\n", "        print('asked for', self.path)\n").replace(
    "    def do_GET(self):\n",
    "    def do_GET(self):\n"
    "        if self.path == '/end':\n"
    "            print('no luck', flush=True)\n"
    "            os._exit(3)\n",
)


@pytest.fixture
def served(database: Database) -> Iterator[Served]:
    """Apps of a database of their own."""
    with served_apps(database) as apps:
        yield apps


def test_log_shows_what_a_web_program_prints_and_how_it_ended(served: Served) -> None:
    run_id = served.new_run(TALKING)
    browser = served.open(run_id)
    browser.get("/one")
    with shown(served, browser, LOG_SOCKET_PATH) as page:
        page.until_printed("asked for /one\n")
        browser.get("/two")
        page.until_printed("asked for /two\n")
        page.connection.send(b"typed\r\x03")
        page.tell(run="", columns=80, rows=24)
        with pytest.raises(httpx.HTTPError):
            browser.get("/end").raise_for_status()
        assert "exit code 3" in page.until("ended")["sentence"]
        assert page.output.endswith("no luck\n")
        with shown(served, browser, LOG_SOCKET_PATH) as later:
            assert "exit code 3" in later.until("ended")["sentence"]
            assert later.output == page.output
        assert browser.get("/.toggle/start").status_code == 303
        page.until("started")
        assert page.until("running")["sentence"] == "Running."


def test_looking_at_a_log_starts_nothing(served: Served) -> None:
    run_id = served.new_run(TALKING)
    link = httpx.URL(open_app(served.database, run_id, None, log=True).address)
    host = {"Host": link.netloc.decode()}
    inside = f"http://127.0.0.1:{served.port}"
    opened = httpx.get(f"{inside}{link.raw_path.decode()}", headers=host, timeout=60)
    assert opened.headers["location"] == LOG_PATH
    browser = httpx.Client(base_url=inside, headers=host, timeout=60)
    browser.headers["Cookie"] = opened.headers["set-cookie"].partition(";")[0]
    with browser, shown(served, browser, LOG_SOCKET_PATH) as page:
        answer = browser.get(LOG_PATH)
        assert "script-src 'self'; style-src 'self' 'nonce-" in str(answer.headers)
        assert "log.mjs" in answer.text
        assert "The app is not running." in page.until("ended")["sentence"]
        assert not served.service.state_of(run_id).running
        assert browser.get("/").text == "hello"
        page.until_printed("asked for /")
    terminal = served.open(served.new_run("print(1)", interface={"kind": "cli"}))
    assert terminal.get(LOG_PATH).status_code == 404
    assert httpx.get(f"{inside}{LOG_PATH}", headers=host, timeout=60).status_code == 403


def test_flood_holds_up_neither_the_program_nor_its_log(served: Served) -> None:
    flooding = ECHO.replace(
        "import http.server",
        "import threading\n"
        "def flood():\n"
        "    while True: print('x' * 1000)\n"
        "threading.Thread(target=flood, daemon=True).start()\n"
        "import http.server",
    )
    browser = served.open(served.new_run(flooding))
    assert browser.get("/").text == "hello"
    with shown(served, browser, LOG_SOCKET_PATH) as page:
        page.until_printed("earlier output is not kept")
        page.until_printed("x" * 1000)
        assert browser.get("/").text == "hello"


def test_last_words_outlive_a_program_that_is_killed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toggle_core.apps.service.TICK_SECONDS", 0.1)
    greedy = (
        "import time\nprint('filling up', flush=True)\ntime.sleep(2)\n"
        "kept = []\nwhile True: kept.append(bytearray(1 << 20))"
    )
    run_id = served.new_run(greedy)
    with shown(served, served.open(run_id), LOG_SOCKET_PATH) as page:
        assert "memory" in page.until("ended")["sentence"]
        assert page.output.startswith("filling up\n")
    eventually(lambda: served.service.state_of(run_id).words.startswith("filling up"))
