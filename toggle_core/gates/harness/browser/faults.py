"""What goes wrong on a page while a browser shows it."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..web_hosts import DISPENSABLE

EXCEPTION, CONSOLE, MISSING, OUTSIDE, BLOCKED = (
    *("exception", "console", "missing", "outside"),
    "blocked",
)

HOST = "127.0.0.1"

_OUR_NAMES = (HOST, "localhost")

_MOST_CHARACTERS = 400
_MOST_VALUES = 5  # of one message on the console
_BROWSERS_OWN = ("/favicon.ico", "/apple-touch-icon.png")  # asked for by browsers, not by the page
_PARTS = ("Script", "Stylesheet", "Image", "Font", "Media")
_NEEDED_PARTS = ("Script", "Stylesheet")  # a page is read without the others
_LIBRARIES_ADVICE = ("Warning: ", "Download the React DevTools")  # React's own, in error's colour
_FIRST_ERROR = 400


class Fault(NamedTuple):
    """Something that goes wrong on a page.

    Attributes:
        kind: ``EXCEPTION``: an error that no script caught; ``CONSOLE``: an error that the page
            wrote to the console; ``MISSING``: a part of the page that is not there; ``OUTSIDE``: a
            script or a style sheet from another host; ``BLOCKED``: what the browser refuses for
            safety.
        text: the browser's words, bounded.
        where: address of the part or the script, empty where there is none.
    """

    kind: str
    text: str
    where: str


def exception_fault(values: Mapping[str, Any]) -> Fault:
    """Return the fault of ``Runtime.exceptionThrown``."""
    details = values.get("exceptionDetails", {})
    thrown = details.get("exception", {})
    text = str(thrown.get("description") or thrown.get("value") or details.get("text", ""))
    line = int(details.get("lineNumber", 0)) + 1
    return Fault(
        EXCEPTION, text[:_MOST_CHARACTERS], f"{path_of(str(details.get('url', '')))}:{line}"
    )


def console_fault(values: Mapping[str, Any]) -> Fault | None:
    """Return the fault of ``Runtime.consoleAPICalled``; None for what is no error."""
    if values.get("type") not in ("error", "assert"):
        return None
    words = [
        str(each.get("value", each.get("description", "")))
        for each in values.get("args", [])[:_MOST_VALUES]
    ]
    text = " ".join(words)
    return None if text.startswith(_LIBRARIES_ADVICE) else Fault(CONSOLE, bounded(text), "")


def log_fault(values: Mapping[str, Any]) -> Fault | None:
    """Return the fault of ``Log.entryAdded``; None for what is no error or is seen elsewhere."""
    entry = values.get("entry", {})
    if entry.get("level") != "error" or entry.get("source") not in ("security", "javascript"):
        return None
    return Fault(BLOCKED, bounded(str(entry.get("text", ""))), path_of(str(entry.get("url", ""))))


def answer_fault(values: Mapping[str, Any]) -> Fault | None:
    """Return the fault of ``Network.responseReceived``; None where a part of a page came."""
    answer = values.get("response", {})
    url, status = str(answer.get("url", "")), int(answer.get("status", 0))
    if values.get("type") not in _PARTS or status < _FIRST_ERROR or _is_browsers_own(url):
        return None
    return Fault(MISSING, f"answered with {status}", path_of(url))


def loading_fault(values: Mapping[str, Any], url: str) -> Fault | None:
    """Return the fault of ``Network.loadingFailed`` for an address; None where there is none."""
    failed = values.get("type") in _PARTS and not values.get("canceled")
    if not failed or _is_browsers_own(url) or values.get("blockedReason"):
        return None
    host, error = urlsplit(url).hostname or "", str(values.get("errorText", ""))
    if host in _OUR_NAMES:
        return Fault(MISSING, error[:_MOST_CHARACTERS], path_of(url))
    is_needed = values.get("type") in _NEEDED_PARTS and host not in DISPENSABLE
    return Fault(OUTSIDE, error[:_MOST_CHARACTERS], path_of(url)) if is_needed else None


def path_of(url: str) -> str:
    """Return an address without the host where the host is ours, bounded."""
    parts = urlsplit(url)
    if parts.hostname in _OUR_NAMES:
        url = parts.path + (f"?{parts.query}" if parts.query else "")
    return url[:_MOST_CHARACTERS]


def is_elsewhere(url: str) -> bool:
    """Tell whether an address is another host's, and not the program's."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname not in _OUR_NAMES


def bounded(text: str) -> str:
    """Return a text in one line, bounded."""
    return " ".join(text.split())[:_MOST_CHARACTERS]


def _is_browsers_own(url: str) -> bool:
    return urlsplit(url).path in _BROWSERS_OWN
