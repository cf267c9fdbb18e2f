"""How long an app takes to open, and what a request through its proxy costs.

    python -m benchmarks.open_app --rounds 5

Both ways of asking open a connection for each request to the same program in the same sandbox:
one to its port, the other to the proxy, which checks the request, rewrites both heads and
connects in turn.
"""

import contextlib
import json
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.contestants import free_port
from benchmarks.ground import ground
from benchmarks.rounds import alternate, percentile
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show
from toggle_core.apps.opening import open_app
from toggle_core.apps.service import AppService, serving_apps
from toggle_core.apps.session import AppSession, Program
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.state import available
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.store.database import Database, open_database

PROGRAM = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2048")
        self.end_headers()
        self.wfile.write(b"x" * 2048)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
MS = 1000
MOST_MORE_MS = 3.0
PATIENCE_SECONDS = 60.0
OPEN_SECONDS = 1.0
OPENED_EACH_ROUND = 4


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    backend = available().backend
    if backend is None:
        raise RuntimeError("there is no sandbox")
    with (
        ground() as shared,
        contextlib.closing(open_database(shared.migrated("bench_apps"))) as database,
        _direct(backend) as direct,
        _served(database) as served,
    ):
        opened = [served.open() for _ in range(scale.rounds * OPENED_EACH_ROUND)]
        turns = {
            name: lambda ask=ask: [_seconds(ask) for _ in range(scale.runs)]
            for name, ask in {"direct": direct, "proxied": served.ask}.items()
        }
        found = alternate(turns, scale.rounds)
    medians = {
        name: statistics.median(percentile(each, 50) * MS for each in rounds)
        for name, rounds in found.items()
    }
    more = medians["proxied"] - medians["direct"]
    lines = [
        Line(
            "from pressing Open until the program answers, p50 / p95",
            f"{statistics.median(opened):.2f} / {percentile(opened, 95):.2f} s",
            "",
            f"{OPEN_SECONDS:.0f} s",
            statistics.median(opened) <= OPEN_SECONDS,
        ),
        Line("a request straight to the program, p50", f"{medians['direct']:.2f} ms"),
        Line(
            "the same through the proxy, p50",
            f"{medians['proxied']:.2f} ms",
            f"{more:+.2f} ms",
            f"at most {MOST_MORE_MS:.0f} ms more",
            more <= MOST_MORE_MS,
        ),
    ]
    show("Opened apps", lines)


def _seconds(ask: Callable[[], None]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


@contextlib.contextmanager
def _direct(backend: Backend) -> Iterator[Callable[[], None]]:
    session = AppSession(backend, Program({"main.py": PROGRAM}, ["main.py"]))

    def ask() -> None:
        connected = session.connect()
        if connected is None:
            raise RuntimeError("the program does not listen")
        with connected:
            connected.setblocking(True)
            connected.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _read(connected)

    try:
        _until_it_answers(ask)
        yield ask
    finally:
        session.end()


def _read(connected: socket.socket) -> None:
    response = HTTPResponse(connected)
    response.begin()
    response.read()
    response.close()


@dataclass
class _Served:
    """A run's program, served by the proxy to one browser."""

    database: Database
    service: AppService
    port: int
    run_id: UUID
    headers: dict[str, str] = field(default_factory=dict)

    def open(self) -> float:
        """Open the sleeping program as a press of the button does. Returns the seconds it took."""
        self.service.stop_app(self.run_id)
        began = time.perf_counter()
        address = urlsplit(open_app(self.database, self.run_id, None).address)
        self.headers = {"Host": address.netloc}
        opened = self._get(f"{address.path}?{address.query}")
        self.headers["Cookie"] = (opened.getheader("Set-Cookie") or "").partition(";")[0]
        _until_it_answers(self.ask)
        return time.perf_counter() - began

    def ask(self) -> None:
        """Ask for the first page of the open program."""
        status = self._get("/").status
        if status != _OK:
            raise RuntimeError(f"the proxy answered {status}")

    def _get(self, target: str) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", target, headers=self.headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response


@contextlib.contextmanager
def _served(database: Database) -> Iterator[_Served]:
    port = free_port()
    settings = Settings(TOGGLE_APPS="on", TOGGLE_APPS_PORT=port)
    with serving_apps(settings, database) as service:
        assert isinstance(service, AppService)
        service.wait()
        yield _Served(database, service, port, _new_run(database))


_OK = 200


def _until_it_answers(ask: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            ask()
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _new_run(database: Database) -> UUID:
    """A finished run with the program."""
    run_id = submit(database, "A page", builder="bench").task_id
    channels = {"files": json.dumps({"main.py": PROGRAM}), "entry": "main.py"}
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO run_results (run_id, channels) VALUES (%s, %s)", (run_id, Jsonb(channels))
        )
        connection.execute(
            "UPDATE runs SET status = 'completed', stage = 'done', verdict = 'draft',"
            " started_at = created_at, finished_at = now() WHERE id = %s",
            (run_id,),
        )
    return run_id


if __name__ == "__main__":
    measure(read_scale("benchmarks.open_app", __doc__))
