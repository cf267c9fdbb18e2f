"""A permissive server on the same machine, such as a developer runs: it refuses nothing, so only
the policies that the product sends can keep a page away from it."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class OpenServer:
    """That server.

    Attributes:
        address: of it.
        requests: it got, as method and path.
    """

    address: str
    requests: list[str]


@contextmanager
def open_server() -> Iterator[OpenServer]:
    """Run one for the length of the block."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            requests.append(f"{self.command} {self.path}")
            body = b"document.title = 'reached'"
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
            self.send_header("Access-Control-Allow-Credentials", "true")
            self.send_header("Access-Control-Allow-Private-Network", "true")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_OPTIONS = answer  # noqa: N815  the names of the library

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield OpenServer(f"http://localhost:{server.server_port}", requests)
        finally:
            server.shutdown()
            thread.join()
