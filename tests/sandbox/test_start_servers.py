"""The gate ``start`` on programs that serve."""

from collections.abc import Mapping

import pytest

from tests.sandbox.conftest import CheckAll
from tests.sandbox.start_programs import SERVE, program, raw, site
from toggle_core.gates.checks.context import Judgement
from toggle_core.words import Outcome

PAGE = "<!doctype html><title>Cafe</title><h1>Cafe</h1>"
MENU = f"{PAGE}<a href='/menu'>Menu</a>"
SINGLE_PAGE_APP = (
    "<!doctype html><title>Board</title><div id=root></div><script src=/app.js></script>"
)
TRACEBACK_PAGE = (
    "<pre>Traceback (most recent call last):\n  File &quot;/work/main.py&quot;, line 3, in "
    "&lt;module&gt;\n    x()\nNameError: name 'x' is not defined</pre>"
)
TRACEBACK_JSON = (
    '{"error": "Traceback (most recent call last):\\n  File \\"a.py\\", line 1\\nKeyError: 1"}'
)
OK = "HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n"
ONE_ANSWER = (
    "from http.server import HTTPServer\nHTTPServer((HOST, PORT), Handler).handle_request()"
)
SERVED_ERROR = (
    "An error happened while it served: ZeroDivisionError: division by zero (traceback printed)."
)
EVERY_ADDRESS = (
    "It listens on every address of the machine (0.0.0.0) although HOST is 127.0.0.1: everyone on "
    "the same network could open it."
)

WSGI = """import os
from wsgiref.simple_server import make_server


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<h1>Hello</h1>"]


make_server("127.0.0.1", int(os.environ["PORT"]), app).serve_forever()
"""
ASYNC = """import asyncio
import os


async def answer(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello")
    await writer.drain()
    writer.close()


async def main():
    host, port = os.environ.get("HOST", "0.0.0.0"), int(os.environ["PORT"])
    async with await asyncio.start_server(answer, host, port) as server:
        await server.serve_forever()


asyncio.run(main())
"""
STATIC = """import os
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler

handler = partial(SimpleHTTPRequestHandler, directory="public")
HTTPServer(("localhost", int(os.environ["PORT"])), handler).serve_forever()
"""
GREETING = """import os
import socketserver


class Greeter(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 welcome\\r\\n")


socketserver.TCPServer(("127.0.0.1", int(os.environ["PORT"])), Greeter).serve_forever()
"""
SIX = """import os
import socket
from http.server import HTTPServer, SimpleHTTPRequestHandler


class Server(HTTPServer):
    address_family = socket.AF_INET6


Server(("::1", int(os.environ["PORT"])), SimpleHTTPRequestHandler).serve_forever()
"""
LOCAL = """import os
import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler

extra = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
threading.Thread(target=extra.serve_forever, daemon=True).start()
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), SimpleHTTPRequestHandler).serve_forever()
"""
HOLD = (
    "import os, socket, time\n\n"
    "server = socket.create_server(('127.0.0.1', int(os.environ['PORT'])))\ntime.sleep(60)\n"
)

GOOD = {
    "pages": site({"/": f"{MENU}<a href='menu?x=1#top'>x</a>", "/menu": PAGE}),
    "wsgi": program(WSGI),
    "asyncio": program(ASYNC),
    "static files": program(STATIC) | {"public/index.html": PAGE},
    "two ports": program(LOCAL),
    "single page app": site({"/": SINGLE_PAGE_APP, "/app.js": (200, "1", "text/javascript")}),
    "json": site({"/": (200, "[]", "application/json")}),
    "a picture": site({"/": (200, "GIF89a", "image/gif")}),
    "slow to start": site({"/": PAGE}, serve=f"time.sleep(2)\n{SERVE}"),
    "redirect": site({"/": (302, "/home", "location"), "/home": PAGE}),
    "redirect with a cookie": site(
        {"/": (302, "/set", "location"), "/set": (302, "/", "location")},
        first=(
            "cookie = self.headers.get('Cookie', '')\n"
            "        if path == '/set':\n"
            "            self.send_response(302)\n            self.send_header('Location', '/')\n"
            "            self.send_header('Set-Cookie', 'seen=1; Path=/')\n"
            "            self.end_headers()\n            return\n"
            "        if 'seen=1' in cookie:\n"
            "            status, body, kind = 200, 'Hi', 'text/html'"
        ),
    ),
    "another site": site({"/": f"{MENU}<a href='https://example.com/x'>x</a>", "/menu": PAGE}),
    "links that delete": site(
        {"/": f"{PAGE}<a href='/delete/1'>x</a><a href='/out'>Log out</a><a href='/wipe_all'>w</a>"}
    ),
    "a form": site(
        {
            "/": f"{PAGE}<form action=/search><input name=q><input name=n value=3></form>",
            "/search": (422, "Type something to search for.", "text/html"),
        }
    ),
    "a login": site(
        {"/": f"{PAGE}<a href=/admin>x</a>", "/admin": (403, "Please log in first.", "text/html")}
    ),
    "a download": site(
        {"/": f"{PAGE}<a href=/x.csv download>x</a>", "/x.csv": (200, "", "text/csv")}
    ),
    "a page of 5 MB": site({"/": PAGE}, first="body = body + 'x' * 5_000_000"),
    "many pages": site(
        {
            "/": PAGE
            + "".join(f"<a href=/item/{n}>{n}</a>" for n in range(200))
            + "<a href=/about>a</a>"
        },
        first="status, body = (status, body) if path == '/' else (200, 'x')",
    ),
    "gzip": site(
        {"/": PAGE},
        first=(
            "import gzip\n        self.send_response(200)\n"
            "        self.send_header('Content-Encoding', 'gzip')\n"
            "        self.send_header('Content-Type', 'text/html')\n        self.end_headers()\n"
            "        self.wfile.write(gzip.compress(body.encode()))\n        return"
        ),
    ),
    "events": site(
        {"/": f"{PAGE}<a href=/events>x</a>", "/events": (200, "data: 1\n\n", "text/event-stream")},
        first=(
            "if path == '/events':\n            self.send_response(200)\n"
            "            self.send_header('Content-Type', kind)\n            self.end_headers()\n"
            "            while True:\n                self.wfile.write(b'data: 1\\n\\n')\n"
            "                time.sleep(0.2)"
        ),
    ),
    "a page about tracebacks": site(
        {"/": f"{PAGE}<p>Traceback (most recent call last): is what Python writes.</p>"}
    ),
}

BAD = {
    "front page missing": (
        site({"/home": PAGE}),
        "Its front page answers with an error (HTTP 404).",
    ),
    "front page broken": (
        site({"/": PAGE}, first="raise ValueError('no')"),
        "It opened its port, but closes every connection without an answer.",
    ),
    "error page": (
        site({"/": (500, "Oh.", "text/plain")}),
        "Its front page answers with an error (HTTP 500).",
    ),
    "HEAD only": (
        site({"/": PAGE}, first="self.send_error(501)\n        return"),
        "Its front page answers with an error (HTTP 501).",
    ),
    "closed to all": (
        site({"/": (401, "Log in.", "text/html")}),
        "Its front page lets nobody in (HTTP 401), so nothing behind it can be tried.",
    ),
    "empty": (
        site({"/": ""}),
        "Its front page is empty: there is nothing to see on it (HTTP 200).",
    ),
    "blanks": (
        site({"/": (200, " \n\t", "text/plain")}),
        "Its front page is empty: there is nothing to see on it (HTTP 200).",
    ),
    "a page without content": (
        site({"/": "<!doctype html><html><head><title>Cafe</title></head><body><p>&nbsp;</p>"}),
        "Its front page is empty: there is nothing to see on it (HTTP 200).",
    ),
    "a traceback as page": (
        site({"/": TRACEBACK_PAGE}),
        "Its front page shows a traceback: NameError: name 'x' is not defined (HTTP 200).",
    ),
    "a traceback as JSON": (
        site({"/": (200, TRACEBACK_JSON, "application/json")}),
        'Its front page shows a traceback: KeyError: 1"} (HTTP 200).',
    ),
    "dead links": (
        site({"/": f"{MENU}<a href=/about>x</a><img src=/logo.png><link rel=icon href=/i.ico>"}),
        "4 links do not work: /menu, /about, /logo.png, /i.ico (HTTP 404).",
    ),
    "a dead link further on": (
        site({"/": MENU, "/menu": f"{PAGE}<a href=wine.html>x</a>"}),
        "A link does not work: /wine.html (HTTP 404).",
    ),
    "a dead link by redirect": (
        site({"/": MENU, "/menu": (303, "/dishes", "location")}),
        "A link does not work: /dishes (HTTP 404).",
    ),
    "a form to nowhere": (
        site({"/": f"{PAGE}<form action=/search><input name=q></form>"}),
        "A link does not work: /search?q= (HTTP 404).",
    ),
    "forbidden without a word": (
        site({"/": MENU, "/menu": (403, "Forbidden", "text/html")}),
        "A link does not work: /menu (HTTP 403).",
    ),
    "an empty page behind a link": (
        site({"/": MENU, "/menu": " "}),
        "A link does not work: /menu (an empty page).",
    ),
    "a traceback behind a link": (
        site({"/": MENU, "/menu": (500, TRACEBACK_PAGE, "text/html")}),
        "A link does not work: /menu (a traceback, HTTP 500).",
    ),
    "links round in a circle": (
        site({"/": MENU, "/menu": (302, "/a", "location"), "/a": (302, "/menu", "location")}),
        "A link does not work: /menu (redirect loop).",
    ),
    "round in a circle": (
        site({"/": (302, "/a", "location"), "/a": (302, "/", "location")}),
        "Its front page cannot be shown (redirect loop).",
    ),
    "further and further": (
        site({"/": PAGE}, first="status, body, kind = 302, path + 'a', 'location'"),
        "Its front page cannot be shown (redirect loop).",
    ),
    "sends away": (
        site({"/": (302, "https://example.com/", "location")}),
        "Its front page cannot be shown (redirect to another site).",
    ),
    "prints a traceback": (
        site(
            {"/": PAGE},
            first=(
                "import logging\n        try:\n            1 / 0\n"
                "        except ZeroDivisionError:\n            logging.exception('Oh')"
            ),
        ),
        SERVED_ERROR,
    ),
    "a link that breaks": (
        site({"/": MENU, "/menu": PAGE}, first="1 / (path != '/menu')"),
        SERVED_ERROR,
    ),
    "a link that drops the connection": (
        site({"/": MENU, "/menu": PAGE}, first="if path == '/menu':\n            return"),
        "A link does not work: /menu (connection closed before the answer was complete).",
    ),
    "a link that hangs": (
        site({"/": MENU, "/menu": PAGE}, first="time.sleep(60 * (path == '/menu'))"),
        "A link does not work: /menu (no answer in time).",
    ),
    "a link that kills it": (
        site({"/": MENU, "/menu": PAGE}, first="if path == '/menu':\n            os._exit(3)"),
        "It ended when /menu was opened (exit code 3).",
    ),
    "a link with headers that come slowly": (
        site(
            {"/": MENU, "/menu": PAGE},
            first=(
                "while path == '/menu':\n            self.wfile.write(b'H')\n"
                "            self.wfile.flush()\n            time.sleep(1)"
            ),
        ),
        "A link does not work: /menu (no answer in time).",
    ),
    "ends after one answer": (
        site({"/": PAGE}, serve=ONE_ANSWER),
        "It ended within 3 seconds of its first answer (exit code 0).",
    ),
    "ends after a while": (
        site(
            {"/": PAGE},
            first="threading.Timer(1, lambda: os._exit(1)).start()",
            serve=f"import threading\n{SERVE}",
        ),
        "It ended within 3 seconds of its first answer (exit code 1).",
    ),
    "stops serving": (
        site(
            {"/": PAGE},
            first="threading.Timer(1, end).start()",
            serve=(
                "import threading\nserver = ThreadingHTTPServer((HOST, PORT), Handler)\n"
                "def end():\n    server.shutdown()\n    server.server_close()\n"
                "server.serve_forever()\ntime.sleep(60)"
            ),
        ),
        "It no longer answers 3 seconds after its first answer.",
    ),
    "another port": (
        site({"/": PAGE}, serve=SERVE.replace("PORT", "4711")),
        "It listens on port 4711 instead of the port that it is given in the variable PORT.",
    ),
    "the usual port": (
        site({"/": PAGE}, serve=SERVE.replace("PORT", "8000")),
        "It listens on port 8000 instead of the port that it is given in the variable PORT.",
    ),
    "every address": (
        site({"/": PAGE}, serve=SERVE.replace("HOST", "''")),
        EVERY_ADDRESS,
    ),
    "the other loopback": (
        program(SIX),
        "It listens on ::1 instead of the address that it is given in HOST, 127.0.0.1.",
    ),
    "another protocol": (
        program(GREETING),
        "What answers on its port is not HTTP, so no browser can show it.",
    ),
    "HTTP/0.9": (
        raw("peer.sendall(b'<h1>Hello</h1>')"),
        "What answers on its port is not HTTP, so no browser can show it.",
    ),
    "headers without end": (
        raw("peer.sendall(b'HTTP/1.1 200 OK\\r\\n' + b'X-A: b\\r\\n' * 100_000)"),
        "What answers on its port is not HTTP, so no browser can show it.",
    ),
    "no answer": (program(HOLD), "It opened its port, but gave no answer within 8 seconds."),
    "chunks that are none": (
        raw(f"peer.sendall(b'{OK}Transfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n')"),
        "Its front page cannot be shown (connection closed before the answer was complete).",
    ),
    "less than it says": (
        raw(f"peer.sendall(b'{OK}Content-Length: 100\\r\\n\\r\\n<p>x')"),
        "Its front page cannot be shown (connection closed before the answer was complete).",
    ),
    "a body without end": (
        raw(f"peer.sendall(b'{OK}\\r\\n')\n        while True: peer.sendall(b'x' * 65536)"),
        "Its front page cannot be shown (an answer without end).",
    ),
    "one byte at a time": (
        raw(
            f"peer.sendall(b'{OK}Content-Length: 9999\\r\\n\\r\\n')\n"
            "        while True: peer.sendall(b'x'); time.sleep(0.1)"
        ),
        "Its front page cannot be shown (an answer without end).",
    ),
}


@pytest.fixture(scope="module")
def good(check_all: CheckAll) -> Mapping[str, Judgement]:
    """What the gate says of the good servers."""
    return check_all("start", GOOD)


@pytest.fixture(scope="module")
def bad(check_all: CheckAll) -> Mapping[str, Judgement]:
    """What the gate says of the bad servers."""
    return check_all("start", {name: project for name, (project, _) in BAD.items()})


@pytest.mark.parametrize("name", GOOD)
def test_a_server_passes_when_all_that_it_serves_can_be_seen(
    name: str, good: Mapping[str, Judgement]
) -> None:
    assert good[name].outcome is Outcome.PASSED, good[name]


@pytest.mark.parametrize("name", BAD)
def test_a_server_fails_with_a_sentence_of_its_own(name: str, bad: Mapping[str, Judgement]) -> None:
    assert (bad[name].summary, bad[name].outcome) == (BAD[name][1], Outcome.FAILED), bad[name]


def test_pages_are_kept_in_the_order_of_the_visit(good: Mapping[str, Judgement]) -> None:
    kept = [(page.path, page.status, page.content_type) for page in good["pages"].pages]
    assert kept == [
        ("/", 200, "text/html"),
        ("/menu", 200, "text/html"),
        ("/menu?x=1", 200, "text/html"),
    ]


def test_pages_of_a_failed_server_are_kept(bad: Mapping[str, Judgement]) -> None:
    assert [page.path for page in bad["another port"].pages] == ["/"]


def test_links_that_change_things_are_not_followed(good: Mapping[str, Judgement]) -> None:
    assert [page.path for page in good["links that delete"].pages] == ["/"]


def test_a_few_of_many_pages_that_are_alike_are_visited(good: Mapping[str, Judgement]) -> None:
    judged = good["many pages"]
    assert judged.summary == "It started as a server; 20 pages opened without an error."
    assert [page.path for page in judged.pages][:5] == [
        "/",
        "/item/0",
        "/item/1",
        "/item/2",
        "/about",
    ]
    assert "not asked for: 182 more links" in judged.detail


def test_a_page_that_is_compressed_is_kept_as_text(good: Mapping[str, Judgement]) -> None:
    assert good["gzip"].pages[0].body == PAGE


def test_a_long_page_is_cut_where_it_is_kept(good: Mapping[str, Judgement]) -> None:
    body = good["a page of 5 MB"].pages[0].body
    assert len(body) < 50_000
    assert body.endswith("\n[cut here]")
