"""Look at the pages a server answers with: the first one and those it links to."""

import http.client
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from .patience import Patience

_IDLE_SECONDS_A_PAGE = 3.0
_MOST_SECONDS = 120.0  # for a connection, and between two pieces of an answer
_TEXT_TYPES = (
    "text/",
    "application/json",
    "application/xml",
    "application/javascript",
    "image/svg",
)
_LINKS = {"a": "href", "link": "href", "script": "src"}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a server.

    Attributes:
        path: what was asked for.
        status: the HTTP status; 0 if the answer was not HTTP.
        content_type: as the server says, without parameters.
        body: its text, bounded; empty for what is not text.
        leads_to: the address of a redirection, else empty.
    """

    path: str
    status: int
    content_type: str
    body: str
    leads_to: str


def visit(address: str, port: int, most: int, most_bytes: int, patience: Patience) -> list[Page]:
    """Ask for ``/`` and what it links to on the same site.

    Args:
        address: where the server listens.
        port: its port.
        most: pages to ask for.
        most_bytes: what is kept of each body.
        patience: for how long the server may be idle.

    Returns:
        The answers, empty if there was none for ``/``.
    """
    site = f"http://localhost:{port}"
    waiting, asked = ["/"], {"/"}
    pages: list[Page] = []
    while waiting and len(pages) < most and not patience.is_over:
        connection = http.client.HTTPConnection(address, port, timeout=_MOST_SECONDS)
        try:
            with patience.bounding(connection, _IDLE_SECONDS_A_PAGE):
                page = _ask(connection, port, waiting.pop(0), most_bytes)
        except TimeoutError:
            continue
        if page is None:
            continue
        pages.append(page)
        for path in _links(page, site):
            if path not in asked:
                asked.add(path)
                waiting.append(path)
    return pages if pages and pages[0].path == "/" else []


def _ask(
    connection: http.client.HTTPConnection, port: int, path: str, most_bytes: int
) -> Page | None:
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}", "Accept": "*/*"})
        answer = connection.getresponse()
        body = answer.read(most_bytes + 1)
        kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        text = _text(body, most_bytes) if kind.startswith(_TEXT_TYPES) or not kind else ""
        return Page(path, answer.status, kind, text, answer.getheader("Location") or "")
    except http.client.BadStatusLine as error:
        words = str(error).strip()
        return Page(path, 0, "", words, "") if words and path == "/" else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def _text(body: bytes, most_bytes: int) -> str:
    text = body[:most_bytes].decode("utf-8", "replace")
    return f"{text}\n[cut here]" if len(body) > most_bytes else text


def _links(page: Page, site: str) -> list[str]:
    """Return the paths on the same site that a page leads to."""
    finder = _LinkFinder()
    if page.content_type in ("text/html", ""):
        finder.feed(page.body)
    paths = []
    for link in (page.leads_to, *finder.links):
        try:
            parts = urlsplit(urljoin(f"{site}{page.path}", link))
        except ValueError:
            continue
        local = f"{parts.scheme}://{parts.netloc}" == site and link
        if local and parts.path.isprintable() and " " not in parts.path:
            paths.append(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
    return paths


class _LinkFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == _LINKS.get(tag) and value]
