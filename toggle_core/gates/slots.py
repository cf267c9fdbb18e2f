"""Slots for the jobs of gates: as many at one time as this machine or container has processors.

Threads and processes share them through a folder. Where no folder can be written, each process has
slots of its own.
"""

import errno
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from toggle_core.gates.cores import usable_cores
from toggle_core.gates.sandbox.supervisor import Stop
from toggle_core.gates.slot_files import LINE, wait_for_slot

_log = logging.getLogger(__name__)

_FOLDER = "gate-slots"
_STOP_WITHIN = 0.05  # seconds until a stop is noticed


@dataclass(frozen=True, slots=True)
class SlotOptions:
    """Which slots there are.

    Attributes:
        folder: the folder below which they are kept, such as the data folder. None, or one that is
            not there or cannot be written: this user's own among the temporary files.
        count: how many; 0: as many as processors can be used.
    """

    folder: Path | None = None
    count: int = 0


@contextmanager
def hold_slot(options: SlotOptions, stop: Stop) -> Iterator[bool]:
    """Wait for a slot, and hold it for the length of the block.

    Args:
        options: which slots.
        stop: ends the waiting within some 50 ms.

    Yields:
        Whether a slot is held; False if the waiting was stopped.
    """
    count = options.count or usable_cores()
    slot = _wait(options, count, stop)
    try:
        yield slot is not None
    finally:
        if slot is not None:
            slot.release()


class _Slot(Protocol):
    def release(self) -> object: ...


def _wait(options: SlotOptions, count: int, stop: Stop) -> _Slot | None:
    for place in _places(options.folder):
        try:
            return wait_for_slot(place.folder, count, stop, place.owner)
        except OSError as error:
            _complain(place.folder, str(error.strerror))
    return _wait_for_own(_own_slots(count), stop)


@cache
def _complain(folder: Path, reason: str) -> None:
    """Log, once for each reason, that slots cannot be shared through a folder."""
    _log.warning(
        "the slots of checks cannot be shared by files in %s (%s): more checks may run at a time "
        "than this machine has processors",
        folder,
        reason,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder of slots, and the user its files are given to, None for this process's own."""

    folder: Path
    owner: int | None


@cache
def _places(data_folder: Path | None) -> list[_Place]:
    """Return the folders to try, the best first; they exist and are writable for this user only."""
    user = os.geteuid()
    wanted = [(Path(tempfile.gettempdir()) / f"production-toggle-slots-{user}", user)]
    if data_folder is not None and data_folder.is_dir():
        # Root and whoever owns the data folder may use it in turn.
        owner = data_folder.stat().st_uid if user == 0 else user
        wanted.insert(0, (data_folder / _FOLDER, owner))
    found = []
    for folder, owner in wanted:
        try:
            _prepare(folder, owner)
        except OSError as error:
            _complain(folder, str(error.strerror))
        else:
            found.append(_Place(folder, owner if owner != user else None))
    return found


def _prepare(folder: Path, owner: int) -> None:
    """Make a folder and the one for the line in it; refuse one that is somebody else's."""
    for path in (folder, folder / LINE):
        path.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() not in (path.lstat().st_uid, owner):
            os.chown(path, owner, -1, follow_symlinks=False)
        status = path.lstat()
        if path.is_symlink() or status.st_uid != owner or not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EPERM, "it belongs to somebody else")


@cache
def _own_slots(count: int) -> threading.Semaphore:
    return threading.Semaphore(count)


def _wait_for_own(slots: threading.Semaphore, stop: Stop) -> _Slot | None:
    while not stop.is_set():
        if slots.acquire(timeout=_STOP_WITHIN):
            return slots
    return None
