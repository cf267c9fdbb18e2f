"""What the harness tells the supervisor: that it began, and its result."""

import json
import os
import socket
from array import array
from collections.abc import Mapping
from typing import Any

from toggle_core.gates.sandbox.limits import Limits

_READ_BYTES = 65_536
_MOST_FOLDERS = 8


class Inbox:
    """The supervisor's end of the channel.

    Attributes:
        socket: to be registered with a selector.
        rests: the harness said that hardly any processor time is needed from now on.
        started: the harness said, from inside, that limits and files are in place.
        folders: descriptors of the folders to watch, closed with the inbox.
        result: what the harness reported, None so far.
        seen: bytes that came so far.
        flooded: more came than a report may hold.
    """

    def __init__(self, ours: socket.socket, limits: Limits) -> None:
        self.socket = ours
        self.started = False
        self.rests = False
        self.flooded = False
        self.folders: list[int] = []
        self.result: Mapping[str, Any] | None = None
        self._most = limits.report_bytes
        self._kept = bytearray()
        self.seen = 0

    def read(self, _descriptor: int) -> bool:
        """Read what there is; return False when the other end is closed."""
        room = socket.CMSG_SPACE(_MOST_FOLDERS * array("i").itemsize)
        piece, attached, _, _ = self.socket.recvmsg(_READ_BYTES, room)
        for level, kind, data in attached:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                received = array("i")
                received.frombytes(data[: len(data) - len(data) % received.itemsize])
                self.folders += received
        self.seen += len(piece)
        self.flooded = self.seen > self._most
        if not self.flooded:
            self._kept += piece
            self._take_lines()
        return bool(piece)

    def close(self) -> None:
        """Close the folders that were handed over."""
        for descriptor in self.folders:
            os.close(descriptor)
        self.folders.clear()

    def _take_lines(self) -> None:
        *lines, rest = self._kept.split(b"\n")
        self._kept = rest
        for line in lines:
            told = json.loads(line)
            self.rests = self.rests or told.get("rests") is True
            self.started = self.started or told.get("started") is True
            self.result = told.get("result", self.result)
