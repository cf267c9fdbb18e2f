"""Run the project's program for a person to use, and hand out connections to its port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .held import Held, restore
from .listening import endpoints
from .shield import hide_memory
from .task import Channel, Task

_HOST = "127.0.0.1"
_REACHABLE_AT_HOST = (_HOST, "0.0.0.0", "::")  # noqa: S104  compared
_OTHER_PORT_AFTER = 2.0  # seconds for the program to listen on the port it was given
_CONNECT_SECONDS = 0.25
_READ_BYTES = 65_536
_TAIL_BYTES = 48 * 1024  # less than a pipe holds


def run(task: Task, channel: Channel) -> None:
    """Serve until the program ends, or the other side ends it; report how it went.

    ``options``: ``command``, the arguments of the interpreter; ``port``, given to the program as
    ``PORT``; ``control``, a socket of whole messages to the supervisor; ``saved``, a file with what
    the program has stored before, or None; ``kept``, paths that are never taken from it.
    """
    hide_memory()
    options = task.options
    restore(options["saved"], options["kept"])
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-s", *options["command"]],
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=writing,
        env={**os.environ, "PORT": str(options["port"]), "HOST": _HOST},
    )
    os.close(writing)
    served = _Served(process, options, reading)
    served.until_the_end({reading: served.read_output})
    start, last = served.last_output()
    channel.report(
        {"exit_code": served.exit_code, "output": last.decode("latin-1"), "output_start": start}
    )


class _Served(Held):
    """The program, and what it printed last."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", options: Mapping[str, Any], output: int
    ) -> None:
        super().__init__(process, options["control"])
        self._given = int(options["port"])
        self._output = output
        self._tail = bytearray()
        self._printed = 0
        self._begun = time.monotonic()
        self._port: int | None = None

    def last_output(self) -> tuple[int, bytes]:
        """Return what the program printed last, and how many bytes it printed before that."""
        os.set_blocking(self._output, False)
        with suppress(BlockingIOError):
            while self.read_output():
                pass
        return self._printed - len(self._tail), bytes(self._tail)

    def read_output(self) -> bool:
        """Read what the program prints; return False after the last of it."""
        piece = os.read(self._output, _READ_BYTES)
        self._tail += piece
        self._printed += len(piece)
        del self._tail[:-_TAIL_BYTES]
        return bool(piece)

    def answer(self, word: bytes, number: bytes) -> None:
        """Send a connection to the program, or a pipe with what it printed last."""
        if word == b"open":
            self._send_connection(number)
        elif word == b"output":
            self._send_output(number)

    def _send_output(self, number: bytes) -> None:
        """Send a pipe that holds how much was printed before, in digits, a line feed, the rest."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with suppress(BlockingIOError):
            os.write(writing, b"%d\n%s" % (self._printed - len(self._tail), self._tail))
        os.close(writing)
        self.reply(b"ok", number, [reading])
        os.close(reading)

    def _send_connection(self, number: bytes) -> None:
        connected = self._connect()
        if connected is None:
            self.reply(b"no", number)
            return
        with connected:
            self.reply(b"ok", number, [connected.fileno()])

    def _connect(self) -> socket.socket | None:
        address = self._find_port()
        if address is None:
            return None
        with suppress(OSError):
            connected = socket.create_connection(address, timeout=_CONNECT_SECONDS)
            connected.setblocking(False)
            return connected
        self._port = None
        return None

    def _find_port(self) -> tuple[str, int] | None:
        """Return where the program listens: on the port it was given, after a while on another."""
        if self._port is not None:
            return _HOST, self._port
        there = endpoints()
        given = [each for each in there if each.port == self._given]
        is_late = time.monotonic() - self._begun > _OTHER_PORT_AFTER
        for each in given or (there if is_late else []):
            if each.address in _REACHABLE_AT_HOST:
                self._port = each.port
                return _HOST, each.port
            return each.address, each.port
        return None
