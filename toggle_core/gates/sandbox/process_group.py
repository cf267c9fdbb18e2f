"""All processes of one job: started together, ended together."""

import json
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from toggle_core.gates.sandbox.backend import Prepared
from toggle_core.gates.sandbox.tree import process_tree

_PATIENCE = 60.0  # seconds for what takes milliseconds on an idle machine
_INFO_BYTES = 4096
_NICE = "/usr/bin/nice"


@dataclass(frozen=True, slots=True)
class First:
    """The first process inside a sandbox of its own: its number outside, and a descriptor of it."""

    pid: int
    descriptor: int


@dataclass(frozen=True, slots=True)
class Family:
    """The processes of a job under way.

    Attributes:
        process: the command the supervisor started.
        first: the first process inside, whose end is the end of all of them, because
            the kernel ends a process namespace before it reports its first process as ended; None
            if a guard ends them.
    """

    process: "subprocess.Popen[bytes]"
    first: "First | None"

    def end(self) -> None:
        """End every process, and return when they are gone."""
        if self.first is None:
            self._end_by_guard()
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.first.descriptor, signal.SIGKILL)
        self._kill_group()
        select.select([self.first.descriptor], [], [], _PATIENCE)

    def _end_by_guard(self) -> None:
        """Let the guard end the others; without it, end what can be found."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_PATIENCE)
            return
        for process in reversed(process_tree(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        self.process.wait()

    def _kill_group(self) -> None:
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def start_family(prepared: Prepared) -> Iterator[Family]:
    """Start a job with its priority; whatever happens, no process of it is left afterwards."""
    process = subprocess.Popen(
        [_NICE, "-n", str(prepared.niceness), *prepared.command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=prepared.descriptors,
        env=dict(prepared.environment),
        cwd="/",
        start_new_session=True,
    )
    with process:
        first = None if prepared.information is None else _first_inside(*prepared.information)
        family = Family(process, first)
        try:
            yield family
        finally:
            if first is None and prepared.information is not None:
                process.kill()  # bubblewrap itself failed: there is nothing inside
            else:
                family.end()
            if first is not None:
                os.close(first.descriptor)


def _first_inside(reading: BinaryIO, writing: BinaryIO) -> First | None:
    """Return the process whose number bubblewrap tells on a pipe, None if there is none.

    Args:
        reading: our end of the pipe.
        writing: bubblewrap's end, closed here so that its failure is seen.
    """
    writing.close()
    told = b""
    while not told.rstrip().endswith(b"}"):
        ready, _, _ = select.select([reading], [], [], _PATIENCE)
        piece = reading.read(_INFO_BYTES) if ready else b""
        if not piece:
            return None
        told += piece
    try:
        pid = int(json.loads(told)["child-pid"])
        return First(pid, os.pidfd_open(pid))
    except ProcessLookupError:
        return None
