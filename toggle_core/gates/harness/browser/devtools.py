"""Chromium's DevTools protocol over a pipe: commands, their answers, and events.

The pipe is Chromium's descriptors 3 and 4, and each message is JSON that ends with a zero byte
(``--remote-debugging-pipe``). No port is open that a page or a program could reach. See
https://chromedevtools.github.io/devtools-protocol/.
"""

import json
import os
import select
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

_READ_BYTES = 1024 * 1024
_MOST_MESSAGE_BYTES = 32 * 1024 * 1024
_LOOK_EVERY = 0.1  # seconds

OnEvent = Callable[[str, str, Mapping[str, Any]], None]
"""Called with the session, the name and the values of an event."""


class HasDescriptor(Protocol):
    """What can be waited on."""

    def fileno(self) -> int:
        """Return the descriptor."""


class BrowserGone(Exception):
    """The browser ended, or its messages cannot be read."""


class Unresponsive(Exception):
    """A page did not answer in time: it computes without end."""


class Refused(Exception):
    """The browser answered a command with an error; the message is the browser's."""


class DevTools:
    """One connection to a browser. It is used by one thread.

    Args:
        reading: descriptor on which the browser answers.
        writing: descriptor on which it is sent commands.
        on_event: gets each event while an answer or time is waited for.
        on_idle: called some ten times a second meanwhile.
    """

    def __init__(
        self, reading: int, writing: int, on_event: OnEvent, on_idle: Callable[[], None]
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._on_event = on_event
        self._on_idle = on_idle
        self._kept = bytearray()
        self._number = 0
        self._answers: dict[int, Mapping[str, Any]] = {}
        os.set_blocking(reading, False)

    def send(
        self,
        method: str,
        values: Mapping[str, Any] | None = None,
        *,
        session: str = "",
        seconds: float = 15.0,
    ) -> dict[str, Any]:
        """Send a command, and return the answer.

        Args:
            method: its name, such as ``Page.navigate``.
            values: its parameters.
            session: of the page that it is for; empty for the browser itself.
            seconds: to wait for the answer.

        Raises:
            Unresponsive: there is none in time.
            Refused: it is an error.
            BrowserGone: there is no browser any more.
        """
        number = self.post(method, values, session=session)
        deadline = time.monotonic() + seconds
        while number not in self._answers:
            if time.monotonic() > deadline:
                raise Unresponsive(method)
            self.pump(_LOOK_EVERY)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise Refused(str(answer["error"].get("message", "")))
        result: dict[str, Any] = answer.get("result", {})
        return result

    def post(
        self, method: str, values: Mapping[str, Any] | None = None, *, session: str = ""
    ) -> int:
        """Send a command without waiting for its answer; return the command's number.

        Raises:
            BrowserGone: there is no browser any more.
        """
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": values or {}}
        if session:
            message["sessionId"] = session
        rest = memoryview(json.dumps(message).encode() + b"\0")
        try:
            while rest:
                rest = rest[os.write(self._writing, rest) :]
        except OSError as error:
            raise BrowserGone("The browser ended.") from error
        return self._number

    def pump(self, seconds: float) -> None:
        """Read what comes within some seconds, at least what is there; answers are kept.

        Raises:
            BrowserGone: there is no browser any more.
        """
        deadline = time.monotonic() + seconds
        while True:
            left = max(deadline - time.monotonic(), 0.0)
            ready, _, _ = select.select([self._reading], [], [], min(left, _LOOK_EVERY))
            self._on_idle()
            if ready:
                self._read()
                return
            if not left:
                return

    def wait_for(self, other: HasDescriptor) -> bool:
        """Wait until something else can be read, or the browser has sent something.

        Returns:
            Whether the other can be read.
        """
        descriptor = other.fileno()
        ready, _, _ = select.select([descriptor, self._reading], [], [], _LOOK_EVERY)
        self._on_idle()
        return descriptor in ready

    def _read(self) -> None:
        with suppress(BlockingIOError):
            piece = os.read(self._reading, _READ_BYTES)
            if not piece:
                raise BrowserGone("The browser ended.")
            self._kept += piece
        if len(self._kept) > _MOST_MESSAGE_BYTES:
            raise BrowserGone("The browser sent a message without end.")
        *messages, self._kept = self._kept.split(b"\0")
        for message in messages:
            self._take(json.loads(message))

    def _take(self, message: Mapping[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
        else:
            session, name = message.get("sessionId", ""), message.get("method", "")
            self._on_event(session, name, message.get("params", {}))
