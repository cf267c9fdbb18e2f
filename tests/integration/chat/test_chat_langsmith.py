"""LangSmith is told nothing, whatever another program has left in the environment."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN, PROJECT
from tests.integration.chat.server import ScriptedServer

ROOT = Path(__file__).parents[3]


@dataclass
class LangSmith:
    """A server in the place of LangSmith's, and the paths it was asked for."""

    address: str = ""
    heard: list[str] = field(default_factory=list)


@pytest.fixture
def langsmith() -> Iterator[LangSmith]:
    """Listens for the length of a test."""
    listening = LangSmith()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listening.heard.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield listening
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("left", "is_heard"),
    [
        ({"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true"}, False),
        ({"LANGCHAIN_TRACING": "true"}, False),
        ({"TOGGLE_LANGSMITH": "1"}, True),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_run_is_told_to_langsmith_only_by_our_own_setting(
    left: dict[str, str],
    is_heard: bool,
    langsmith: LangSmith,
    server: ScriptedServer,
    database_url: str,
) -> None:
    server.script(replies.streamed(PLAN), replies.streamed(PROJECT))
    told = {"LANGSMITH_ENDPOINT": langsmith.address, "LANGSMITH_API_KEY": "lsv2_pt_test"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.integration.chat.traced_run", database_url, server.address],
        cwd=ROOT,
        env={**os.environ, **told, **left},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.stdout.strip() == "completed", run.stderr
    assert bool(langsmith.heard) is is_heard
