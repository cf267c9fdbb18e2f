"""Little sites with forms: good ones, and one for each thing that goes wrong when they are used."""

_SITE = '''"""A guest book."""

import html
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

KEPT = Path("entries.json")
LOCK = threading.Lock()
FORM = (
    '<!doctype html><title>Guest book</title><h1>Guest book</h1><form method="post" action="/add">'
    '<label>Name <input name="name" required></label>'
    '<label>Stars <input type="number" name="stars" min="1" max="5"></label>'
    '<label>Colour <select name="colour"><option>red</option><option>blue</option></select></label>'
    '<button>Sign</button></form>'
)


def read():
    return json.loads(KEPT.read_text()) if KEPT.exists() else []


def write(entries):
    KEPT.write_text(json.dumps(entries))


def show(text):
    return html.escape(text)


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, body):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        parts = urlsplit(self.path)
        {get}
        entries = "".join(f"<p>{{show(each)}}</p>" for each in read())
        self.answer(200 if parts.path == "/" else 404, FORM + entries)

    def do_POST(self):
        {before}
        length = int(self.headers.get("Content-Length", 0))
        form = {{k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}}
        {post}
        with LOCK:
            write([*read(), form.get("name", "")])
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


{end}ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
'''


def guest_book(
    get: str = "pass", post: str = "pass", end: str = "", before: str = "pass"
) -> dict[str, str]:
    """Return a guest book that keeps what visitors type, with statements put in.

    Args:
        get: at the beginning of the answer to a GET request.
        post: before an entry is kept.
        end: before it serves; may replace ``read``, ``write`` and ``show``.
        before: at the beginning of the answer to a POST request.
    """
    ending = f"{end}\n\n\n" if end else ""
    return {"main.py": _SITE.format(get=get, post=post, end=ending, before=before)}
