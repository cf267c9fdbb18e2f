"""One request to a server that may answer anything, or nothing, or without end."""

import http.client
import socket
import zlib
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus

from .patience import Patience

MOST_BODY_BYTES = 512 * 1024
"""Kept of a body; the rest is read and dropped, since a server is not to be cut off."""

_PIECE_BYTES = 65_536
_MOST_READ_BYTES = 256 * 1024 * 1024  # a body that is longer has no end
_MOST_SECONDS = 120.0  # for a connection, and between two pieces of an answer
_ENDLESS_TYPES = ("text/event-stream", "multipart/x-mixed-replace")
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript", "image/svg")
_COMPRESSED = frozenset(("gzip", "x-gzip", "deflate"))
_ANY_WRAPPER = 47  # zlib.decompressobj: gzip or zlib, whichever it is

DROPPED, SILENT, ENDLESS, NOT_HTTP = "dropped", "silent", "endless", "not http"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: the HTTP status, 0 without one.
        content_type: as the server names it, without parameters.
        body: its beginning, decompressed.
        is_text: it is a text by its content type, or has none.
        text: the body decoded; empty for what is no text, or compressed in an unknown way.
        location: the address of a redirection, else empty.
        cookies: to be sent along from now on, by their names; an empty one is to be forgotten.
        asks_login: the server asks for a login in the way that browsers know.
        fault: empty, or ``DROPPED``: closed before the answer was complete; ``SILENT``: no answer
            in time; ``ENDLESS``: the answer did not end in time; ``NOT_HTTP``.
    """

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    is_text: bool = False
    text: str = ""
    location: str = ""
    cookies: tuple[tuple[str, str], ...] = ()
    asks_login: bool = False
    fault: str = ""


@dataclass(slots=True, eq=False)
class _Line:
    """A socket, which ``http.client`` gives away with the answer."""

    sock: socket.socket


def fetch(
    address: str, port: int, path: str, cookies: str, patience: Patience, seconds: float
) -> Answer:
    """Send one GET request, and read the answer to its end.

    Args:
        address: where the server listens.
        port: its port.
        path: what to ask for, percent-encoded.
        cookies: value of the header ``Cookie``, empty for none.
        patience: for how long the server may be idle.
        seconds: of idleness for each of the two, the head of the answer and the body.
    """
    connection = http.client.HTTPConnection(address, port, timeout=_MOST_SECONDS)
    headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
    headers |= {"Cookie": cookies} if cookies else {}
    try:
        connection.connect()
        line = _Line(connection.sock)
        with patience.bounding(line, seconds):
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
        return _read(response, line, patience, seconds)
    except TimeoutError:
        return Answer(fault=SILENT)
    except (ConnectionError, http.client.IncompleteRead):
        return Answer(fault=DROPPED)
    except (http.client.HTTPException, ValueError) as error:
        # A status line that cannot be read is all that there is to show of what is not HTTP.
        words = str(error).strip() if isinstance(error, http.client.BadStatusLine) else ""
        return Answer(text=words, fault=NOT_HTTP)
    except OSError:
        return Answer(fault=DROPPED)
    finally:
        connection.close()


def _read(
    response: http.client.HTTPResponse, line: _Line, patience: Patience, seconds: float
) -> Answer:
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    kept = bytearray()
    try:
        with patience.bounding(line, seconds):
            fault = _read_body(response, kept)
    except TimeoutError:
        fault = ENDLESS
    body = bytes(kept)
    if fault == ENDLESS and kind in _ENDLESS_TYPES:
        fault = ""
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding in _COMPRESSED:
        body = _decompress(body)
    is_text = encoding in (*_COMPRESSED, "identity") and (
        not kind or kind.startswith(_TEXTS) or kind.endswith(("+xml", "+json"))
    )
    return Answer(
        status=response.status,
        content_type=kind,
        body=body,
        is_text=is_text,
        text=_decode(body, response.headers) if is_text else "",
        location=_location(response),
        cookies=tuple(_cookies(response.headers)),
        asks_login="WWW-Authenticate" in response.headers,
        fault=fault,
    )


def _location(response: http.client.HTTPResponse) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST:
        return response.getheader("Location") or ""
    return ""  # of another status it names what was made


def _read_body(response: http.client.HTTPResponse, kept: bytearray) -> str:
    """Read a body, and return what is wrong with it: nothing, ``DROPPED`` or ``ENDLESS``."""
    missing, seen = response.length, 0
    try:
        while missing != 0:
            most = _PIECE_BYTES if missing is None else min(missing, _PIECE_BYTES)
            piece = response.read1(most)
            if not piece:
                break
            seen += len(piece)
            if seen > _MOST_READ_BYTES:
                return ENDLESS
            missing = None if missing is None else missing - len(piece)
            kept += piece[: max(MOST_BODY_BYTES - len(kept), 0)]
    except (OSError, http.client.HTTPException, ValueError):
        return DROPPED
    return DROPPED if missing else ""


def _decompress(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(_ANY_WRAPPER).decompress(body, MOST_BODY_BYTES)
    except zlib.error:
        return b""


def _decode(body: bytes, headers: Message) -> str:
    try:
        return body.decode(headers.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _cookies(headers: Message) -> list[tuple[str, str]]:
    pairs = (value.partition(";")[0].partition("=") for value in headers.get_all("Set-Cookie", []))
    return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip()]
