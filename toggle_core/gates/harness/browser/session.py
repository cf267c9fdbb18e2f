"""A browser that runs in another sandbox, as the program's side uses it."""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..promises.client import Server, Waiting
from ..promises.program import NotShown, Screen
from ..promises.records import storable
from .faults import EXCEPTION, Fault
from .message_socket import Closed, MessageSocket
from .relay import Relay

_TRY_SECONDS = 4.0  # of idleness, for something to appear that is to be used
_TRY_EVERY = 0.1  # seconds
_ANSWER_SECONDS = 90.0  # for a browser to do something, on a busy machine
_BROWSER_ENDED = (
    "The browser ended while it showed the page, which crashed it or filled its memory."
)


class BrowserSession:
    """Uses a browser by what its readers see; implements ``program.Browser``.

    Args:
        control: descriptor of the socket to the browser's side.

    Attributes:
        is_gone: the browser ended; nothing can be done with it any more.
        waiting: how long the program is waited for; None: what is not there is not waited for.
    """

    def __init__(self, control: int) -> None:
        self.is_gone = False
        self.waiting: Waiting | None = None
        self._faults: list[Fault] = []
        self._messages = MessageSocket(control, _ANSWER_SECONDS)
        self._relay: Relay | None = None

    def reach(self, server: Server) -> None:
        """Let the browser reach the program, at the same address for as long as it is one copy."""
        if self._relay is not None:
            self._relay.server = server
            return
        _, received = self._exchange({"do": "listen", "port": server.port})
        if len(received) != 1:
            for each in received:
                os.close(each)
            raise self._ended()
        self._relay = Relay(socket.socket(fileno=received[0]), server)

    def act(self, action: str, who: str, values: Mapping[str, Any]) -> None:
        """Do something on a person's page, once what it is done to is there.

        Args:
            action: ``open``, ``click``, ``type``, ``press``, ``drag`` or ``cookies``.
            who: name of the person.
            values: of the action.

        Raises:
            NotShown: it cannot be done.
        """
        waiting = self.waiting
        begun = waiting.idle_seconds if waiting else 0.0
        while fault := self._act(action, who, values):
            if fault.is_final or not waiting or waiting.idle_seconds - begun > _TRY_SECONDS:
                raise fault
            time.sleep(_TRY_EVERY)

    def _act(self, action: str, who: str, values: Mapping[str, Any]) -> NotShown | None:
        answer, _ = self._exchange({**values, "do": action, "who": who})
        fault = answer.get("fault")
        return NotShown(storable(str(fault)), is_final="dead" in answer) if fault else None

    def look(self, who: str) -> Screen:
        """Return what a person sees.

        Raises:
            NotShown: nothing can be seen any more.
        """
        answer, _ = self._exchange({"do": "look", "who": who, "source": True})
        if fault := answer.get("fault"):
            raise NotShown(str(fault), is_final=True)
        return Screen(
            text=storable(str(answer.get("text", ""))),
            html=storable(str(answer.get("html", ""))),
            path=storable(str(answer.get("path", ""))),
            status=int(answer.get("status", 0)),
            is_waiting=bool(answer.get("waiting")),
        )

    def take_picture(self, who: str, name: str) -> None:
        """Have the browser's side keep pictures of what a person sees.

        Raises:
            NotShown: nothing can be seen any more.
        """
        answer, _ = self._exchange({"do": "picture", "who": who, "name": name})
        if fault := answer.get("fault"):
            raise NotShown(storable(str(fault)), is_final=True)

    def script_error(self) -> str:
        """Return an error that no script of the pages caught since the last time, else nothing."""
        return next((each.text for each in self.take_faults() if each.kind == EXCEPTION), "")

    def take_faults(self) -> list[Fault]:
        """Return what went wrong on the pages since the last time."""
        faults, self._faults = self._faults, []
        return faults

    def forget(self) -> None:
        """Close all pages, with cookies and all."""
        if self._relay is not None:
            self._relay.close()
            self._relay = None
            with suppress(NotShown):
                self._exchange({"do": "forget"})
        self._faults.clear()

    def _exchange(self, message: Mapping[str, Any]) -> tuple[dict[str, Any], list[int]]:
        if self.is_gone:
            raise self._ended()
        try:
            self._messages.send(message)
            answer, received = self._messages.receive()
        except Closed as error:
            raise self._ended() from error
        for told in answer.get("faults", ()):
            with suppress(TypeError):
                self._faults.append(Fault(*(storable(str(each)) for each in told)))
        return answer, received

    def _ended(self) -> NotShown:
        self.is_gone = True
        return NotShown(_BROWSER_ENDED, is_final=True)
