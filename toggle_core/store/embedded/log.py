"""The server's log file: kept small, and asked for the line that tells what went wrong."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LIMIT_BYTES = 5_000_000

# A line of the server begins with time, process and level; one of initdb with its name and level.
_LEVEL = re.compile(r"(?P<level>LOG|FATAL|PANIC|error):\s+(?P<text>.+)")
_TOO_EARLY = re.compile(r"the database system is (starting up|not yet accepting|in recovery)")


@contextmanager
def open_log(path: Path, *, owner: int | None) -> Iterator[int]:
    """Open the log for appending, and give the descriptor. For when no server is writing to it.

    A log over `LIMIT_BYTES` is first renamed to end in `.1`, in the place of an older one.

    Args:
        path: the log.
        owner: the user id a new log is given to; None leaves it with this process's user.

    Raises:
        OSError: it cannot be written.
    """
    with suppress(FileNotFoundError):
        if path.lstat().st_size > LIMIT_BYTES:
            path.replace(path.with_name(path.name + ".1"))
    # No link is followed: root may be writing into a folder that belongs to someone else.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        if owner is not None:
            os.fchown(descriptor, owner, -1)
        yield descriptor
    finally:
        os.close(descriptor)


def written_since(path: Path, since: int) -> str:
    """The log's text after `since` bytes."""
    with path.open("rb") as log:
        log.seek(since)
        return log.read().decode(errors="replace")


def telling_line(text: str) -> str:
    """The first serious line of what a start wrote, else its last, else an empty string.

    The first, because others follow from it. Time and process number are left out, and so is what
    clients were told that came too early.
    """
    last = ""
    for line in text.splitlines():
        found = _LEVEL.search(line)
        last = (found["text"] if found else line).strip() or last
        if found and found["level"] != "LOG" and not _TOO_EARLY.match(last):
            return last
    return last
