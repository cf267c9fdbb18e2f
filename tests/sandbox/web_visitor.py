"""Somebody who uses a made program through the proxy, by the requests that a browser sends."""

import ssl
from collections.abc import Mapping
from email.message import Message
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from tests.polling import eventually
from toggle_core.gates.harness.promises.client import Reply
from toggle_core.gates.harness.promises.forms import fill_form
from toggle_core.gates.harness.promises.pages import HtmlPage
from toggle_core.gates.harness.promises.visitor import Outgoing, form_request

SECONDS: Final = 120.0
MOST_REDIRECTS: Final = 10
NAVIGATION: Final = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-User": "?1",
    "Upgrade-Insecure-Requests": "1",
}
SCRIPT: Final = {"Accept": "*/*", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}


class WebVisitor:
    """A browser with cookies of its own.

    Args:
        port: of this machine that apps are reached at.
        opening: address with a ticket, as the dashboard leads to it.
        certificate: that the server shows; None where it speaks plain HTTP.
    """

    def __init__(self, port: int, opening: str, certificate: str | None = None) -> None:
        parts = urlsplit(opening)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        tls = ssl.create_default_context(cafile=certificate)
        tls.check_hostname = False  # the machine's resolver may not know the name
        self._client = httpx.Client(
            base_url=f"{parts.scheme}://127.0.0.1:{port}",
            headers={"Host": parts.netloc, "Accept-Language": "en-US,en;q=0.5"},
            timeout=SECONDS,
            verify=tls,
        )
        self.last: Reply | None = None
        self.pages: dict[str, HtmlPage] = {}
        ticket = Outgoing("GET", f"{parts.path}?{parts.query}")
        answer = self._send(ticket, {**NAVIGATION, "Sec-Fetch-Site": "cross-site"})
        assert answer.status == httpx.codes.SEE_OTHER, answer.text

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def request(self, outgoing: Outgoing, *, redirects: bool, script: bool = False) -> Reply:
        """Send a request of the program's own page.

        Args:
            outgoing: the request.
            redirects: whether to go on to where the answer leads, within the program.
            script: whether a script sends it, and not a link or a form.
        """
        headers = {**(SCRIPT if script else NAVIGATION), "Sec-Fetch-Site": "same-origin"}
        for _ in range(MOST_REDIRECTS):
            reply = self._once_started(outgoing, headers)
            after = self._after(reply) if redirects else None
            if after is None:
                self.last = reply
                if reply.is_page:
                    self.pages[reply.path] = reply.page()
                return reply
            outgoing = after
        raise AssertionError(f"{outgoing.path} redirects without end")

    def open(self, path: str) -> Reply:
        """Load a page."""
        return self.request(Outgoing("GET", path), redirects=True)

    def submit(
        self, path: str, fields: Mapping[str, Any], button: str, *, redirects: bool = True
    ) -> tuple[Outgoing, Reply]:
        """Load a page, fill in its form and send it; return what was sent and what came back.

        Raises:
            ValueError: there is no such form.
        """
        opened = self.open(path)
        page = opened.page()
        outgoing = form_request(page, opened.path, fill_form(page, fields, button))
        return outgoing, self.request(outgoing, redirects=redirects)

    def follow(self, words: str) -> Reply:
        """Go to where a link of the last page leads."""
        assert self.last is not None
        links = self.last.page().links
        [address, *_] = [each.address for each in links if any(words in own for own in each.labels)]
        return self.open(urljoin(self.last.path, address))

    def _once_started(self, outgoing: Outgoing, headers: Mapping[str, str]) -> Reply:
        """The program's answer: while it starts, there is a page that a browser reloads."""

        def answer() -> Reply | None:
            reply = self._send(outgoing, headers)
            is_starting = reply.status == httpx.codes.SERVICE_UNAVAILABLE
            return None if is_starting and reply.header("Retry-After") else reply

        found = eventually(answer, pause=0.2)
        assert found is not None
        return found

    def _send(self, outgoing: Outgoing, headers: Mapping[str, str]) -> Reply:
        sent = {**headers, **outgoing.headers}
        if outgoing.kind:
            sent["Content-Type"] = outgoing.kind
        if outgoing.method not in {"GET", "HEAD"}:
            sent["Origin"] = self.origin
        if self.last is not None:
            sent["Referer"] = f"{self.origin}{self.last.path}"
        answer = self._client.request(
            outgoing.method, outgoing.path, headers=sent, content=outgoing.body
        )
        message = Message()
        for name, value in answer.headers.multi_items():
            message[name] = value
        return Reply(
            outgoing.path, answer.status_code, message, answer.content, method=outgoing.method
        )

    def _after(self, reply: Reply) -> Outgoing | None:
        """The request that a redirect asks for; None where there is none, or it leads away."""
        location = reply.header("Location")
        if not httpx.codes.is_redirect(reply.status) or not location:
            return None
        address = urljoin(f"{self.origin}{reply.path}", location)
        if not address.startswith(f"{self.origin}/"):
            return None
        return Outgoing("GET", address.removeprefix(self.origin))
