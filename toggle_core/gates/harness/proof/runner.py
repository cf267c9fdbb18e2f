"""Have the fork server run tests on a fresh copy of the project, and read what comes of it."""

import os
import secrets
import select
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..clean import start_afresh
from ..decoys import add_decoys
from ..patience import Patience
from ..pytest_process import PytestProcess
from ..session import honest_lines
from ..task import Task
from .sides import Sides

_MOST_BYTES = 8 * 1024 * 1024
_READ_BYTES = 65_536
_LOOK_EVERY = 0.1  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")
_FOR_EVER = 1e9
_FIRST_PROCESS = 1
_COMPLETE = (0, 1)  # what pytest calls a run in which all passed, and one in which some failed


@dataclass(frozen=True, slots=True)
class Limit:
    """How much one run may use.

    Attributes:
        processor_seconds: of all its processes together.
        idle_seconds: for which nothing in the sandbox may work or wait for a processor.
    """

    processor_seconds: float
    idle_seconds: float


class Date(NamedTuple):
    """Another date for the tests.

    Attributes:
        shift: seconds from now.
        zone: time zone as POSIX writes it; empty for that of the machine.
    """

    shift: int
    zone: str


@dataclass(frozen=True, slots=True)
class Order:
    """What to run.

    Attributes:
        chosen: tests in their order; None for all, as written or in a random order.
        paths: of the test files.
        seed: of a random order, None for none.
        first: whether to end when a test has noticed something.
        lines: whether to record which lines run.
        date: another date, None for today's.
    """

    chosen: Sequence[str] | None
    paths: Sequence[str]
    seed: int | None = None
    first: bool = False
    lines: bool = False
    date: Date | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one run.

    Attributes:
        lines: what the plugin wrote.
        ended: whether it came to its own end.
        late: whether it used too much and was ended.
        tampered: a decoy did not come out as it must, or a line did not have the key.
        seconds: of processor time.
        idle_seconds: that it spent idle.
    """

    lines: Sequence[Mapping[str, Any]]
    ended: bool
    late: bool
    tampered: bool
    seconds: float
    idle_seconds: float

    def outcomes(self) -> dict[str, str]:
        """Return the worst outcome of each test, ``failed`` before all others."""
        found: dict[str, str] = {}
        for line in self.lines:
            if "test" in line and found.get(line["test"]) != "failed":
                found[line["test"]] = line["outcome"]
        return found


class Runner(PytestProcess):
    """The fork server with the pipes to it.

    Args:
        task: the job.
        sides: of the project.
        hash_seed: decides the order of sets of texts. The gate for tests has run them with 0.
    """

    def __init__(self, task: Task, sides: Sides, hash_seed: int) -> None:
        self._task = task
        self._tests = list(sides.tests)
        self._program = list(sides.program)
        self._patience = Patience(_FOR_EVER)
        self._modules = list(sides.modules)
        self._forget()
        places = (str(task.work), str(task.home))
        super().__init__(task, "proof.fork_server", *places, hash_seed=hash_seed)
        self.send(self._modules)

    def _forget(self) -> None:
        self._children = 0.0
        self._server = 0.0
        self._control_text = ""

    def restart(self, hash_seed: int) -> None:
        """Start the server anew, so that sets have another order.

        Args:
            hash_seed: decides the order of sets of texts.
        """
        super().restart(hash_seed)
        self._forget()  # what it used is from now on in the time of this process's children
        self.send(self._modules)

    @property
    def seconds(self) -> float:
        """Processor time that everything has used so far, this process included."""
        own = os.times()
        here = own.user + own.system + own.children_user + own.children_system
        return here + self._children + self._server

    @property
    def idle_seconds(self) -> float:
        """For how long nothing in the sandbox has worked or waited for a processor so far."""
        return self._patience.idle_seconds

    def run(self, changed: Mapping[str, str], order: Order, limit: Limit) -> Ran:
        """Run tests once on a fresh copy of the project.

        Args:
            changed: text of the changed files by their path.
            order: what to run.
            limit: how much it may use.
        """
        task = self._task
        start_afresh(task, {**task.files, **changed}, self.pid)
        decoys = add_decoys(task.work, order.paths[:1], few=True)
        files = sorted({name.partition("::")[0] for name in decoys})
        key = secrets.token_hex()
        idle = self._patience.idle_seconds
        sent = self.send(
            {
                "key": key,
                "paths": sorted({*order.paths, *files}),
                "decoys": list(decoys),
                "tests": [*self._tests, *files],
                "chosen": None if order.chosen is None else list(order.chosen),
                "seed": order.seed,
                "first": order.first,
                "lines": self._program if order.lines else None,
                "date": order.date,
                "processor_seconds": limit.processor_seconds,
            }
        )
        lines, ended, late = self._read(limit) if sent else ([], None, False)
        code, seconds, own = (ended or "1 0 0").split()
        self._children += float(seconds)
        self._server = float(own)
        honest = honest_lines(lines, key)
        return Ran(
            [line for line in honest if line.get("test") not in decoys],
            ended=code == "0" and any(line.get("finished") in _COMPLETE for line in honest),
            late=late,
            tampered=len(honest) < len(lines) or _is_tampered(honest, decoys),
            seconds=float(seconds),
            idle_seconds=self._patience.idle_seconds - idle,
        )

    def _read(self, limit: Limit) -> tuple[list[bytes], str | None, bool]:
        """Read until the fork has ended, and end it if it uses too much.

        Returns:
            The lines of the plugin; what the server says of the end, None if it is gone; and
            whether the fork had to be ended.
        """
        kept = bytearray()
        late = False
        idle = self._patience.idle_seconds
        begun = time.monotonic()
        child: int | None = None
        while True:
            ready, _, _ = select.select([self.results, self.control], [], [], _LOOK_EVERY)
            if self.results in ready:
                piece = os.read(self.results, _READ_BYTES)
                kept += piece[: max(_MOST_BYTES - len(kept), 0)]
                if piece:
                    continue
            if self.control in ready:
                said = os.read(self.control, _READ_BYTES).decode()
                if not said:
                    return bytes(kept).splitlines(), None, late
                self._control_text += said
                while (line := self._next_line()) is not None:
                    if " " in line:
                        kept += self._rest(_MOST_BYTES - len(kept))
                        return bytes(kept).splitlines(), line, late
                    child = int(line)
            if child is None or late or time.monotonic() - begun < _LOOK_EVERY:
                continue
            waited = self._patience.idle_seconds - idle
            if waited > limit.idle_seconds or self._used() > limit.processor_seconds:
                late = True
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(child, signal.SIGKILL)

    def _next_line(self) -> str | None:
        line, end, rest = self._control_text.partition("\n")
        if not end:
            return None
        self._control_text = rest
        return line

    def _rest(self, most: int) -> bytes:
        """Return what is in the pipe now; processes that were left may hold it open."""
        kept = bytearray()
        while len(kept) < most and select.select([self.results], [], [], 0)[0]:
            piece = os.read(self.results, _READ_BYTES)
            if not piece:
                break
            kept += piece
        return bytes(kept[: max(most, 0)])

    def _used(self) -> float:
        """Return the processor time of all processes but this one and the server, in seconds.

        Nothing where this is not the first process: others on the machine would be counted, and
        the limit that the kernel keeps for each process has to do.
        """
        if os.getpid() != _FIRST_PROCESS:
            return 0.0
        own = {_FIRST_PROCESS, self.pid}
        numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
        return sum(_processor_seconds(number) for number in numbers if number not in own)


def _processor_seconds(process: int) -> float:
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2]
        return sum(int(value) for value in fields.split()[11:15]) / _TICKS
    return 0.0


def _is_tampered(lines: Iterable[Mapping[str, Any]], decoys: Mapping[str, str]) -> bool:
    """Tell whether a decoy that was run came out otherwise than it must."""
    return any(
        line["outcome"] != decoys[line["test"]] or (line["outcome"] == "failed") != line["noticed"]
        for line in lines
        if line.get("test") in decoys
    )
