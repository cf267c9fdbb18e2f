"""The client's side of the events of a task: goes on by itself after a break."""

import time
from collections.abc import Callable, Iterator
from typing import Final

import httpx
from httpx_sse import EventSource, SSEError

from toggle_core.api.event_schemas import EventOut
from toggle_core.backoff import Backoff
from toggle_core.errors import ApiRefused, ApiUnreachable

SILENCE_SECONDS: Final = 45.0
"""The server says something every 15 s: one that is silent for longer is gone."""

PATIENCE_SECONDS: Final = 60.0
FIRST_PAUSE_SECONDS: Final = 0.2
LONGEST_PAUSE_SECONDS: Final = 5.0

PASSING: Final = frozenset({429, 502, 503, 504})
"""What is answered while a server or its database starts anew."""

Refuse = Callable[[httpx.Response], ApiRefused]


class Stream:
    """The events of one task, over as many connections as it takes."""

    def __init__(self, http: httpx.Client, path: str, known: int | None, refuse: Refuse) -> None:
        """Prepare; nothing is sent yet.

        Args:
            http: to connect with.
            path: of the events.
            known: id of the newest event that is known already.
            refuse: makes an error of an answer that is none.
        """
        self._http = http
        self._path = path
        self._known = known
        self._refuse = refuse
        self._ended = False
        self._answered = False

    def __iter__(self) -> Iterator[EventOut]:
        """All events until the task has ended.

        Raises:
            ApiRefused: the server did not accept it; the sentence says why.
            ApiUnreachable: no answer came, or none any more for a minute.
        """
        heard_at = time.monotonic()
        backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
        while not self._ended:
            reason = "the stream ended"
            try:
                for event in self._connected():
                    heard_at = time.monotonic()
                    backoff.reset()
                    yield event
            except httpx.TransportError as error:
                reason = type(error).__name__
            if self._ended:
                return
            if not self._answered or time.monotonic() - heard_at > PATIENCE_SECONDS:
                address = str(self._http.base_url).rstrip("/")
                raise ApiUnreachable(address=address, reason=reason)
            time.sleep(backoff.pause())

    def _connected(self) -> Iterator[EventOut]:
        """The events of one connection."""
        headers = {} if self._known is None else {"Last-Event-ID": str(self._known)}
        usual = self._http.timeout
        timeout = httpx.Timeout(
            connect=usual.connect, read=SILENCE_SECONDS, write=usual.write, pool=usual.pool
        )
        with self._http.stream("GET", self._path, headers=headers, timeout=timeout) as answer:
            if not self._accepted(answer):
                return
            try:
                for event in EventSource(answer).iter_sse():
                    self._ended = self._ended or event.event == "end"
                    if event.data and not self._ended:
                        found = EventOut.model_validate_json(event.data)
                        self._known = found.id
                        yield found
            except (SSEError, ValueError):
                raise self._refuse(answer) from None

    def _accepted(self, answer: httpx.Response) -> bool:
        if answer.status_code in PASSING and self._answered:
            return False
        if not answer.is_success:
            answer.read()
            raise self._refuse(answer)
        self._answered = True
        self._ended = answer.status_code == httpx.codes.NO_CONTENT
        return not self._ended
