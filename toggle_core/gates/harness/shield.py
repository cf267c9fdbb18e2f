"""Keep a process out of reach of the code it starts."""

import ctypes
import os

_PR_SET_DUMPABLE = 4


def hide_memory() -> None:
    """Forbid processes of the same user to read this one's memory and descriptors.

    ``/proc/<pid>`` of a process that is not dumpable belongs to root (``proc(5)``), and the kernel
    refuses it to be traced. Programs that this process starts are dumpable again; its forks are
    not.

    Raises:
        OSError: the kernel refuses.
    """
    _set_dumpable(0)


def show_memory() -> None:
    """Make a fork of a hidden process an ordinary one, which can read its own ``/proc/self``.

    Raises:
        OSError: the kernel refuses.
    """
    _set_dumpable(1)


def _set_dumpable(value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
