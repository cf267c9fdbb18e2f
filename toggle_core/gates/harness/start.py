"""Start the project's program, follow it until it ends or has answered, and then use its pages."""

import os
import random
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from math import inf
from typing import TYPE_CHECKING, Any

from .changes import changed_files, take_snapshot
from .clean import end_all_others, start_afresh
from .listening import Endpoint, addresses_by_port, endpoints
from .markup import PART
from .needs import Needs, read_needs
from .output import Output
from .patience import Patience
from .processor import limited_children, outlive_limit
from .shield import hide_memory
from .task import Channel, Task

if TYPE_CHECKING:
    from .browse import Visit
    from .fetch import Answer
    from .promises.program import Surroundings
    from .use.used import Used

_HOST = "127.0.0.1"
_PORTS = range(20_000, 32_000)  # below those that the kernel gives to clients
_LOOK_EVERY = 0.02  # seconds
_LOOK_FOR_MORE_EVERY = 0.25  # seconds, once a port is visited: a look takes the kernel some 5 ms
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
    ``pages`` and ``page_bytes``, how much to keep; ``interface`` that was agreed on, with
    ``routes`` or ``commands`` to be used. What was ``visited`` is reported before a server that
    only has to stay up is watched.
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

        def rest() -> None:
            channel.report({"visited": follower.report()["visited"]})
            channel.rest()

        follower = Follower(process, options, needs, rest)
        follower.follow()
        report = follower.report()
        process.kill()
        end_all_others()
    report |= {"needs": needs.as_report(), "tracebacks": output.finish(_LAST_WORDS)}
    changes = changed_files(before, take_snapshot(folders), task.work)
    report |= {"changes": changes[:_MOST_CHANGES], "used": None}
    channel.report(report)
    used = _use(task, follower, lambda used: channel.report(report | {"used": used.as_json()}))
    if used is not None:
        channel.report(report | {"used": used.as_json()})


def _use(task: Task, follower: "Follower", report: "Callable[[Used], None]") -> "Used | None":
    """Use a fresh copy of the program; None if it could not be used.

    Args:
        task: the job.
        follower: knows what the program did when it was started first.
        report: is called before something that may end the whole job.
    """
    # Loading these takes a third of a small program's time.
    from .use.commands import use_commands  # noqa: PLC0415
    from .use.user import Site, use_program  # noqa: PLC0415

    agreed: Mapping[str, Any] = task.options["interface"]
    routes, commands = agreed.get("routes", []), agreed.get("commands", [])
    paths = follower.pages()
    if follower.goes_on and (paths or routes):
        return use_program(_surroundings(task), Site(paths, routes))
    if follower.ended_well:
        return use_commands(_surroundings(task), commands, task.files, report)
    return None


def _surroundings(task: Task) -> "Surroundings":
    """Make a fresh copy of the project to start its program in."""
    from .promises.program import Surroundings  # noqa: PLC0415

    start_afresh(task, task.files, os.getpid())
    outlive_limit()
    ports = random.SystemRandom()
    return Surroundings(
        work=task.work,
        entry=task.options["entry"],
        waiting=Patience(inf),
        environment=os.environ,
        start_seconds=task.options["seconds"],
        step_seconds=task.options["seconds"],
        new_port=lambda: ports.choice(_PORTS),
        listening=lambda _port: addresses_by_port(),
        end_strays=end_all_others,
        bounded=lambda: limited_children(task.options["seconds"]),
    )


class Follower:
    """Follows one program."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        options: Mapping[str, Any],
        needs: Needs,
        rest: Callable[[], None],
    ) -> None:
        """Begin.

        Args:
            process: the program.
            options: see ``run``.
            needs: what its code says that it needs.
            rest: is called when all that is left is to see whether a server stays up.
        """
        self._process = process
        self._options = options
        self._needs = needs
        self._rest = rest
        self._rests = False
        self._next_look = 0.0
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

    @property
    def goes_on(self) -> bool:
        """Whether the program answered, and was still there at the end."""
        return self._visit is not None and self._exit_code is None and bool(self._visit.answered_at)

    @property
    def ended_well(self) -> bool:
        """Whether the program ended by itself, without an error and without a visit."""
        return self._exit_code == 0 and self._visit is None

    def pages(self) -> list[str]:
        """Return the addresses of the pages that opened, the front page first."""
        if self._visit is None or not self.goes_on:
            return []
        opened = [
            each.step.path
            for each in self._visit.all_visited()
            if each.step.kind != PART
            and not each.fault
            and each.answer.content_type == "text/html"
            and each.answer.status < HTTPStatus.BAD_REQUEST
        ]
        return list(dict.fromkeys(opened))

    def _is_over(self) -> bool:
        if self._visit is None:
            self._begin_visit(self._look())
            return self._visit is None and self._patience.is_over
        if time.monotonic() >= self._next_look:
            self._look()
        is_done = self._visit.is_done(_LAST_WORDS if self._patience.is_over else 0)
        answered_at = self._visit.answered_at
        if answered_at is None:
            return is_done or self._patience.is_over
        is_early = time.monotonic() < answered_at + _STAYS_UP
        if is_early and is_done and not self._rests:
            self._rests = True
            self._rest()
        if is_early or not (is_done or self._patience.is_over):
            return False
        self._lasts = is_done and self._visit.still_answers()
        return not self._has_ended_within(0)

    def _look(self) -> list[Endpoint]:
        """Return what listens now, and note since when."""
        there = endpoints()
        for each in there:
            self._first_seen.setdefault(each, self._patience.idle_seconds)
        self._next_look = time.monotonic() + _LOOK_FOR_MORE_EVERY
        return there

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
