"""People who use a program: each comes with a browser that no program can know beforehand."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from toggle_core.gates.harness.promises.alone import WallClock
from toggle_core.gates.harness.promises.client import Server
from toggle_core.gates.harness.promises.visitor import Outgoing, Visitor


class EchoBrowser(BaseHTTPRequestHandler):
    """Answers with the name of the browser."""

    def do_GET(self) -> None:
        body = self.headers["User-Agent"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a free port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), EchoBrowser) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield Server("127.0.0.1", made.server_port)
        made.shutdown()
        thread.join()


def test_each_visitor_keeps_one_browser_and_others_have_another(server: Server) -> None:
    visitors = [Visitor(WallClock(), 5.0) for _ in range(30)]
    names = [
        {visitor.request(server, Outgoing("GET", "/"), redirects=True).text for _ in range(2)}
        for visitor in visitors
    ]
    assert {len(each) for each in names} == {1}
    assert len(set.union(*names)) > 5


def test_a_step_may_name_its_own_browser(server: Server) -> None:
    outgoing = Outgoing("GET", "/", headers={"User-Agent": "curl/8"})
    assert Visitor(WallClock(), 5.0).request(server, outgoing, redirects=True).text == "curl/8"
