"""One side of the socket between a browser's sandbox and a program's: JSON objects, a line each."""

import json
import socket
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

_READ_BYTES = 64 * 1024
_MOST_LINE_BYTES = 4 * 1024 * 1024
_MOST_DESCRIPTORS = 4


class Closed(Exception):
    """The other side is gone, or what it sends cannot be read."""


class MessageSocket:
    """One side.

    Args:
        descriptor: of the connected socket, which this object closes.
        seconds: to wait for a message; None: for ever.
    """

    def __init__(self, descriptor: int, seconds: float | None = None) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)
        self._socket.settimeout(seconds)
        self._kept = bytearray()
        self._received: list[int] = []

    def fileno(self) -> int:
        """Return the descriptor, to wait on."""
        return self._socket.fileno()

    def send(self, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send a message, with open descriptors where some belong to it.

        Raises:
            Closed: nobody receives it.
        """
        text = memoryview(json.dumps(message).encode() + b"\n")
        try:
            if descriptors:
                text = text[socket.send_fds(self._socket, [text], list(descriptors)) :]
            self._socket.sendall(text)
        except OSError as error:
            raise Closed("The other side is gone.") from error

    def receive(self) -> tuple[dict[str, Any], list[int]]:
        """Return the next message, and the descriptors that came with it.

        Raises:
            Closed: there is none.
        """
        while b"\n" not in self._kept:
            if len(self._kept) > _MOST_LINE_BYTES:
                raise Closed("The other side sends a message without end.")
            self._read()
        line, _, self._kept = self._kept.partition(b"\n")
        received, self._received = self._received, []
        try:
            message = json.loads(line)
        except ValueError as error:
            raise Closed("The other side sends what is no message.") from error
        if not isinstance(message, dict):
            raise Closed("The other side sends what is no message.")
        return message, received

    def close(self) -> None:
        """Close this side."""
        self._socket.close()

    def _read(self) -> None:
        room = socket.CMSG_SPACE(_MOST_DESCRIPTORS * array("i").itemsize)
        try:
            piece, attached, _, _ = self._socket.recvmsg(_READ_BYTES, room)
        except OSError as error:
            raise Closed("The other side does not answer.") from error
        for level, kind, data in attached:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                numbers = array("i")
                numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
                self._received += numbers
        if not piece:
            raise Closed("The other side is gone.")
        self._kept += piece
