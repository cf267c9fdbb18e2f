"""Twenty visitors at once: entries, counts, and what is no fault of the program."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from toggle_core.gates.harness.promises.client import Server
from toggle_core.gates.harness.promises.visitor import Outgoing, Visitor
from toggle_core.gates.harness.use.crowd import VISITORS, Crowd, Crowded

RACE_SECONDS = 0.05  # long enough for all others to read before one writes


class Calm:
    """Waits for as long as it takes."""

    idle_seconds = 0.0
    bounding = staticmethod(lambda *_: nullcontext())


class Site(ThreadingHTTPServer):
    """Keeps entries and a count; takes turns or not, and shows or takes only so many."""

    request_queue_size = 64

    def __init__(
        self,
        *,
        turns: bool = True,
        shown: int = 1_000,
        newest: int = 1_000,
        room: int = 1_000,
        failing: int = 0,
    ) -> None:
        """Begin to listen, with nothing in it; the first requests that add something may fail."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.entries: list[str] = []
        self.count = self.opened = 0
        self.turns = threading.Lock() if turns else nullcontext()
        self.shown, self.newest, self.room = shown, newest, room
        self.failing = iter(range(failing))

    def change(self, entry: str) -> bool:
        with self.turns:
            entries, count = list(self.entries), self.count
            if isinstance(self.turns, nullcontext):
                time.sleep(RACE_SECONDS)
            if len(entries) < self.room:
                self.entries, self.count = [*entries, entry], count + 1
            return len(entries) < self.room


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        with self.server.turns:
            self.server.opened += 1
        shown = " ".join(self.server.entries[: self.server.shown][-self.server.newest :])
        self.answer(200, f"{shown} {self.server.count} of {self.server.opened}")

    def do_POST(self) -> None:
        entry = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if next(self.server.failing, None) is not None:
            self.answer(500, "busy")
        else:
            self.answer(200 if self.server.change(entry) else 409, "done")

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def visited(site: Site) -> Iterator[Crowd]:
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Crowd(Server("127.0.0.1", site.server_port), Visitor(Calm(), 60.0))
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


def post(text: str) -> Outgoing:
    return Outgoing("POST", "/", text.encode(), "text/plain")


def add_entries(site: Site) -> Crowded | None:
    with visited(site) as crowd:
        return crowd.add_entries(post, crowd.text_of("/"))


def count_up(site: Site) -> Crowded | None:
    with visited(site) as crowd:
        return crowd.count_up(post("x"), crowd.text_of("/"))


def test_entries_that_overwrite_each_other_are_found() -> None:
    found = add_entries(Site(turns=False))
    assert found is not None
    assert found.words.startswith("only ")
    assert found.words.endswith(f" of {VISITORS} entries are kept")


def test_a_count_that_misses_some_is_found() -> None:
    found = count_up(Site(turns=False))
    assert found is not None
    assert found.words.startswith("the count rises by ")
    assert found.words.endswith(f" instead of {VISITORS}")


LIMITED: dict[str, dict[str, int]] = {
    "takes turns": {},
    "shows a few": {"shown": 5},
    "is full": {"room": 3},
}


@pytest.mark.parametrize("limits", LIMITED.values(), ids=LIMITED)
def test_what_one_after_the_other_would_lose_too_is_no_fault(limits: dict[str, int]) -> None:
    assert add_entries(Site(**limits)) is None
    assert count_up(Site(**limits)) is None


def test_entries_sent_again_do_not_hide_the_first_ones_on_a_page_of_the_newest() -> None:
    assert add_entries(Site(newest=VISITORS, failing=3)) is None


def test_a_count_of_visits_is_no_fault_where_it_misses_none() -> None:
    with visited(Site()) as crowd:
        assert crowd.count_up(Outgoing("GET", "/"), crowd.text_of("/")) is None
