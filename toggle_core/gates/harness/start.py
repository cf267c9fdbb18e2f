"""Start the project's program, and follow it until it ends or has shown itself as a server."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .changes import changed_files, take_snapshot
from .listening import Endpoint, endpoints
from .needs import Needs, read_needs
from .output import Output
from .patience import Patience
from .shield import hide_memory
from .task import Channel, Task

if TYPE_CHECKING:
    from .browse import Visit
    from .fetch import Answer

_HOST = "127.0.0.1"
_LOOK_EVERY = 0.02  # seconds
_STAYS_UP = 3.0  # seconds that a server must live on after its first answer
_FOR_ITS_PORT = 3.0  # idle seconds from another port to the one that it is to listen on
_LAST_WORDS = 0.5  # seconds to read what was printed before the end
_MOST_CHANGES = 20
_MOST_WORDS = 500  # characters of a page's visible text


def run(task: Task, channel: Channel) -> None:
    """Report how the program ended, or what it answered as a server.

    ``options``: ``entry``, the file to start; ``port``, given to the program as ``PORT``;
    ``seconds`` for which it may be idle before it ends or answers, on whatever machine;
    ``visits``, how many pages to ask for, and ``visit_seconds`` for which it may be idle meanwhile;
    ``pages`` and ``page_bytes``, how much to keep.
    """
    hide_memory()
    options = task.options
    folders = (task.work, task.home)
    before = take_snapshot(folders)
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-s", options["entry"]],
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=writing,
        env={**os.environ, "PORT": str(options["port"]), "HOST": _HOST},
    ) as process:
        os.close(writing)
        output = Output(reading)
        needs = read_needs(task.files, options["entry"])
        follower = Follower(process, options, needs)
        follower.follow()
        report = follower.report()
        _end_all(process)
    report |= {"needs": needs.as_report(), "tracebacks": output.finish(_LAST_WORDS)}
    changes = changed_files(before, take_snapshot(folders), task.work)
    channel.report(report | {"changes": changes[:_MOST_CHANGES]})


class Follower:
    """Follows one program."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", options: Mapping[str, Any], needs: Needs
    ) -> None:
        """Begin.

        Args:
            process: the program.
            options: see ``run``.
            needs: what its code says that it needs.
        """
        self._process = process
        self._options = options
        self._needs = needs
        self._patience = Patience(options["seconds"])
        self._first_seen: dict[Endpoint, float] = {}
        self._visit: Visit | None = None
        self._exit_code: int | None = None
        self._lasts = False

    def follow(self) -> None:
        """Look at the program until it ends, or has stayed up after its answers, or time is up."""
        while not self._is_over():
            if self._has_ended_within(_LOOK_EVERY):
                self._exit_code = self._process.wait()
                if self._visit is not None:
                    self._visit.is_done(_LAST_WORDS)
                return

    def report(self) -> dict[str, Any]:
        """Return what there was, as JSON values."""
        visit = self._visit
        return {
            "exit_code": self._exit_code,
            "listening": [[each.address, each.port] for each in self._first_seen],
            "given_port": self._options["port"],
            "port": None if visit is None else visit.port,
            "answered": visit is not None and visit.answered_at is not None,
            "lasts": self._lasts,
            "visited": [] if visit is None else self._visited(visit),
            "left": 0 if visit is None else visit.left,
        }

    def _is_over(self) -> bool:
        there = endpoints()
        for each in there:
            self._first_seen.setdefault(each, self._patience.idle_seconds)
        if self._visit is None:
            self._begin_visit(there)
            return self._visit is None and self._patience.is_over
        is_done = self._visit.is_done(_LAST_WORDS if self._patience.is_over else 0)
        answered_at = self._visit.answered_at
        if answered_at is None:
            return is_done or self._patience.is_over
        is_early = time.monotonic() < answered_at + _STAYS_UP
        if is_early or not (is_done or self._patience.is_over):
            return False
        self._lasts = is_done and self._visit.still_answers()
        return not self._has_ended_within(0)

    def _begin_visit(self, there: list[Endpoint]) -> None:
        """Visit the port that was given, or after a while another one that is open instead."""
        idle, is_over = self._patience.idle_seconds, self._patience.is_over
        late = [each for each in there if is_over or idle > self._first_seen[each] + _FOR_ITS_PORT]
        chosen = [each for each in there if each.port == self._options["port"]] or late
        if not chosen:
            return
        # Only a server needs it, and loading it takes a third of a small program's time.
        from .browse import Visit, Wanted  # noqa: PLC0415

        if is_over:
            self._patience.extend(_FOR_ITS_PORT)
        names = tuple(self._needs.variables)
        wanted = Wanted(self._options["visits"], self._options["visit_seconds"], names)
        addresses = [each.address for each in chosen if each.port == chosen[0].port]
        self._visit = Visit(_reachable(addresses), chosen[0].port, wanted, self._patience)

    def _has_ended_within(self, seconds: float) -> bool:
        descriptor = os.pidfd_open(self._process.pid)
        try:
            return bool(select.select([descriptor], [], [], seconds)[0])
        finally:
            os.close(descriptor)

    def _visited(self, visit: "Visit") -> list[dict[str, Any]]:
        kept, most = self._options["pages"], self._options["page_bytes"]
        return [
            {
                "path": each.step.path,
                "kind": each.step.kind,
                "found_on": each.step.found_on,
                "status": each.answer.status,
                "type": each.answer.content_type,
                "body": _cut(each.answer, most) if place < kept else "",
                "asks_login": each.answer.asks_login,
                "fault": each.fault,
                "words": each.view.document.words[:_MOST_WORDS],
                "shows": each.view.shows,
                "tracebacks": each.view.tracebacks,
                "names": each.names,
            }
            for place, each in enumerate(visit.all_visited())
        ]


def _reachable(addresses: list[str]) -> str:
    """Return where to connect to, for the addresses that one port is listened to on."""
    if _HOST in addresses or "0.0.0.0" in addresses:  # noqa: S104  compared, not bound
        return _HOST
    return "::1" if "::" in addresses else addresses[0]


def _cut(answer: "Answer", most_bytes: int) -> str:
    """Return the text of an answer as it is kept."""
    text = answer.text
    cut = text.encode("utf-8", "replace")[:most_bytes].decode("utf-8", "ignore")
    return cut if cut == text else f"{cut}\n[cut here]"


def _end_all(process: "subprocess.Popen[bytes]") -> None:
    """End the program and, where this is the first process of its namespace, all it started."""
    process.kill()
    if os.getpid() == 1:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            return
