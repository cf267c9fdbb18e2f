"""The few pages of our own on an app's host: it starts, it has ended, it was not opened."""

from html import escape
from typing import Final

from toggle_core.apps.heads import Header, ancestors
from toggle_core.apps.peer import Peer
from toggle_core.apps.refusal import Refusal

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
HEADERS: Final = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
STYLE: Final = """
:root { color-scheme: light dark; --back: #fcfbf9; --text: #1f2421; --dim: #5c635f;
  --accent: #12766a; --faint: #e4e2dc; }
@media (prefers-color-scheme: dark) { :root { --back: #161a18; --text: #e9ece9; --dim: #a2aba6;
  --accent: #5cc3b4; --faint: #2f3633; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--back); color: var(--text);
  font: 16px/1.55 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 36rem; width: 100%; }
h1 { font-size: 1.4rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
p { margin: .4rem 0; color: var(--dim); }
pre { margin: 1rem 0; padding: .9rem 1rem; border: 1px solid var(--faint); border-radius: 12px;
  max-height: 50vh; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 13px/1.5 "JetBrains Mono", ui-monospace, monospace; }
a { display: inline-block; margin-top: .8rem; padding: .55rem 1rem; border-radius: 10px;
  background: var(--accent); color: var(--back); text-decoration: none; font-weight: 600; }
a:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
"""
START_AGAIN: Final = "/.toggle/start"
AGAIN_AFTER_SECONDS: Final = 1


async def show_starting(peer: Peer, name: str, frame: str = "") -> None:
    """Say that the app starts, and look again in a second.

    Args:
        peer: the browser.
        name: of the app.
        frame: origin of the dashboard that shows the app in a frame; empty: none does.
    """
    refresh = f'<meta http-equiv="refresh" content="{AGAIN_AFTER_SECONDS}">'
    text = "<p>It opens here as soon as it is ready, usually within a second or two.</p>"
    page = _page("Starting …", f'<h1 role="status">Starting {escape(name)} …</h1>{text}', refresh)
    await peer.answer(503, page, [*_headers(frame), (b"retry-after", b"1")])


async def show_ended(peer: Peer, sentence: str, words: str, frame: str = "") -> None:
    """Say how the program ended, in its own words too, with a way to start it again.

    Args:
        peer: the browser.
        sentence: why it ended.
        words: what the program printed last.
        frame: origin of the dashboard that shows the app in a frame; empty: none does.
    """
    printed = f"<p>The last it printed:</p><pre>{escape(words)}</pre>" if words.strip() else ""
    body = f'<h1>{escape(sentence)}</h1>{printed}<p><a href="{START_AGAIN}">Start it again</a></p>'
    await peer.answer(502, _page("The app has ended", body), _headers(frame))


async def show_refusal(peer: Peer, refusal: Refusal, dashboard: str, *, as_page: bool) -> None:
    """Say why nothing is shown.

    Args:
        peer: the browser.
        refusal: why.
        dashboard: address of the list of runs; empty where there is no use in it.
        as_page: whether a person looks at the answer.
    """
    if not as_page:
        kind = (b"content-type", b"text/plain; charset=utf-8")
        await peer.answer(refusal.status, f"{refusal.sentence}\n".encode(), [kind, *_headers()[1:]])
        return
    way_out = f'<p><a href="{escape(dashboard)}">Go to your runs</a></p>' if dashboard else ""
    body = f"<h1>{escape(refusal.sentence)}</h1>{way_out}"
    await peer.answer(refusal.status, _page("Not opened", body), _headers())


def _headers(frame: str = "") -> list[Header]:
    policy = f"{POLICY}; {ancestors(frame)}"
    return [*HEADERS, (b"content-security-policy", policy.encode())]


def _page(title: str, body: str, head: str = "") -> bytes:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{head}<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    ).encode()
