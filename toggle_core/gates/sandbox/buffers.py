"""Memory that the kernel holds for a job's sockets, which no process shows as its own.

The filter keeps each buffer at its default size, but a job may have thousands of sockets, and the
kernel lets those of TCP grow by itself.
"""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_DEFAULTS = ("/proc/sys/net/core/wmem_default", "/proc/sys/net/core/rmem_default")
_USUAL_DEFAULT = 212_992
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_LITTLE = 64 * 1024 * 1024  # of all TCP buffers of the machine; a list of them takes long
_QUEUES = 4  # column of /proc/net/tcp: bytes to be sent and bytes received, in hexadecimal digits


def socket_bytes(pid: int) -> int:
    """Return how much memory the sockets of a network may hold, in bytes.

    What each may hold by its default, and what those of TCP hold beyond that.

    Args:
        pid: of a process in the network; one that is gone has no sockets.
    """
    network = Path(f"/proc/{pid}/net")
    counts = _counts(network)
    if counts.get("TCP", {}).get("mem", 0) * _PAGE_BYTES <= _LITTLE:
        queued = 0
    else:
        queued = sum(_queued(network / table) for table in ("tcp", "tcp6"))
    return counts.get("sockets", {}).get("used", 0) * _default_bytes() + queued


def pair_bytes(pids: Iterable[int]) -> int:
    """Return how much memory sockets may hold without a network of their own, in bytes at most.

    Such a job has pairs of sockets only. Every descriptor is taken for one of them: the kernel
    tells in no time how many there are (Linux 6.2, ``proc_pid_fd(5)``), and not what they are.

    Args:
        pids: of the job's processes; one that is gone has no sockets.
    """
    return sum(map(_descriptors, pids)) * _default_bytes()


def _descriptors(pid: int) -> int:
    try:
        return Path(f"/proc/{pid}/fd").stat().st_size
    except OSError:
        return 0


@cache
def _default_bytes() -> int:
    """Return what an ordinary socket may hold: as the sender over a Unix socket, or as receiver."""
    try:
        return max(int(Path(name).read_text()) for name in _DEFAULTS)
    except OSError:
        return _USUAL_DEFAULT


def _counts(network: Path) -> dict[str, dict[str, int]]:
    """Return numbers by the kind of socket and their name: ``{"sockets": {"used": 3}, …}``."""
    found = {}
    for line in _lines(network / "sockstat"):
        kind, _, words = line.partition(":")
        names, numbers = words.split()[::2], words.split()[1::2]
        found[kind] = dict(zip(names, map(int, numbers), strict=True))
    return found


def _queued(table: Path) -> int:
    queues = (line.split()[_QUEUES].split(":") for line in _lines(table)[1:])
    return sum(int(number, 16) for both in queues for number in both)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except OSError:
        return []
