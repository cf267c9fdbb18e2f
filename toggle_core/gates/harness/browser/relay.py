"""Accept a browser's connections from another sandbox, and relay them to this one's program."""

import selectors
import socket
import threading
from contextlib import suppress

from ..promises.client import Server

_PIECE_BYTES = 64 * 1024
_CONNECT_SECONDS = 5.0
_MOST_CONNECTIONS = 64  # a browser opens six to one host
_LOOK_EVERY = 0.2  # seconds


class Relay:
    """Relays until it is closed, in one thread.

    Args:
        listening: the socket on which the browser's connections come, which this object closes.
        server: where the program listens.

    Attributes:
        server: may be replaced when the program is started again.
    """

    def __init__(self, listening: socket.socket, server: Server) -> None:
        self.server = server
        self._listening = listening
        self._listening.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(listening, selectors.EVENT_READ)
        self._others: dict[socket.socket, socket.socket] = {}
        self._is_closed = False
        self._thread = threading.Thread(target=self._relay, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End every connection, and accept no more."""
        self._is_closed = True
        self._thread.join()

    def _relay(self) -> None:
        while not self._is_closed:
            for key, _ in self._selector.select(_LOOK_EVERY):
                if key.fileobj is self._listening:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._pass_on(key.fileobj)
        for one in list(self._others):
            self._end(one)
        self._selector.close()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            browser, _ = self._listening.accept()
            if len(self._others) >= 2 * _MOST_CONNECTIONS:
                browser.close()
                return
            try:
                place = (self.server.host, self.server.port)
                program = socket.create_connection(place, _CONNECT_SECONDS)
            except OSError:
                browser.close()
                return
            for one, other in ((browser, program), (program, browser)):
                one.setblocking(True)
                one.settimeout(_CONNECT_SECONDS)
                self._others[one] = other
                self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, one: socket.socket) -> None:
        """Pass on what came; the end of one side is the end of both once the rest has arrived."""
        other = self._others.get(one)
        if other is None:
            return
        try:
            piece = one.recv(_PIECE_BYTES)
            other.sendall(piece)
        except OSError:
            piece = b""
        if not piece:
            self._end(one)

    def _end(self, one: socket.socket) -> None:
        for each in (one, self._others.get(one)):
            if each is not None and self._others.pop(each, None) is not None:
                self._selector.unregister(each)
                each.close()
