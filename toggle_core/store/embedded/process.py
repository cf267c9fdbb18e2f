"""What the operating system says about a server's process."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

POLL_S = 0.01

_ABANDON_S = 5.0
# What is left of a process until its parent has collected it, and while that happens.
_ENDED = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


def exists(pid: int) -> bool:
    """Whether there is any process of this number."""
    return bool(psutil.pid_exists(pid))


def is_alive(pid: int) -> bool:
    """Whether the process exists and is more than an entry that nobody has collected."""
    try:
        return bool(psutil.Process(pid).status() not in _ENDED)
    except psutil.NoSuchProcess:
        return False


def is_postmaster(pid: int, pgdata: Path) -> bool:
    """Whether the process is Postgres at work in this data directory, and not a reused number."""
    try:
        process = psutil.Process(pid)
        if process.status() in _ENDED or "postgres" not in process.name():
            return False
        return _works_in(process, pgdata)
    except psutil.NoSuchProcess:
        return False


def stop_fast(pid: int) -> None:
    """Ask a server to roll back what is open and end: the "fast shutdown" of Postgres's manual."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)


def abandon(pid: int) -> None:
    """End a server that was launched in vain, at whatever point of its start it is.

    By the "smart" signal, because the shell that launched it has the two quicker ones ignored until
    the server catches them; then by the "immediate" one, which costs a recovery.
    """
    for number in (signal.SIGTERM, signal.SIGQUIT):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_while(lambda: is_alive(pid), _ABANDON_S):
            return


def wait_while(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until the condition no longer holds. Returns False if it still does at the end."""
    deadline = time.monotonic() + timeout_s
    while condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_S)
    return True


def _works_in(process: psutil.Process, pgdata: Path) -> bool:
    try:
        return pgdata.samefile(process.cwd())
    except (psutil.AccessDenied, FileNotFoundError):
        # A container's root may not look at others' folders; what was asked for is public.
        return str(pgdata) in process.cmdline()
