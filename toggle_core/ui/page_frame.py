"""Pages that a generated project made, as a document that can do nothing but be looked at.

Streamlit's own frame lets scripts run and reach the app (``st.iframe`` says so), so the page goes
into a second frame inside of it, whose ``sandbox`` allows nothing. The policy stands in the outer
document: a ``srcdoc`` document inherits it (HTML standard, 7.2.6), whatever it says of itself.
"""

import html
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from toggle_core.ui.text import visible

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "form-action 'none'; base-uri 'none'"
)
"""Nothing is fetched, from nowhere. Frames count as fetched, so that a link leads nowhere."""

BEFORE: Final = (
    '<!doctype html><meta http-equiv="x-dns-prefetch-control" content="off"><base target="_blank">'
)
"""Comes before the page. A link that opens a window does nothing: the sandbox allows none."""

LINK: Final = re.compile(r"<link\b([^<>]*)>", re.IGNORECASE)
IMAGE: Final = re.compile(r"(<img\b[^<>]*?\bsrc\s*=\s*)([\"'])([^\"'<>]+)\2", re.IGNORECASE)
HREF: Final = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
BEYOND_POLICY: Final = re.compile(r"<(?:link|meta|base)\b", re.IGNORECASE)
"""Tags that look names up or connect ahead of a policy, or that say where links lead."""

INERT: Final = "<basefont"
"""Parsed like those, as an empty element of the head, and without any meaning (HTML, 13.2.6.4)."""

PAGE_LIMIT: Final = 500_000
"""Characters of a page that are shown: a browser draws so many without a stutter."""

PARTS_LIMIT: Final = 1_000_000
"""Characters of style sheets and drawings that are put in, each as often as the page names it."""

STYLE_END: Final = re.compile(r"</(?=style)", re.IGNORECASE)


def framed(page: str, path: str, parts: Mapping[str, str], *, inert: bool = False) -> str:
    """A document that shows a page, in which nothing runs, fetches or leads elsewhere.

    Args:
        page: HTML of others; its first ``PAGE_LIMIT`` characters are shown.
        path: of the page, from the root of its site.
        parts: text of style sheets and drawings by their paths, put in where the page names them.
        inert: whether it is a picture only: nothing in it takes the focus or a click.
    """
    title = html.escape(f"Preview of {visible(path)}")
    inner = BEFORE + BEYOND_POLICY.sub(INERT, _embedded(page[:PAGE_LIMIT], path, parts))
    return (
        f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<style>html,body,iframe{height:100%;width:100%;margin:0;border:0;display:block;"
        "background:#fff}</style>"
        f'<iframe{" inert" if inert else ""} sandbox="" referrerpolicy="no-referrer" '
        f'title="{title}" '
        f'srcdoc="{html.escape(inner)}"></iframe>'
    )


def _embedded(page: str, path: str, parts: Mapping[str, str]) -> str:
    room = PARTS_LIMIT

    def part(reference: str) -> str | None:
        nonlocal room
        text = parts.get(_at(path, reference))
        if text is None or len(text) > room:
            return None
        room -= len(text)
        return text

    def style(found: re.Match[str]) -> str:
        href = HREF.search(found[1])
        text = part(href[1]) if href else None
        return found[0] if text is None else "<style>" + STYLE_END.sub(r"<\\/", text) + "</style>"

    def image(found: re.Match[str]) -> str:
        text = part(found[3])
        if text is None:
            return found[0]
        return f"{found[1]}{found[2]}data:image/svg+xml,{quote(text)}{found[2]}"

    return IMAGE.sub(image, LINK.sub(style, page))


def _at(path: str, reference: str) -> str:
    """Where a reference leads on the page's own site, empty for one that leaves it."""
    try:
        parts = urlsplit(urljoin(path, html.unescape(reference)))
    except ValueError:
        return ""
    return "" if parts.netloc or parts.scheme else parts.path
