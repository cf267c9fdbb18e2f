"""Little programs for the gate ``start``: commands and servers, good ones and bad ones."""

from collections.abc import Mapping

Answer = str | tuple[int, str] | tuple[int, str, str]

_SITE = '''"""A site."""

import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGES = {pages!r}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        status, body, kind = PAGES.get(path, (404, "There is no such page.", "text/plain"))
        {first}
        self.send_response(status)
        if kind == "location":
            self.send_header("Location", body)
            body = ""
        else:
            self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())


HOST, PORT = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
{serve}
'''

SERVE = "ThreadingHTTPServer((HOST, PORT), Handler).serve_forever()"

_RAW = """import os
import socket
import time

server = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])))
while True:
    peer, _ = server.accept()
    peer.recv(65536)
    try:
        {answer}
    except OSError:
        pass
    peer.close()
"""


def site(pages: Mapping[str, Answer], first: str = "pass", serve: str = SERVE) -> dict[str, str]:
    """Return a project that serves some pages.

    Args:
        pages: by their paths; a text, or a status with a text and perhaps a content type, which is
            ``location`` for a redirect.
        first: a statement that is executed before each answer.
        serve: the statement that serves.
    """
    whole = {path: _whole(answer) for path, answer in pages.items()}
    return {"main.py": _SITE.format(pages=whole, first=first, serve=serve)}


def _whole(answer: Answer) -> tuple[int, str, str]:
    if isinstance(answer, str):
        return 200, answer, "text/html"
    return (answer[0], answer[1], answer[2]) if len(answer) > 2 else (*answer, "text/html")


def raw(answer: str) -> dict[str, str]:
    """Return a project that answers every request with what a statement writes to ``peer``."""
    return {"main.py": _RAW.format(answer=answer)}


def program(text: str, **files: str) -> dict[str, str]:
    """Return a project of one program and some other files, with ``_`` for the dot of a name."""
    return {"main.py": text} | {name.replace("_", "."): other for name, other in files.items()}
