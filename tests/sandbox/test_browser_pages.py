"""What the gate ``start`` finds with a real browser, and what it must not find."""

import pytest

from tests.sandbox.browsing import document, server, started
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.words import Outcome

LATER = "setTimeout(() => { throw new Error('too late'); }, 30);"
BROKEN = {
    "exception": (
        {"/": document("<p>x</p>", LATER)},
        "A script on / fails in the browser: Error: too late",
    ),
    "rejected promise": (
        {"/": document("<p>x</p>", "Promise.reject(new Error('nobody caught it'));")},
        "A script on / fails in the browser: Error: nobody caught it",
    ),
    "console": (
        {"/": document("<p>x</p>", "console.error('cannot load', 7);")},
        "/ reports an error to the browser's console: cannot load 7",
    ),
    "made late": (
        {
            "/": document(
                "<p>x</p>",
                "const i = new Image(); i.src = '/gone' + '.png'; document.body.append(i);",
            )
        },
        "/ needs /gone.png, which is not there (answered with 404).",
    ),
    "wrong type": (
        {
            "/": document("<p>x</p><script type=module src=/a.js></script>"),
            "/a.js": ("text/plain", "1;"),
        },
        "MIME type",
    ),
    "second page": (
        {"/": document("<a href=/b>b</a>"), "/b": document("<p>x</p>", LATER)},
        "A script on /b fails in the browser: Error: too late",
    ),
    "refused by policy": (
        {
            "/": document(
                "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><p>x</p>",
                "document.title = 'y';",
            )
        },
        "The browser refuses a part of /",
    ),
    "without end": (
        {"/": document("<p>x</p>", "setTimeout(() => { for (;;) {} }, 50);")},
        "computes without end",
    ),
}
BROKEN |= {
    "empty by a script": (
        {"/": document("<p>x</p>", "document.body.innerHTML = '';")},
        "/ cannot be shown in a browser: It shows nothing.",
    ),
}
GOOD = {
    "icon": {"/": document("<p>no icon</p>")},
    "an answer that a page expects": {
        "/": document("<p id=o>x</p>", "fetch('/none').then((a) => { o.textContent = a.status; });")
    },
    "warning": {"/": document("<p>x</p>", "console.warn('old'); console.log('fine');")},
    "caught": {"/": document("<p>x</p>", "try { gone(); } catch (e) { console.log(e); }")},
    "letters from elsewhere": {
        "/": document(
            "<link rel=stylesheet href='https://fonts.googleapis.com/css2?family=Inter'><p>x</p>"
        )
    },
    "moving": {
        "/": document(
            "<canvas id=c></canvas>",
            "const go = () => { c.getContext('2d').fillRect(0, 0, 9, 9); requestAnimationFrame(go);"
            " }; go(); setInterval(() => { document.title = Date.now(); }, 50);",
        )
    },
    "long poll": {"/": document("<p>x</p>", "new EventSource('/stream').onerror = () => {};")},
    "sound": {"/": document("<audio id=a></audio>", "a.play().catch((e) => { console.log(e); });")},
    "dialogs": {"/": document("<p>x</p>", "alert('Hello'); document.title = prompt('Name?');")},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_page_that_breaks_in_a_browser_fails_the_start(sandbox: Backend, name: str) -> None:
    pages, sentence = BROKEN[name]
    judged = started(sandbox, server(pages))
    assert judged.outcome is Outcome.FAILED, judged.detail
    assert sentence in judged.detail


@pytest.mark.parametrize("name", GOOD)
def test_a_page_that_is_fine_passes_and_is_photographed(sandbox: Backend, name: str) -> None:
    judged = started(sandbox, server(GOOD[name]))
    assert judged.outcome is Outcome.PASSED, judged.detail
    assert judged.summary.endswith("A real browser shows it.")
    assert [(each.promise, each.width) for each in judged.pictures] == [("", 390), ("", 1280)]


ERROR = """
def do_GET(self):
    bad = self.path == "/" and self.headers.get("Sec-Fetch-Dest") == "document"
    self.send_response(500 if bad else 200)
    self.send_header("Content-Type", "text/html")
    self.end_headers()
    self.wfile.write(b"<!doctype html><p>Oops" if bad else b"<!doctype html><p>Fine")


Handler.do_GET = do_GET
"""


def test_an_error_that_only_a_browser_gets_fails_the_start(sandbox: Backend) -> None:
    judged = started(sandbox, server({}, ERROR))
    assert judged.outcome is Outcome.FAILED
    assert "It answers the browser with 500." in judged.detail


def test_a_page_at_which_the_browser_is_ended_fails_the_start(sandbox: Backend) -> None:
    fill = "const all = []; setInterval(() => all.push(new Uint8Array(5e7).fill(1)), 5);"
    judged = started(sandbox, server({"/": document("<p>x</p>", fill)}))
    assert judged.outcome is Outcome.FAILED, judged.detail
    assert "cannot be shown in a browser" in judged.detail


BURNS = """
import threading


def burn():
    while True:
        pass


def do_GET(self):
    if self.path == "/more" and "Mozilla" in (self.headers.get("User-Agent") or ""):
        threading.Thread(target=burn, daemon=True).start()
    first(self)


first, Handler.do_GET = Handler.do_GET, do_GET
"""
ENDS = """
def do_GET(self):
    if self.path == "/more":
        os._exit(3)
    first(self)


first, Handler.do_GET = Handler.do_GET, do_GET
"""


@pytest.mark.parametrize(
    ("more", "sentence"),
    [(BURNS, "It used too much processor time"), (ENDS, "It ended with exit code 3")],
    ids=["computes", "ends"],
)
def test_a_program_that_does_not_survive_the_browser_fails_the_start(
    sandbox: Backend, more: str, sentence: str
) -> None:
    # Only scripts ask for the address, so that nobody else does.
    page = document("<p>x</p>", "fetch('/mo' + 're').catch(() => 0);")
    judged = started(sandbox, server({"/": page, "/more": ("text/plain", "x")}, more))
    assert judged.outcome is Outcome.FAILED, judged.detail
    assert sentence in judged.detail
