"""Start the project's program and see whether it exits well or answers as a server."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .browse import Page, visit
from .shield import hide_memory
from .task import Channel, Task

_LOOK_EVERY = 0.02  # seconds
_STAYS_UP = 0.2  # seconds a server must outlive its first pages
_LISTENING = "0A"  # TCP_LISTEN in the fourth column of /proc/net/tcp
_TABLES = {"/proc/net/tcp": "127.0.0.1", "/proc/net/tcp6": "::1"}


def run(task: Task, channel: Channel) -> None:
    """Report how the program ended, or which pages it answered with.

    ``options``: ``entry``, the file to start; ``port``, told to the program as ``PORT``;
    ``seconds`` to wait for an end or an answer; ``pages`` and ``page_bytes``, how much to keep.
    """
    hide_memory()
    options = task.options
    deadline = time.monotonic() + options["seconds"]
    with subprocess.Popen(
        [sys.executable, "-s", options["entry"]],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PORT": str(options["port"])},
    ) as process:
        channel.report(_follow(process, options, deadline))
        process.kill()


def _follow(process: "subprocess.Popen[bytes]", options: Any, deadline: float) -> dict[str, Any]:
    seen: list[int] = []
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return {"exit_code": process.returncode, "ports": seen, "pages": []}
        for address, port in _listening(options["port"]):
            seen = sorted({*seen, port})
            pages = visit(address, port, options["pages"], options["page_bytes"], deadline)
            if pages and _stays_up(process):
                return {"exit_code": None, "ports": seen, "port": port, "pages": _plain(pages)}
        time.sleep(_LOOK_EVERY)
    return {"exit_code": None, "ports": seen, "pages": []}


def _plain(pages: list[Page]) -> list[dict[str, Any]]:
    return [
        {"path": page.path, "status": page.status, "type": page.content_type, "body": page.body}
        for page in pages
    ]


def _stays_up(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(_STAYS_UP)
    except subprocess.TimeoutExpired:
        return True
    return False


def _listening(preferred: int) -> list[tuple[str, int]]:
    """Return where something listens on this network of our own, the preferred port first."""
    found: dict[int, str] = {}
    for table, address in _TABLES.items():
        for port in _ports_in(Path(table)):
            found.setdefault(port, address)
    order = sorted(found, key=lambda port: (port != preferred, port))
    return [(found[port], port) for port in order]


def _ports_in(table: Path) -> list[int]:
    try:
        rows = table.read_text().splitlines()[1:]
    except OSError:
        return []  # without a network of its own a job cannot be a server
    columns = [row.split() for row in rows]
    return [int(row[1].rpartition(":")[2], 16) for row in columns if row[3] == _LISTENING]
