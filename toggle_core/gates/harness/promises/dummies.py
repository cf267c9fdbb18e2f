"""Try promises on programs that do nothing: what these keep, says nothing.

Four dummies: a page that echoes all it was sent with status 200, an empty page, a program that
prints its arguments and ends with 0, and one that prints nothing.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..processor import outlive_limit
from ..shield import hide_memory
from ..task import Channel, Task
from .needs import why_untried
from .trial import PromiseTrial, open_browser
from .values import draw_values
from .vocabulary import BROWSER_STEPS, HTTP_STEPS, all_kinds

if TYPE_CHECKING:
    from ..browser.session import BrowserSession

_DUMMY = """import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

ECHOES = {echoes}
SERVES = {serves}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        kind = self.headers.get("Content-Type", "")
        if "json" not in kind:
            kind = "text/html; charset=utf-8"
            body = unquote_plus(self.path) + "\\n" + unquote_plus(body)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode() if ECHOES else b"")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer


if SERVES and len(sys.argv) == 1:
    place = (os.environ["HOST"], int(os.environ["PORT"]))
    ThreadingHTTPServer(place, Handler).serve_forever()
elif ECHOES:
    print(*sys.argv[1:])
    print(sys.stdin.read())
"""


def run(task: Task, channel: Channel) -> None:
    """Report which promises a dummy keeps.

    ``options``: as of ``trial``; the project's files do not matter.
    """
    hide_memory()
    outlive_limit()
    browser = open_browser(task)
    vacuous = []
    for promise in task.options["promises"]:
        if _is_kept_by_a_dummy(task, promise, browser):
            vacuous.append(promise["id"])
        channel.report({"vacuous": vacuous})


def dummies(promise: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the files of each dummy for a promise: pages if it sends requests, else commands."""
    kinds = all_kinds([*promise.get("before", ()), *promise["steps"]])
    serves = any(kind in (*HTTP_STEPS, *BROWSER_STEPS) for kind in kinds)
    for echoes in (True, False):
        yield {"main.py": _DUMMY.format(echoes=echoes, serves=serves)}


def _is_kept_by_a_dummy(
    task: Task, promise: Mapping[str, Any], browser: "BrowserSession | None"
) -> bool:
    """Tell whether a dummy keeps a promise; one that cannot be tried is not judged."""
    try:
        tried = {**promise, "needs": (), "sentence": ""}
        if why_untried(tried, (), servers=True, browser=browser is not None):
            return False
        values = draw_values(promise.get("vars", {}), f"{task.options['seed']} {promise['id']}")
        return any(
            not PromiseTrial(task, files, browser).try_once(promise, values, waits=False)[0]
            for files in dummies(promise)
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return False
