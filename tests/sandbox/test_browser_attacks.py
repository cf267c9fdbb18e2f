"""Hostile pages, and hostile programs beside a browser: verdicts stand, and nothing gets out."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.sandbox.browsing import document, server, started, tried, why
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.tree import process_tree
from toggle_core.words import Outcome

FINE = document("<p>Fine.</p>")
SEE_FINE = [{"open": "/fine"}, {"see": "Fine."}]

# Each breaks the promise that opens it, and only that: the next one gets a page of its own.
HOSTILE = {
    "loops": ("for (;;) {}", "computes without end"),
    "allocates": (
        "const all = []; setInterval(() => { all.push(new Uint8Array(3e7).fill(1)); }, 5);",
        "memory",
    ),
    "dialogs": ("setTimeout(() => { for (;;) alert('again'); }, 0);", "dialogs without end"),
}
# Each leads away: nothing of it is to be seen, and the browser stays.
AWAY = {
    "file": "location = 'file:///etc/passwd';",
    "other host": "location = 'http://192.0.2.1/';",
    "other name": "location = 'http://example.org/';",
    "other port": "location = 'http://127.0.0.1:9222/json';",
    "windows": "for (let i = 0; i < 500; i++) window.open('/fine');",
    "download": (
        "const a = document.createElement('a'); a.href = '/big'; a.download = 'x'; a.click();"
    ),
    "worker": "new Worker(URL.createObjectURL(new Blob(['for (;;) {}'])));",
    "reload": "setTimeout(() => location.reload(), 10);",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_breaks_its_promise_and_no_other(sandbox: Backend, name: str) -> None:
    script, sentence = HOSTILE[name]
    site = server({"/": document("<p>Here.</p>", script), "/fine": FINE})
    opened = [{"open": "/"}, {"wait": 5}, {"click": "Here."}, {"see": "never"}]
    judged = tried(sandbox, site, opened, SEE_FINE)
    reasons = why(judged)
    assert sentence in reasons["first"]
    assert reasons["second"] == ""


@pytest.mark.parametrize("name", AWAY)
def test_a_page_that_leads_away_shows_nothing_of_it(sandbox: Backend, name: str) -> None:
    site = server({"/": document("<p>Here.</p>", AWAY[name]), "/fine": FINE, "/big": ("a/b", "x")})
    look = [{"open": "/", "expect": {"text": {"not_contains": ["root:", "webSocketDebuggerUrl"]}}}]
    reasons = why(tried(sandbox, site, look, SEE_FINE))
    assert reasons["second"] == ""
    assert "ended" not in reasons["first"]


def test_a_flood_of_messages_breaks_no_other_promise(sandbox: Backend) -> None:
    # How much of it the browser bears in its memory depends on how quick the machine is.
    flood = "setInterval(() => { for (let i = 0; i < 1e3; i++) console.log(i); }, 1);"
    site = server({"/": document("<p>Here.</p>", flood), "/fine": FINE})
    reasons = why(tried(sandbox, site, [{"open": "/"}, {"see": "never"}], SEE_FINE))
    assert reasons["first"]
    assert reasons["second"] == ""


SPY = """
import socket
import threading
import time
from pathlib import Path

NAMES = ("chrom", "headless", "driver")


def report(line):
    with open("/tmp/found", "a") as file:
        file.write(line + chr(10))


def spy():
    while True:
        for process in Path("/proc").iterdir():
            if not process.name.isdecimal():
                continue
            try:
                line = (process / "cmdline").read_bytes().decode(errors="replace")
                if any(name in line for name in NAMES):
                    report("process " + line[:80])
            except OSError:
                pass
            try:
                for place in (process / "fd").iterdir():
                    if process.name == "1":
                        report("descriptor of the harness: " + place.name)
            except OSError:
                pass
        for line in Path("/proc/net/unix").read_text().splitlines()[1:]:
            if len(line.split()) > 7:
                report("socket " + line.split()[7])
        for port in (9222, 9223, 8080):
            try:
                socket.create_connection(("127.0.0.1", port), 0.1).close()
                report("port " + str(port))
            except OSError:
                pass
        time.sleep(0.05)


def inherited():
    import os
    for number in range(3, 64):
        try:
            os.fstat(number)
            report("inherited descriptor " + str(number))
        except OSError:
            pass


inherited()
threading.Thread(target=spy, daemon=True).start()


def do_GET(self):
    found = Path("/tmp/found")
    body = ("<!doctype html><title>x</title><p>Found: "
            + (found.read_text() if found.exists() else "nothing")).encode()
    self.send_response(200)
    self.send_header("Content-Type", "text/html")
    self.end_headers()
    self.wfile.write(body)


Handler.do_GET = do_GET
"""


def test_a_program_finds_nothing_of_the_browser(sandbox: Backend) -> None:
    steps = [{"open": "/"}, {"wait": 1}, {"open": "/"}, {"see": "Found: nothing"}]
    assert why(tried(sandbox, server({}, SPY), steps)) == {"first": ""}


def test_a_program_that_floods_the_relay_breaks_only_its_promise(sandbox: Backend) -> None:
    more = """
def do_GET(self):
    self.send_response(200)
    self.send_header("Content-Type", "text/html")
    self.end_headers()
    if self.path != "/":  # also the icon, which a browser asks for by itself
        self.wfile.write(b"<!doctype html><p>Fine.")
        return
    while True:
        self.wfile.write(b"<p>again" * 9000)


Handler.do_GET = do_GET
"""
    judged = tried(sandbox, server({}, more), [{"open": "/"}, {"see": "the end"}], SEE_FINE)
    reasons = why(judged)
    assert reasons["first"]
    assert reasons["second"] == ""


def test_a_server_of_this_machine_is_out_of_reach_of_a_page(sandbox: Backend) -> None:
    with listening() as (port, asked):
        script = (
            f"for (const host of ['127.0.0.1', 'localhost', '[::1]']) {{"
            f"const u = host + ':{port}/';"
            "fetch('http://' + u, {mode: 'no-cors'}).catch(() => 0); new WebSocket('ws://' + u);"
            "new Image().src = 'http://' + u; }"
        )
        judged = started(sandbox, server({"/": document("<p>x</p>", script)}))
    assert asked == []
    assert judged.outcome in (Outcome.PASSED, Outcome.FAILED)


def test_no_process_of_a_browser_is_left(sandbox: Backend) -> None:
    before = browsers()  # other tests may have one of their own
    tried(sandbox, server({"/": FINE}), [{"open": "/"}, {"see": "Fine."}])
    assert browsers() - before == set()


def browsers() -> set[int]:
    return {each.pid for each in process_tree(os.getpid()) if "chrom" in command(each.pid)}


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A server of this machine, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Print nothing."""

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield served.server_port, asked
        served.shutdown()
