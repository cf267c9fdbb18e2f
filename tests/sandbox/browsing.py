"""Programs whose pages a real browser opens, and the gates that open them."""

import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.sandbox.conftest import SETTINGS
from toggle_core.gates.browsers import BrowserOptions
from toggle_core.gates.checks import promises, start
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.slots import SlotOptions

BROWSER = BrowserOptions(os.environ.get("TOGGLE_TEST_BROWSER", ""))
"""The one that the tests install; alone, one that is installed."""

BROWSING = replace(SETTINGS, browser=BROWSER, slots=SlotOptions(None, 8))

_SERVER = """import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGES = json.loads({pages!r})


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = self.path.partition("?")[0]
        kind, text = PAGES.get(path, ("text/plain", "not here"))
        self.send_response(200 if path in PAGES else 404)
        self.send_header("Content-Type", kind + "; charset=utf-8")
        body = text.encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()


{more}
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def document(body: str, script: str = "") -> str:
    """A page with a body and a script."""
    code = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Made</title>'
        f"<body><h1>Made</h1>{body}{code}</body></html>"
    )


def server(pages: Mapping[str, str | tuple[str, str]], more: str = "") -> dict[str, str]:
    """A project that serves pages.

    Args:
        pages: by path, each HTML, or its type and its text.
        more: code that runs before it serves.
    """
    typed = {
        path: ("text/html", page) if isinstance(page, str) else page for path, page in pages.items()
    }
    return {"main.py": _SERVER.format(pages=json.dumps(typed), more=more)}


def started(sandbox: Backend, files: Mapping[str, str]) -> Judgement:
    """What the gate ``start`` says where a browser is."""
    return start.check(Context(files, "main.py", sandbox, BROWSING, threading.Event()))


def tried(
    sandbox: Backend, files: Mapping[str, str], *steps: Sequence[Mapping[str, Any]]
) -> Judgement:
    """What the gate ``promises`` says of promises with some steps, ``first``, ``second`` ..."""
    listed = [
        {
            "id": name,
            "sentence": f"The {name} one.",
            "vars": {"word": "words:2", "other": "word"},
            "steps": list(each),
        }
        for name, each in zip(("first", "second", "third", "fourth"), steps, strict=False)
    ]
    return promised(
        sandbox, files, {"version": 1, "interface": {"kind": "web"}, "promises": listed}
    )


def promised(sandbox: Backend, files: Mapping[str, str], agreed: Mapping[str, Any]) -> Judgement:
    """What the gate ``promises`` says of what was agreed on, where a browser is."""
    stop = threading.Event()
    return promises.check(Context(files, "main.py", sandbox, BROWSING, stop, promises=agreed))


def why(judged: Judgement) -> dict[str, str]:
    """Why each promise is not kept, empty where it is."""
    return {each.id: each.why for each in judged.promises}
