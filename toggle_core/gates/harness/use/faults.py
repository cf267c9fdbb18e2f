"""What is wrong with an answer to something that a visitor did."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus

from ..promises.client import Reply
from ..view import tracebacks_in
from .used import (
    DROPPED,
    ERROR,
    MARKUP,
    PLANTED,
    SHELL,
    TRACEBACK,
    UNSENT,
    is_carried_out,
)

NOT_HERE = (
    HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
)  # fmt: skip
"""By which a program says that something it depends on is away."""

_NO_SUCH_PLACE = (
    HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traps:
    """What no answer may hold.

    Attributes:
        markup: letters that stand in what hostile visitors type.
        secret: content of the planted file.
    """

    markup: str
    secret: str


def kinds_of(reply: Reply, traps: Traps, *, is_ordinary: bool) -> Iterator[str]:
    """Yield what is wrong with an answer.

    Args:
        reply: the answer.
        traps: what it may not hold.
        is_ordinary: whether the request was one for which the program is made.
    """
    if reply.fault:
        yield DROPPED
        return
    if tracebacks_in(reply.text):
        yield TRACEBACK
    elif is_ordinary and reply.status in _NO_SUCH_PLACE:
        yield UNSENT
    elif reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR and reply.status not in NOT_HERE:
        yield ERROR
    if reply.is_page and _becomes_markup(reply.text, traps.markup):
        yield MARKUP
    if traps.secret in reply.text:
        yield PLANTED
    if is_carried_out(reply.text, traps.markup):
        yield SHELL


def in_short(reply: Reply) -> str:
    """Return an answer in one line: its status and the beginning of its text."""
    if reply.fault:
        return reply.fault
    return f"{reply.status} {reply.page().text}"


def _becomes_markup(text: str, token: str) -> bool:
    """Tell whether an element that a visitor typed is one of the page."""
    if token not in text:
        return False
    finder = _HandlerFinder(token)
    finder.feed(text)
    return finder.found


class _HandlerFinder(HTMLParser):
    def __init__(self, token: str) -> None:
        super().__init__()
        self.found = False
        self._token = token

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = self.found or any(
            name == "onerror" and self._token in (value or "") for name, value in attrs
        )
