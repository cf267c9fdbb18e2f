"""The server's log file: kept small, and asked for the line that tells what went wrong."""

import os
import re
import shutil
from pathlib import Path

LIMIT_BYTES = 5_000_000

_SERIOUS = re.compile(r"(?:FATAL|PANIC|error):\s+(?P<text>.+)")


def open_log(path: Path, *, owner: int | None = None) -> int:
    """Open the log for appending and return the descriptor. A large log is set aside first.

    It is emptied rather than renamed, so that a server that is writing to it goes on with the new
    one.

    Args:
        path: the log; its older part goes to the same name with `.1`.
        owner: the user id a new log is given to; None leaves it with this process's user.

    Raises:
        OSError: it cannot be written.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    status = os.fstat(descriptor)
    if owner is not None and status.st_uid != owner:
        os.fchown(descriptor, owner, -1)
    if status.st_size > LIMIT_BYTES:
        shutil.copyfile(path, path.with_name(path.name + ".1"), follow_symlinks=False)
        os.ftruncate(descriptor, 0)
    return descriptor


def telling_line(path: Path, since: int) -> str:
    """The last serious line written after `since` bytes, without time and process; else the last.

    Returns an empty string if nothing was written.
    """
    with path.open("rb") as log:
        log.seek(since)
        lines = log.read().decode(errors="replace").splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    serious = [found["text"] for line in lines if (found := _SERIOUS.search(line))]
    return (serious or lines or [""])[-1]
