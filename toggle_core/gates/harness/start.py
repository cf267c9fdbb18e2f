"""Start the project's program and see whether it exits well or answers as a server."""

import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from .patience import Patience
from .shield import hide_memory
from .task import Channel, Task

_LOOK_EVERY = 0.02  # seconds
_STAYS_UP = 0.2  # seconds a server must outlive its first pages
_LISTENING = "0A"  # TCP_LISTEN in the fourth column of /proc/net/tcp


class _Table(NamedTuple):
    """Sockets of one kind: how many there are, which are, and at which address to reach them.

    The list takes the kernel some 5 ms, the number a sixtieth of it.
    """

    counts: Path
    kind: str
    sockets: Path
    address: str


_TABLES = (
    _Table(Path("/proc/net/sockstat"), "TCP", Path("/proc/net/tcp"), "127.0.0.1"),
    _Table(Path("/proc/net/sockstat6"), "TCP6", Path("/proc/net/tcp6"), "::1"),
)


def run(task: Task, channel: Channel) -> None:
    """Report how the program ended, or which pages it answered with.

    ``options``: ``entry``, the file to start; ``port``, told to the program as ``PORT``;
    ``seconds`` for which it may be idle before it ends or answers, on whatever machine; ``pages``
    and ``page_bytes``, how much to keep.
    """
    hide_memory()
    options = task.options
    patience = Patience(options["seconds"])
    with subprocess.Popen(
        [sys.executable, "-s", options["entry"]],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PORT": str(options["port"])},
    ) as process:
        channel.report(_follow(process, options, patience))
        process.kill()


def _follow(process: "subprocess.Popen[bytes]", options: Any, patience: Patience) -> dict[str, Any]:
    seen: list[int] = []
    while not patience.is_over:
        for address, port in _listening(options["port"]):
            seen = sorted({*seen, port})
            pages = _visit(address, port, options, patience)
            if pages and not _ends_within(process, _STAYS_UP):
                return {"exit_code": None, "ports": seen, "port": port, "pages": pages}
        if _ends_within(process, _LOOK_EVERY):
            return {"exit_code": process.wait(), "ports": seen, "pages": []}
    return {"exit_code": None, "ports": seen, "pages": []}


def _visit(address: str, port: int, options: Any, patience: Patience) -> list[dict[str, Any]]:
    # Only a server needs it, and loading it takes a third of a small program's time.
    from .browse import visit  # noqa: PLC0415

    pages = visit(address, port, options["pages"], options["page_bytes"], patience)
    return [
        {"path": page.path, "status": page.status, "type": page.content_type, "body": page.body}
        for page in pages
    ]


def _ends_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    descriptor = os.pidfd_open(process.pid)
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def _listening(preferred: int) -> list[tuple[str, int]]:
    """Return where something listens on this network of our own, the preferred port first."""
    found: dict[int, str] = {}
    for table in _TABLES:
        for port in _ports_in(table):
            found.setdefault(port, table.address)
    order = sorted(found, key=lambda port: (port != preferred, port))
    return [(found[port], port) for port in order]


def _ports_in(table: _Table) -> list[int]:
    try:
        if f"{table.kind}: inuse 0" in table.counts.read_text():
            return []
        rows = table.sockets.read_text().splitlines()[1:]
    except OSError:
        return []  # without a network of its own a job cannot be a server
    columns = [row.split() for row in rows]
    return [int(row[1].rpartition(":")[2], 16) for row in columns if row[3] == _LISTENING]
