"""Advisory file locks (flock): released by the kernel when their holder dies, even by kill -9."""

import os
import sys
import threading
import time
from pathlib import Path

if sys.platform != "win32":
    import fcntl

RETRY_S = 0.02

_held: set["FileLock"] = set()
_held_guard = threading.Lock()


class FileLock:
    """A lock on a file, held from creation until `release`. Made by `shared` and `exclusive`.

    A child made by fork shares the lock with its parent and would keep it alive, so the child's
    copy is closed at once. Children made by subprocess never get it.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        with _held_guard:
            _held.add(self)

    @property
    def held(self) -> bool:
        """Whether this process still holds the lock."""
        return self._descriptor is not None

    def release(self) -> bool:
        """Give the lock up. Returns False if that was done before."""
        with _held_guard:
            descriptor, self._descriptor = self._descriptor, None
            _held.discard(self)
        if descriptor is None:
            return False
        os.close(descriptor)
        return True

    def forget_after_fork(self) -> None:
        """Close the copy of the lock that fork gave to this process; the parent keeps its own."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def shared(path: Path, *, owner: int | None = None) -> FileLock:
    """Hold the file together with any number of others.

    Nobody may hold it exclusively for long: this waits without a limit.

    Args:
        path: the file, created if missing.
        owner: the user id a new file is given to; None leaves it with this process's user.

    Raises:
        OSError: the file cannot be opened.
    """
    descriptor = _open(path, owner)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return FileLock(descriptor)


def exclusive(path: Path, *, timeout_s: float, owner: int | None = None) -> FileLock | None:
    """Hold the file alone, or return None when others hold it for `timeout_s` seconds (0: one try).

    Raises:
        OSError: the file cannot be opened.
    """
    descriptor = _open(path, owner)
    deadline = time.monotonic() + timeout_s
    try:
        while not _try_exclusive(descriptor):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(RETRY_S)
    except BaseException:
        os.close(descriptor)
        raise
    return FileLock(descriptor)


def _open(path: Path, owner: int | None) -> int:
    # Nobody else may open it, or they could hold the lock for good.
    flags = os.O_RDWR | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            return os.open(path, flags)
        except FileNotFoundError:  # its holder removed it in between
            return _open(path, owner)
    if owner is not None:
        os.fchown(descriptor, owner, -1)
    return descriptor


def _try_exclusive(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _forget_all_after_fork() -> None:
    global _held_guard  # noqa: PLW0603 - another thread may have held it at the moment of the fork
    _held_guard = threading.Lock()
    for lock in _held:
        lock.forget_after_fork()
    _held.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_forget_all_after_fork)
