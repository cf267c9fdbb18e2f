"""Let twenty visitors do one thing at the same moment, and see whether anything is lost.

What is lost at once, and kept when the same is sent one after the other, was overwritten. Where the
second is lost too, for whatever reason, nothing is said.
"""

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from ..promises.client import Reply, Server
from ..promises.visitor import Outgoing, Visitor
from .faults import NOT_HERE
from .used import letters

VISITORS = 20

_NUMBER = re.compile(r"\d{1,9}")
_QUEUE = 5  # connections that Python's own servers let wait
_JOIN_SECONDS = 60.0  # each answer has a limit of its own, which is shorter


@dataclass(frozen=True, slots=True)
class Crowded:
    """What went wrong when many did the same at once.

    Attributes:
        request: one of those that were sent.
        reply: an answer that shows it; None where something was lost.
        words: what was lost; empty where an answer shows it.
    """

    request: Outgoing
    reply: Reply | None
    words: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """Visitors who share what the server knows of one.

    Attributes:
        server: where they go.
        visitor: the one whose cookies they have.
    """

    server: Server
    visitor: Visitor

    def text_of(self, path: str) -> Callable[[], str]:
        """Return a function that opens a page and returns its visible text."""
        return lambda: self.open(path).page().text

    def open(self, path: str) -> Reply:
        """Return a page, as another visitor with the same cookies sees it."""
        try:
            return self.visitor.twin().request(self.server, Outgoing("GET", path), redirects=True)
        except ValueError:  # it leads to another host
            return Reply(path)

    def shows_one(self, make: Callable[[str], Outgoing], path: str) -> bool:
        """Add one entry, and tell whether an address shows it."""
        token = letters()
        (reply,) = self._one_by_one([make(token)])
        return _is_taken(reply) and token in self.open(path).text

    def add_entries(
        self, make: Callable[[str], Outgoing | None], read: Callable[[], str]
    ) -> Crowded | None:
        """Add an entry each, and look for all of them.

        Args:
            make: returns the request that adds an entry with the letters in it; None for none.
            read: returns the text of the page that shows the entries.

        Returns:
            What went wrong, None if nothing did.
        """
        made = _made(make)
        if not made:
            return None
        replies = self._at_once(list(made.values()))
        shown = read()  # Before more is sent: a page may have room for the newest only.
        if failed := self._failed(replies, lambda: list(_made(make).values())):
            return failed
        sent = [token for token, reply in zip(made, replies, strict=True) if _is_taken(reply)]
        kept = _in(sent, shown)
        if kept == len(sent):
            return None
        made = _made(make)
        replies = self._one_by_one(list(made.values()))
        if not all(map(_is_taken, replies)) or _in(list(made), read()) < VISITORS:
            return None
        words = f"only {kept} of {len(sent)} entries are kept"
        return Crowded(next(iter(made.values())), None, words)

    def count_up(self, action: Outgoing, read: Callable[[], str]) -> Crowded | None:
        """Do what raises a number on a page, and look for how far it rises.

        Args:
            action: the request that may raise it.
            read: returns the visible text of the page.

        Returns:
            What went wrong, None if nothing did, or if no number rises by one.
        """
        first, before = _numbers(read()), _numbers(read())
        self._one_by_one([action])
        after = _numbers(read())
        if not len(first) == len(before) == len(after):
            return None
        # Opening the page may raise a number, too.
        opening = [two - one for one, two in zip(first, before, strict=True)]
        rising = [at for at, by in enumerate(opening) if after[at] - before[at] == by + 1]
        if not rising:
            return None
        replies = self._at_once([action] * VISITORS)
        failed = self._failed(replies, lambda: [action] * VISITORS)
        rose = _rise(after, crowded := _numbers(read()), opening, rising)
        if failed or rose is None or rose >= VISITORS or not all(map(_is_taken, replies)):
            return failed
        self._one_by_one([action] * VISITORS)
        if _rise(crowded, _numbers(read()), opening, rising) != VISITORS:
            return None
        return Crowded(action, None, f"the count rises by {rose} instead of {VISITORS}")

    def _failed(self, replies: list[Reply], make: Callable[[], list[Outgoing]]) -> Crowded | None:
        """Return a failure that comes from many at once, None if there is none.

        A server with a short queue turns some of twenty connections away, which browsers try
        again: what it does not answer counts only if it does not answer a few at once either.

        Args:
            replies: to all at once.
            make: returns other requests of the same kind.
        """
        if not any(map(_is_failure, replies)):
            return None
        requests, replies = make(), []
        for place in range(0, len(requests), _QUEUE):
            replies += self._at_once(requests[place : place + _QUEUE])
        failed = [pair for pair in zip(requests, replies, strict=True) if _is_failure(pair[1])]
        if not failed or any(map(_is_failure, self._one_by_one(make()))):
            return None
        return Crowded(*failed[0], "")

    def _one_by_one(self, requests: Sequence[Outgoing]) -> list[Reply]:
        return [self._send(self.visitor.twin(), each) for each in requests]

    def _at_once(self, requests: Sequence[Outgoing]) -> list[Reply]:
        """Send requests, each in a thread of its own, from the same moment on."""
        replies = [Reply(each.path, fault="It did not answer.") for each in requests]
        start = threading.Barrier(len(requests))

        def send(place: int, visitor: Visitor) -> None:
            with suppress(threading.BrokenBarrierError):
                start.wait(_JOIN_SECONDS)
                replies[place] = self._send(visitor, requests[place])

        threads = [
            threading.Thread(target=send, args=(place, self.visitor.twin()), daemon=True)
            for place in range(len(requests))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_JOIN_SECONDS)
        return replies

    def _send(self, visitor: Visitor, outgoing: Outgoing) -> Reply:
        try:
            return visitor.request(self.server, outgoing, redirects=False)
        except ValueError:  # it leads to another host
            return Reply(outgoing.path)


def _made(make: Callable[[str], Outgoing | None]) -> dict[str, Outgoing]:
    tokens = [letters() for _ in range(VISITORS)]
    return {token: made for token in tokens if (made := make(token)) is not None}


def _is_taken(reply: Reply) -> bool:
    return not reply.fault and HTTPStatus.OK <= reply.status < HTTPStatus.BAD_REQUEST


def _is_failure(reply: Reply) -> bool:
    broken = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR and reply.status not in NOT_HERE
    return bool(reply.fault) or broken


def _in(tokens: Sequence[str], text: str) -> int:
    return sum(token in text for token in tokens)


def _numbers(text: str) -> list[int]:
    return [int(each) for each in _NUMBER.findall(text)]


def _rise(before: list[int], after: list[int], opening: list[int], places: list[int]) -> int | None:
    """Return the least by which numbers rose, but for what opening the page adds."""
    if len(before) != len(after):
        return None
    return min(after[at] - before[at] - opening[at] for at in places)
