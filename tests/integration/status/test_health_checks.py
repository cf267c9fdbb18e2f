"""What the containers' health checks look at, and how they look."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server

import pytest

from deploy import health
from tests.app_process import free_port
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.store.database import Database
from toggle_core.worker.service import WorkerSettings


@contextmanager
def answering(status: int) -> Iterator[int]:
    """The port of a server that gives every question after its health the same answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/api/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_exit_code_tells_what_the_api_answered(status: int, code: int) -> None:
    with answering(status) as port:
        command: list[str] = [sys.executable, "-IS", str(health.__file__), str(port)]
        assert subprocess.run(command, check=False, timeout=60).returncode == code


def test_a_port_where_nobody_listens_is_not_alive() -> None:
    assert not health.is_alive(free_port())


def test_a_process_that_accepts_and_says_nothing_is_not_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "TIMEOUT_SECONDS", 0.2)
    with create_server(("127.0.0.1", 0)) as silent:
        assert not health.is_alive(silent.getsockname()[1])


def test_a_worker_shows_that_it_is_alive_by_a_file(database: Database, tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    how = WorkerSettings(1, heartbeat_seconds=0.2, stalled_seconds=2.0, heartbeat_file=heartbeat)
    worker = WorkerThread(database).start(settings=how)
    try:
        eventually(heartbeat.exists)
        first = heartbeat.stat().st_mtime_ns
        eventually(lambda: heartbeat.stat().st_mtime_ns > first)
    finally:
        worker.stop()
