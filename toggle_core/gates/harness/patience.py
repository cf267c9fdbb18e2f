"""How long to wait for a program: by what it does, not by the clock on the wall.

On a busy machine a good program takes long because it waits for its turn on a processor. That does
not count; the time in which it neither works nor waits for a turn does. A program that works on and
on is ended by the supervisor's limit of processor time.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

_LOOK_EVERY = 0.1  # seconds
_ACTIVE = ("R", "D")  # on a processor or waiting for one, waiting for the disk (``proc(5)``)


class Connection(Protocol):
    """A connection that has its socket as soon as it is connected, as ``http.client`` has it."""

    sock: socket.socket


class Patience:
    """Adds up, in a thread, for how long everything else in the sandbox was idle.

    Attributes:
        idle_seconds: of idleness so far.
    """

    def __init__(self, seconds: float) -> None:
        """Begin to watch.

        Args:
            seconds: of idleness, after which patience is at an end.
        """
        self.idle_seconds = 0.0
        self._seconds = seconds
        self._bounds: dict[Connection, float] = {}
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether the program has been idle for too long."""
        return self.idle_seconds > self._seconds

    def extend(self, seconds: float) -> None:
        """Begin anew: be at an end after so many seconds of idleness from now."""
        self._seconds = self.idle_seconds + seconds

    @contextmanager
    def bounding(self, connection: Connection, seconds: float) -> Iterator[None]:
        """Cut a connection off if the program is idle for too long within the block.

        Args:
            connection: what is waited for, in the thread that waits.
            seconds: of idleness, or what patience is left if that is less.

        Raises:
            TimeoutError: it was cut off, whatever became of the block.
        """
        bound = min(self.idle_seconds + seconds, self._seconds)
        self._bounds[connection] = bound
        try:
            yield
        finally:
            del self._bounds[connection]
            if self.idle_seconds > bound:
                raise TimeoutError

    def _watch(self) -> None:
        before = time.monotonic()
        while True:
            time.sleep(_LOOK_EVERY)
            before, elapsed = (now := time.monotonic()), now - before
            if not _is_active():
                self.idle_seconds += elapsed
            for connection, bound in tuple(self._bounds.items()):
                if self.idle_seconds > bound:
                    _cut_off(connection)


def _cut_off(connection: Connection) -> None:
    with suppress(AttributeError, OSError):  # not connected yet, or closed meanwhile
        connection.sock.shutdown(socket.SHUT_RDWR)


def _is_active() -> bool:
    """Tell whether any thread of another process is active; if nobody can see them, none is."""
    own = str(os.getpid())
    with suppress(OSError):
        return any(
            _state(task) in _ACTIVE
            for process in Path("/proc").iterdir()
            if process.name.isdecimal() and process.name != own
            for task in _tasks(process)
        )
    return False


def _tasks(process: Path) -> list[Path]:
    with suppress(OSError):
        return list((process / "task").iterdir())
    return []


def _state(task: Path) -> str:
    with suppress(OSError):
        return (task / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    return ""
