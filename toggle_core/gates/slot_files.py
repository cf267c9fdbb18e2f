"""Slots as locked files in a folder, and the line of those who wait for one.

The kernel gives a lock back when its holder ends, however it ends: no slot is ever lost. Whoever
waits has a locked ticket; the oldest ticket gets the next free slot, so nobody waits for ever.
"""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from toggle_core.file_lock import FileLock, exclusive
from toggle_core.gates.sandbox.supervisor import Stop

LINE = "waiting"
"""Name of the folder of tickets, which lies in the folder of the slots."""

_LOOK_EVERY = 0.02  # seconds between two looks of the first in the line
_LOOK_AT_LEAST_EVERY = 0.5  # seconds between two looks of one far behind
_STOP_WITHIN = 0.05  # seconds until a stop is noticed


def wait_for_slot(folder: Path, count: int, stop: Stop, owner: int | None) -> FileLock | None:
    """Wait in line for a slot.

    Args:
        folder: of the slots; it exists, and so does ``LINE`` in it.
        count: how many slots there are, at least 1.
        stop: ends the waiting within some 50 ms.
        owner: the user id new files are given to; None leaves them with this process's user.

    Returns:
        The slot, held until it is released; None if the waiting was stopped.

    Raises:
        OSError: the folder cannot be used.
    """
    ticket = _Ticket.draw(folder / LINE, owner)
    try:
        next_look = time.monotonic()
        while not stop.is_set():
            now = time.monotonic()
            if now >= next_look:
                ahead = ticket.count_ahead()
                if not ahead and (slot := _take_free_slot(folder, count, owner)):
                    return slot
                next_look = now + min(_LOOK_EVERY * (ahead + 1), _LOOK_AT_LEAST_EVERY)
            time.sleep(min(next_look - now, _STOP_WITHIN))
        return None
    finally:
        ticket.discard()


def _take_free_slot(folder: Path, count: int, owner: int | None) -> FileLock | None:
    for number in range(count):
        if slot := exclusive(folder / f"slot-{number}", timeout_s=0, owner=owner):
            return slot
    return None


@dataclass(frozen=True, slots=True)
class _Ticket:
    """A place in the line: a locked file, whose name sorts by the time it was drawn.

    One that is being drawn sorts before all others: whoever sees it waits for it, or removes it
    if the process that was drawing it has died.
    """

    path: Path
    lock: FileLock

    @classmethod
    def draw(cls, line: Path, owner: int | None) -> Self:
        while True:
            # Locked before it stands in the line: nobody finds it there and takes it for abandoned.
            drawn = line / f".{secrets.token_hex(8)}"
            lock = exclusive(drawn, timeout_s=0, owner=owner)
            if lock is None:
                continue
            # The same clock for all processes of the machine since it started.
            path = line / f"{time.monotonic_ns():020d}-{secrets.token_hex(4)}"
            try:
                drawn.rename(path)
            except FileNotFoundError:  # taken for abandoned between its creation and its locking
                lock.release()
                continue
            return cls(path, lock)

    def count_ahead(self) -> int:
        """Return how many may be ahead: 0 if nobody is. Removes tickets of processes that died."""
        older = sorted(path for path in self.path.parent.iterdir() if path.name < self.path.name)
        for position, path in enumerate(older):
            abandoned = exclusive(path, timeout_s=0)
            if abandoned is None:
                return len(older) - position
            path.unlink(missing_ok=True)
            abandoned.release()
        return 0

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.lock.release()
