"""A receiver of webhooks: a real HTTP server that answers as a test wants and keeps what it got."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZXNlIHRlc3RzIG9ubHkgLi4u"
OTHER_SECRET = "whsec_" + "YW5vdGhlciBzZWNyZXQgb2YgdGhlc2UgdGVzdHMu"


@dataclass
class Got:
    """A request."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        """The message's id."""
        return self.headers["webhook-id"]

    def message(self, secret: str = SECRET) -> Any:
        """What it says, once its signature is verified by the specification's own library."""
        return Webhook(secret).verify(self.body, self.headers)


Answer = Callable[[BaseHTTPRequestHandler, int], None]
"""Answers the n-th request, counted from 1."""


def status(*codes: int, **headers: str) -> Answer:
    """Answer with these statuses in turn, then with the last one for good."""

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.send_response(codes[min(number, len(codes)) - 1])
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


class Receiver:
    """What a test says to its receiver, and asks it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.got: list[Got] = []
        self.release = threading.Event()
        self.lost = threading.Event()
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receiving(answer: Answer | None = None) -> Iterator[Receiver]:
    """Receive webhooks beside the block."""
    receiver = Receiver(answer or status(204))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Keep the request, and answer as the test wants."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            receiver.got.append(Got(self.path, dict(self.headers.items()), body))
            try:
                receiver.answer(self, len(receiver.got))
            except OSError:
                receiver.lost.set()

        def do_GET(self) -> None:
            """Keep it as well: nobody should ask."""
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield receiver
    receiver.release.set()
    server.shutdown()
    thread.join()
    server.server_close()
