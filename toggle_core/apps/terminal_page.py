"""The page of a command-line program: a terminal, a field for arguments, and what they may be.

The page of a log is made of the same parts.
"""

import gzip
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final

import h11

from toggle_core.apps.app import App
from toggle_core.apps.asked import Asked
from toggle_core.apps.heads import Header, policies
from toggle_core.apps.hosts import Hosts
from toggle_core.apps.peer import Peer
from toggle_core.apps.refusal import Refusal

SOCKET_PATH: Final = "/.toggle/terminal"
ASSETS: Final = f"{SOCKET_PATH}/"
HERE: Final = Path(__file__).parent
FILES: Final = (
    *((HERE / "third_party" / "xterm" / name) for name in ("xterm.mjs", "addon-fit.mjs")),
    HERE / "third_party" / "xterm" / "xterm.css",
    *((HERE / "assets" / name) for name in ("screen.mjs", "terminal.mjs", "log.mjs")),
    HERE / "assets" / "terminal.css",
)
KINDS: Final = {".mjs": b"text/javascript; charset=utf-8", ".css": b"text/css; charset=utf-8"}
A_DAY: Final = b"private, max-age=86400"
NONCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Asset:
    """A script or a style of the page.

    Attributes:
        kind: for ``Content-Type``.
        content: compressed.
    """

    kind: bytes
    content: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """Scripts and styles of the page by their paths, which change with what is in them."""
    texts = {path: path.read_bytes() for path in FILES}
    version = sha256(b"".join(texts.values())).hexdigest()[:12]
    return {
        f"{ASSETS}{version}/{path.name}": Asset(KINDS[path.suffix], gzip.compress(text, mtime=0))
        for path, text in texts.items()
    }


async def show_asset(peer: Peer, asked: Asked, label: str, hosts: Hosts) -> None:
    """Answer with a script or a style.

    Args:
        peer: the browser.
        asked: its request.
        label: of the app.
        hosts: names of apps.

    Raises:
        Refusal: there is no such file.
    """
    asset = assets().get(asked.path)
    if asset is None:
        raise Refusal(404, "There is nothing at this address.")
    packed = "gzip" in asked.one("accept-encoding")
    body = asset.content if packed else gzip.decompress(asset.content)
    headers = [
        (b"content-type", asset.kind),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", A_DAY),
        (b"vary", b"accept-encoding"),
        *([(b"content-encoding", b"gzip")] if packed else []),
        *_own_policies(label, hosts, "default-src 'none'"),
    ]
    await peer.discard_body()
    await peer.send(h11.Response(status_code=200, headers=headers))
    await peer.send(h11.Data(data=body))
    await peer.send(h11.EndOfMessage())


async def show_terminal(peer: Peer, app: App, hosts: Hosts) -> None:
    """Answer with the page.

    Args:
        peer: the browser.
        app: for a terminal.
        hosts: names of apps.
    """
    await show_screen(peer, app, hosts, _parts(app), "terminal.mjs")


async def show_screen(peer: Peer, app: App, hosts: Hosts, parts: str, script: str) -> None:
    """Answer with a page around a terminal emulator.

    Args:
        peer: the browser.
        app: whose output it shows.
        hosts: names of apps.
        parts: HTML of the page's body.
        script: name of its script.
    """
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    own = f"{'wss' if hosts.is_secure else 'ws'}://{hosts.authority(app.label)}"
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        # xterm.js writes colours beyond the usual 256 as attributes. They cannot load anything.
        "style-src-attr 'unsafe-inline'; img-src data:; "
        f"connect-src 'self' {own}; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    named = {path.rpartition("/")[2]: path for path in assets()}
    styles = "".join(
        f'<link rel="stylesheet" href="{named[name]}">' for name in ("xterm.css", "terminal.css")
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(app.name)}</title><link rel="icon" href="data:,">{styles}'
        f'<meta id="styles" nonce="{nonce}"></head><body>{parts}'
        f'<script type="module" src="{named[script]}"></script></body></html>'
    )
    kind = (b"content-type", b"text/html; charset=utf-8")
    await peer.discard_body()
    await peer.answer(200, page.encode(), [kind, *_own_policies(app.label, hosts, policy)])


def _own_policies(label: str, hosts: Hosts, policy: str) -> list[Header]:
    others = [each for each in policies(label, hosts) if each[0] != b"content-security-policy"]
    return [(b"content-security-policy", policy.encode()), *others]


def _parts(app: App) -> str:
    usual = [each for each in app.usual or () if each]
    runs_plain = not usual or "" in (app.usual or ())
    buttons = "".join(
        f'<button type="button" data-arguments="{escape(each)}">{escape(each)}</button>'
        for each in usual
    )
    suggestions = (
        f'<div id="usual" role="group" aria-label="Usual arguments">{buttons}</div>'
        if usual
        else ""
    )
    keys = "".join(
        f'<button type="button" data-key="{escape(json.dumps(key))}">{name}</button>'
        for name, key in (
            ("Ctrl-C", "\x03"),
            ("Ctrl-D", "\x04"),
            ("Tab", "\t"),
            ("↑", "\x1b[A"),
            ("↓", "\x1b[B"),
        )
    )
    return (
        f"<header><h1>{escape(app.name)}</h1>"
        f'<form id="start" data-runs-plain="{str(runs_plain).lower()}">'
        '<label for="arguments">Arguments</label>'
        '<input id="arguments" autocomplete="off" autocapitalize="off" spellcheck="false" '
        'placeholder="none" maxlength="2000">'
        f'<button id="run" disabled>Run</button></form>{suggestions}</header>'
        '<main id="terminal"></main>'
        f'<footer><p id="state" role="status">Connecting …</p><div id="keys" role="group" '
        f'aria-label="Keys">{keys}</div><p id="hint">Shift+Tab leaves the terminal.</p></footer>'
    )
