"""One HTTP request as an ordinary browser sends it, to a server that may answer anything."""

import http.client
import secrets
import socket
import zlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.message import Message
from typing import NamedTuple, Protocol

from .pages import HtmlPage, joined, read_page

MOST_BODY_BYTES = 2 * 1024 * 1024
"""Kept of a body."""

_MOST_READ_BYTES = 64 * 1024 * 1024  # a body that is longer has no end
_PIECE_BYTES = 65_536
_MOST_SECONDS = 120.0  # by the clock, for a connection and between two pieces
_ANY_WRAPPER = 47  # zlib.decompressobj: gzip or zlib, whichever it is
_COMPRESSED = ("gzip", "x-gzip", "deflate")
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "keep-alive",
}
_SYSTEMS = ("X11; Linux x86_64", "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10.15")
_VERSIONS = range(115, 150)


def draw_browser() -> str:
    """Return the name of a browser in one of its versions, so that no program can know ours."""
    version = secrets.choice(_VERSIONS)
    system = f"{secrets.choice(_SYSTEMS)}; rv:{version}.0"
    return f"Mozilla/5.0 ({system}) Gecko/20100101 Firefox/{version}.0"


@dataclass(slots=True, eq=False)
class Line:
    """A connection that can be cut off."""

    sock: socket.socket


class Waiting(Protocol):
    """How long something is waited for: by the clock, or by how long a program is idle."""

    @property
    def idle_seconds(self) -> float:
        """Seconds of idleness so far."""

    def bounding(self, connection: Line, seconds: float) -> AbstractContextManager[None]:
        """Cut a connection off, and raise ``TimeoutError``, after so many seconds."""


class Server(NamedTuple):
    """Where the program listens."""

    host: str
    port: int

    @property
    def origin(self) -> str:
        """The address of its pages."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@dataclass(slots=True, eq=False)
class Reply:
    """What came back.

    Attributes:
        path: what was asked for, in the end.
        status: the HTTP status, 0 without an answer.
        headers: of the answer.
        body: decompressed, bounded.
        fault: why it is no complete answer, in one plain sentence; else empty.
        method: of the request that it answers.
    """

    path: str
    status: int = 0
    headers: Message | None = None
    body: bytes = b""
    fault: str = ""
    method: str = "GET"

    @property
    def kind(self) -> str:
        """The content type, without parameters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text."""
        charset = self.headers.get_content_charset() if self.headers else None
        try:
            return self.body.decode(charset or "utf-8", "replace").removeprefix("\ufeff")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    @property
    def is_page(self) -> bool:
        """Whether it is HTML, also where the server forgets to name it."""
        start = self.body[:500].lstrip().lower()
        return "html" in self.kind or (not self.kind and start.startswith((b"<!doctype", b"<html")))

    def header(self, name: str) -> str:
        """Return a header, empty without it."""
        return (self.headers.get(name) or "") if self.headers else ""

    def page(self) -> HtmlPage:
        """Read the body as a page; of other texts only the text."""
        return read_page(self.text) if self.is_page else HtmlPage(text=joined(self.text))


def send(
    server: Server,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None,
    waiting: Waiting,
    seconds: float,
) -> Reply:
    """Send one request, and read the answer to its end.

    Args:
        server: where to.
        method: such as ``GET``.
        path: percent-encoded.
        headers: besides those that every request has.
        body: what is sent along.
        waiting: how long the server is waited for.
        seconds: for the head of the answer, and again for its body.
    """
    connection = http.client.HTTPConnection(server.host, server.port, timeout=_MOST_SECONDS)
    try:
        connection.connect()
        line = Line(connection.sock)
        with waiting.bounding(line, seconds):
            connection.request(method, path, body, {**_HEADERS, **headers})
            response = connection.getresponse()
        return _read(response, line, path, waiting, seconds)
    except TimeoutError:
        return Reply(path, fault=f"It did not answer within {seconds:g} seconds.")
    except ConnectionRefusedError:
        return Reply(path, fault="It does not accept connections any more.")
    except (ConnectionError, http.client.IncompleteRead):
        return Reply(path, fault="It closed the connection without an answer.")
    except (http.client.HTTPException, ValueError) as error:
        return Reply(path, fault=f"Its answer is not valid HTTP ({type(error).__name__}).")
    except OSError as error:
        return Reply(path, fault=f"The connection failed ({error.strerror}).")
    finally:
        connection.close()


def _read(
    response: http.client.HTTPResponse, line: Line, path: str, waiting: Waiting, seconds: float
) -> Reply:
    kept = bytearray()
    try:
        with waiting.bounding(line, seconds):
            fault = _read_body(response, kept)
    except TimeoutError:
        fault = f"Its answer did not end within {seconds:g} seconds."
    encoding = (response.getheader("Content-Encoding") or "").strip().lower()
    body = _decompress(bytes(kept)) if encoding in _COMPRESSED else bytes(kept)
    if fault and (response.getheader("Content-Type") or "").startswith("text/event-stream"):
        fault = ""  # it has no end, and is not meant to have one
    return Reply(path, response.status, response.headers, body, fault)


def _read_body(response: http.client.HTTPResponse, kept: bytearray) -> str:
    """Read a body, and return what is wrong with it, empty if nothing is."""
    missing, seen = response.length, 0
    try:
        while missing != 0:
            most = _PIECE_BYTES if missing is None else min(missing, _PIECE_BYTES)
            piece = response.read1(most)
            if not piece:
                break
            seen += len(piece)
            if seen > _MOST_READ_BYTES:
                return "Its answer has no end."
            missing = None if missing is None else missing - len(piece)
            kept += piece[: max(MOST_BODY_BYTES - len(kept), 0)]
    except (OSError, http.client.HTTPException, ValueError):
        return "It closed the connection before its answer was complete."
    return "It closed the connection before its answer was complete." if missing else ""


def _decompress(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(_ANY_WRAPPER).decompress(body, MOST_BODY_BYTES)
    except zlib.error:
        return body
