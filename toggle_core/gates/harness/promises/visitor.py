"""A person at a browser: cookies, links, forms and the redirects that follow them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from .client import Reply, Server, Waiting, draw_browser, send
from .forms import Filled, fill_form, has_words, multipart_body, same_words, urlencoded
from .pages import HtmlPage, PageLink

_MOST_REDIRECTS = 10
_MOST_COOKIES = 50
_SAFE = "/%?&=+:;,@!$'()*~#[]"
_OWN_NAMES = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  compared, not bound
_KEEP_METHOD = (HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT)
_REDIRECTS = (
    *(HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER),
    *_KEEP_METHOD,
)
_FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request before it is sent.

    Attributes:
        method: such as ``POST``.
        path: the address.
        body: what is sent along, None for nothing.
        kind: its content type.
        headers: that the step names.
    """

    method: str
    path: str
    body: bytes | None = None
    kind: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Visitor:
    """One person with cookies of their own."""

    def __init__(self, waiting: Waiting, seconds: float) -> None:
        """Begin without cookies.

        Args:
            waiting: how long the server is waited for.
            seconds: for each answer.
        """
        self._waiting = waiting
        self._seconds = seconds
        self._cookies: dict[tuple[str, str], str] = {}
        self._last: Reply | None = None
        self._browser = draw_browser()

    def twin(self) -> "Visitor":
        """Return a visitor with the same cookies, kept apart from now on."""
        other = Visitor(self._waiting, self._seconds)
        other._cookies, other._last = dict(self._cookies), self._last
        other._browser = self._browser
        return other

    def request(self, server: Server, outgoing: Outgoing, *, redirects: bool) -> Reply:
        """Send a request.

        Args:
            server: where to.
            outgoing: the request.
            redirects: whether to go on to where the answer leads.

        Raises:
            ValueError: it leads to another host.
        """
        now = Outgoing(
            outgoing.method,
            own_path(outgoing.path),
            outgoing.body,
            outgoing.kind,
            outgoing.headers,
        )
        for _ in range(_MOST_REDIRECTS):
            reply = self._send(server, now)
            reply.method = now.method
            after = _after(reply, now) if redirects else None
            if after is None:
                self._last = reply
                return reply
            now = after
        reply.fault = f"It redirects more than {_MOST_REDIRECTS} times."
        return reply

    def submit(
        self,
        server: Server,
        page_path: str,
        fields: Mapping[str, Any],
        button: str,
        *,
        redirects: bool,
    ) -> tuple[Reply, str]:
        """Load a page, fill in its form and send it.

        Returns:
            What came back, and what was sent in words.

        Raises:
            ValueError: the page or the form is not there, or leads to another host.
        """
        page_reply = self.request(server, Outgoing("GET", page_path), redirects=True)
        if page_reply.fault or not HTTPStatus.OK <= page_reply.status < HTTPStatus.MULTIPLE_CHOICES:
            why = page_reply.fault or f"It answered {page_reply.status}."
            raise ValueError(f"The page {page_path} with the form did not open. {why}")
        page = page_reply.page()
        outgoing = form_request(page, page_reply.path, fill_form(page, fields, button))
        sent = f"{outgoing.method} {own_path(outgoing.path)}\n{(outgoing.body or b'').decode()}"
        return self.request(server, outgoing, redirects=redirects), sent

    def follow(self, server: Server, words: str) -> Reply:
        """Go to where a link on the page seen last leads.

        Raises:
            ValueError: there is no such link, or it leads to another host.
        """
        if self._last is None:
            raise ValueError("No page was opened before, so there is no link to follow.")
        page = self._last.page()
        link = _find_link(page, words)
        if link is None:
            raise ValueError(f"The page {self._last.path} has no link “{words}”.")
        address = urljoin(_base(page, self._last.path), link.address)
        return self.request(server, Outgoing("GET", address), redirects=True)

    def _send(self, server: Server, outgoing: Outgoing) -> Reply:
        headers = {"User-Agent": self._browser, **outgoing.headers}
        if cookies := self._cookies_for(outgoing.path):
            headers.setdefault("Cookie", cookies)
        if outgoing.kind:
            headers.setdefault("Content-Type", outgoing.kind)
        if outgoing.method not in ("GET", "HEAD"):
            headers.setdefault("Origin", server.origin)
        if self._last is not None:
            headers.setdefault("Referer", server.origin + self._last.path)
        reply = send(
            server, outgoing.method, outgoing.path, headers, outgoing.body,
            self._waiting, self._seconds,
        )  # fmt: skip
        self._keep_cookies(reply)
        return reply

    def cookies(self) -> dict[str, str]:
        """Return the cookies by name."""
        return {name: value for (name, _), value in self._cookies.items()}

    def _cookies_for(self, path: str) -> str:
        return "; ".join(
            f"{name}={value}"
            for (name, place), value in self._cookies.items()
            if path.startswith(place)
        )

    def _keep_cookies(self, reply: Reply) -> None:
        for line in (reply.headers.get_all("Set-Cookie", []) if reply.headers else [])[
            :_MOST_COOKIES
        ]:
            pair, *rest = str(line).split(";")
            name, _, value = (part.strip() for part in pair.partition("="))
            given = {
                key.strip().lower(): text.strip()
                for key, _, text in (each.partition("=") for each in rest)
            }
            key = (name, given.get("path") or "/")
            if not name or _is_over(given):
                self._cookies.pop(key, None)
            elif len(self._cookies) < _MOST_COOKIES or key in self._cookies:
                self._cookies[key] = value


def form_request(page: HtmlPage, path: str, filled: Filled) -> Outgoing:
    """Return the request that sends a form.

    Args:
        page: with the form.
        path: of the page.
        filled: the form, filled in.
    """
    action = urljoin(_base(page, path), filled.action or path)
    if filled.method == "GET":
        target = f"{action.partition('#')[0].partition('?')[0]}?{urlencoded(filled.pairs)}"
        return Outgoing("GET", target)
    if filled.multipart:
        body, kind = multipart_body(filled.pairs)
        return Outgoing("POST", action, body, kind)
    return Outgoing("POST", action, urlencoded(filled.pairs).encode(), _FORM_TYPE)


def own_path(address: str) -> str:
    """Return the path and query of an address of the program itself, percent-encoded.

    Raises:
        ValueError: it leads to another host, or is not an address.
    """
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError as error:
        raise ValueError(f"“{address[:100]}” is not an address.") from error
    if parts.scheme not in ("", "http", "https") or (parts.netloc and host not in _OWN_NAMES):
        raise ValueError(f"“{address[:100]}” leads to another host, where nothing is tried.")
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    if not path.startswith("/"):
        raise ValueError(f"“{address[:100]}” is not an address: it begins with a slash.")
    return quote(path, safe=_SAFE)


def encoded(value: str, before: str) -> str:
    """Return a value as it stands in an address after some text."""
    if not before:
        return value
    return quote(value, safe="" if "?" in before else "/")


def _after(reply: Reply, outgoing: Outgoing) -> Outgoing | None:
    """Return the request that a redirect asks for; None where it leads to no page of ours."""
    location = reply.header("Location")
    if reply.status not in _REDIRECTS or not location or reply.fault:
        return None
    try:
        path = own_path(urljoin(outgoing.path, location))
    except ValueError:
        return None
    if reply.status in _KEEP_METHOD:
        return Outgoing(outgoing.method, path, outgoing.body, outgoing.kind)
    return Outgoing("GET", path)


def _base(page: HtmlPage, path: str) -> str:
    return urljoin(path, page.base) if page.base else path


def _find_link(page: HtmlPage, words: str) -> PageLink | None:
    for compare in (same_words, has_words):
        for link in page.links:
            if link.address and any(compare(label, words) for label in link.labels):
                return link
    return None


def _is_over(given: Mapping[str, str]) -> bool:
    """Tell whether a cookie is to be forgotten."""
    age = given.get("max-age", "")
    if age.lstrip("-").isdigit():
        return int(age[:12]) <= 0
    if "expires" not in given:
        return False
    try:
        return parsedate_to_datetime(given["expires"]).timestamp() < time.time()
    except (ValueError, TypeError, OverflowError):
        return False
