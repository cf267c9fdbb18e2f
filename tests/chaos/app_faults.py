"""Faults while programs are open in browsers: the product killed, and the programs killed."""

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import httpx
import psutil

from tests.app_process import AppProcess
from tests.chaos.books import unfinished
from tests.chaos.builder import SERVE
from tests.chaos.result import Result, result_of
from tests.chaos.rig import Rig, Scale, rig
from tests.polling import eventually
from toggle_core.apps.stored import archive_of

OPENED = 4


def kill_the_app_with_opened_apps(scale: Scale) -> Result:
    """``kill -9`` of the product with opened apps: no process of them stays, and all data do."""
    return _break_opened_apps(scale, _kill_the_app)


def kill_opened_apps(scale: Scale) -> Result:
    """``kill -9`` of the processes of opened apps: each starts again, with all data."""
    return _break_opened_apps(scale, _kill_servers)


def _break_opened_apps(scale: Scale, breaking: Callable[[AppProcess], None]) -> Result:
    """Break something after a text was entered into each app, and look whether it is there."""
    with rig(scale) as at, _opened_apps(at) as (app, opened):
        for number in range(scale.rounds):
            at.submit(max(2, scale.runs - unfinished(at.url)))
            at.in_flight()
            for each in opened:
                each.enter(f"{number} times")
            with at.injection():
                breaking(app)
            for each in opened:
                each.open()
                each.sees(f"{number} times")
        return result_of(at)


def _kill_the_app(app: AppProcess) -> None:
    programs = _servers(app)
    assert len(programs) >= OPENED
    app.kill()
    for program in programs:
        eventually(lambda program=program: not program.is_running())
    app.start()


def _kill_servers(app: AppProcess) -> None:
    for program in _servers(app):
        with suppress(psutil.NoSuchProcess):  # went with another
            program.send_signal(signal.SIGKILL)


def _servers(app: AppProcess) -> list[psutil.Process]:
    """Every process of the opened apps, in any order: programs, and those that watch them."""
    found = psutil.Process(app.pid).children(recursive=True)
    kept = [each for each in found if "postgres" not in each.name()]
    return random.sample(kept, len(kept))


@dataclass
class _Opened:
    """A run's program, opened in a browser.

    Attributes:
        app: that serves it.
        at: the rig with its database.
        run_id: of the program.
        browser: the one that has opened it.
    """

    app: AppProcess
    at: Rig
    run_id: UUID
    browser: httpx.Client

    def open(self) -> None:
        """Open the program with a new ticket, once it can be opened."""
        eventually(self._is_open, seconds=240)

    def enter(self, text: str) -> None:
        """Enter a text, and wait until the product has kept it."""
        before = self._kept()
        assert self.browser.post("/", content=text * 50).status_code == httpx.codes.CREATED
        eventually(lambda: self._kept() != before)

    def sees(self, text: str) -> None:
        """See what was entered last."""
        assert self.browser.get("/kept").text == text * 50

    def _is_open(self) -> bool:
        with suppress(httpx.TransportError):
            answer = httpx.post(f"{self.app.api}/tasks/{self.run_id}/app", timeout=120)
            if answer.status_code != httpx.codes.OK:
                return False
            address = httpx.URL(answer.json()["address"])
            self.browser.headers = {"Host": address.netloc.decode()}
            self.browser.base_url = f"http://127.0.0.1:{self.app.environment['TOGGLE_APPS_PORT']}"
            opened = self.browser.get(address.raw_path.decode())
            cookie = opened.headers.get("set-cookie", "").partition(";")[0]
            self.browser.cookies.clear()
            self.browser.headers["Cookie"] = cookie
            return self.browser.get("/").text == "hello"
        return False

    def _kept(self) -> bytes | None:
        _, archive = archive_of(self.at.database, self.run_id)
        return archive


@contextmanager
def _opened_apps(at: Rig) -> Iterator[tuple[AppProcess, list[_Opened]]]:
    """The product with the programs of some runs opened in browsers."""
    app = at.process(TOGGLE_APPS="on", TOGGLE_MAX_APPS=str(OPENED)).start()
    run_ids = [at.submit_one(f"{SERVE} {number}") for number in range(OPENED)]
    at.until(lambda: unfinished(at.url) == 0)
    with ExitStack() as browsers:
        opened = [
            _Opened(app, at, run_id, browsers.enter_context(httpx.Client(timeout=120)))
            for run_id in run_ids
        ]
        for each in opened:
            each.open()
        yield app, opened
