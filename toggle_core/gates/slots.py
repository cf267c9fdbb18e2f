"""Slots for the jobs of gates: as many at one time as this machine or container has processors.

Threads and processes share them through a folder. Where no folder can be written, each process has
slots of its own.
"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from toggle_core.gates.cores import usable_cores
from toggle_core.gates.sandbox.supervisor import Stop
from toggle_core.gates.shared_folders import make_private, shared_folders
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
def hold_slot(options: SlotOptions, stop: Stop) -> Iterator["Hold | None"]:
    """Wait for a slot, and hold it for the length of the block.

    Args:
        options: which slots.
        stop: ends the waiting within some 50 ms.

    Yields:
        The slot, which may be released before the end; None if the waiting was stopped.
    """
    count = options.count or usable_cores()
    slot = _wait(options, count, stop)
    if slot is None:
        yield None
        return
    hold = Hold(slot)
    try:
        yield hold
    finally:
        hold.release()


@dataclass(slots=True)
class Hold:
    """A slot that is held until it is released, once."""

    _slot: "_Slot | None"

    def release(self) -> None:
        """Give the slot back, if that was not done before."""
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.release()


class _Slot(Protocol):
    def release(self) -> object: ...


def _wait(options: SlotOptions, count: int, stop: Stop) -> _Slot | None:
    reason = "no folder can be written"
    for folder in shared_folders(options.folder, _FOLDER):
        try:
            owner = os.geteuid() if folder.owner is None else folder.owner
            make_private(folder.path / LINE, owner)
            return wait_for_slot(folder.path, count, stop, folder.owner)
        except OSError as error:
            reason = f"{folder.path}: {error.strerror}"
    _warn_once(reason)
    return _wait_for_own(_own_slots(count), stop)


@cache
def _warn_once(reason: str) -> None:
    _log.warning(
        "the slots of checks cannot be shared by files (%s): more checks may run at a time than "
        "this machine has processors",
        reason,
    )


@cache
def _own_slots(count: int) -> threading.Semaphore:
    return threading.Semaphore(count)


def _wait_for_own(slots: threading.Semaphore, stop: Stop) -> _Slot | None:
    while not stop.is_set():
        if slots.acquire(timeout=_STOP_WITHIN):
            return slots
    return None
