"""Errors that a page keeps from the browser's console are found; errors that it shows are fine."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox.browsing import document, server, started, tried, why
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.words import Outcome

FLOOD = "for (let i = 0; i < 2500; i++) console.log(i);"
HIDDEN = {
    "/handler": "onerror = () => true; setTimeout(() => first(), 30);",
    "/property": "onerror = () => true; setTimeout(() => document.title.none.more, 30);",
    "/cancelled": (
        "addEventListener('error', (e) => { e.preventDefault(); e.stopImmediatePropagation(); },"
        " true); setTimeout(() => third(), 30);"
    ),
    "/rejected": (
        "onunhandledrejection = (e) => e.preventDefault(); (async () => { fourth(); })();"
    ),
    "/flood": FLOOD + "setTimeout(() => fifth(), 30);",
}
SENTENCES = (
    "A script on /handler fails in the browser: ReferenceError: first is not defined",
    "A script on /property fails in the browser: TypeError: Cannot read properties of undefined",
    "A script on /cancelled fails in the browser: ReferenceError: third is not defined",
    "A script on /rejected fails in the browser: ReferenceError: fourth is not defined",
    "A script on /flood fails in the browser: ReferenceError: fifth is not defined",
)
SHOWN = {
    "/caught": "try { first(); } catch (error) { o.textContent = 'No first.'; }",
    "/own": (
        "onunhandledrejection = (e) => { o.textContent = 'Sorry.'; e.preventDefault(); };"
        "Promise.reject(new Error('A name is needed.'));"
    ),
    "/network": (
        "onunhandledrejection = (e) => { o.textContent = 'Offline.'; e.preventDefault(); };"
        "fetch('http://127.0.0.1:1/');"
    ),
    "/console": (
        "onerror = (message) => { o.textContent = message; return true; };"
        "const s = document.createElement('script'); s.textContent = 'typed_code()';"
        "document.body.append(s);"
    ),
    "/flood": FLOOD,
}


def site(pages: Mapping[str, str]) -> dict[str, str]:
    links = "".join(f"<a href={path}>{path}</a> " for path in pages)
    made = {path: document("<p>x</p><p id=o></p>", script) for path, script in pages.items()}
    return server({"/": document(links), **made})


def test_errors_that_pages_hide_fail_the_start(sandbox: Backend) -> None:
    judged = started(sandbox, site(HIDDEN))
    assert judged.outcome is Outcome.FAILED
    for sentence in SENTENCES:
        assert sentence in judged.detail


def test_errors_that_pages_handle_or_show_pass_the_start(sandbox: Backend) -> None:
    judged = started(sandbox, site(SHOWN))
    assert judged.outcome is Outcome.PASSED, judged.detail
    assert judged.summary.endswith("A real browser shows it.")


def test_hidden_errors_break_promises(sandbox: Backend) -> None:
    button = "<button onclick='o.textContent = \"done\"; gone()'>Go</button><p id=o></p>"
    fine = "<button onclick='o.textContent = \"done\"'>Go</button><p id=o></p>"
    pages = server(
        {
            "/handler": document(button, "onerror = () => true;"),
            "/flood": document(button, FLOOD),
            "/endless": document(button, "setInterval(() => { " + FLOOD + " }, 100);"),
            "/fine": document(fine, "onerror = () => true;" + FLOOD),
        }
    )

    def go(path: str) -> list[dict[str, Any]]:
        return [{"open": path}, {"click": "Go"}, {"see": "done"}]

    reasons = why(tried(sandbox, pages, *map(go, ("/handler", "/flood", "/endless", "/fine"))))
    for name in ("first", "second", "third"):
        assert "failed: ReferenceError: gone is not defined" in reasons[name], name
    assert reasons["fourth"] == ""
