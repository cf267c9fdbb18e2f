"""One made program, running in the sandbox for a person to use."""

import logging
import os
import socket
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from toggle_core.apps.files import Packed, code_paths, pack_folder, signature_of
from toggle_core.gates.sandbox.backend import Backend, open_memory
from toggle_core.gates.sandbox.job import Finished, Job
from toggle_core.gates.sandbox.limits import MIB, Limits
from toggle_core.gates.sandbox.supervisor import run_job

_log = logging.getLogger(__name__)

PORT: Final = 8000
"""Given to each program: its network is its own."""

LIMITS: Final = Limits(
    processor_seconds=600.0,
    idle_seconds=8 * 3600.0,
    wall_seconds=8 * 3600.0,
    memory_bytes=384 * MIB,
    look_seconds=0.25,
)
"""Of one app, from one start to the next."""

NICENESS: Final = 3
"""Less urgent than the dashboard, more urgent than checks."""

ANSWER_SECONDS: Final = 2.0
END_SECONDS: Final = 20.0
MESSAGE_BYTES: Final = 64
OUTPUT_BYTES: Final = 64 * 1024
"""Of the last output of a program, that are read at a time."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is started.

    Attributes:
        files: text of each file by its path.
        command: arguments of the interpreter.
        saved: what the program stored earlier, packed; None where nothing is kept.
        terminal: descriptor of the program's side of a pseudo-terminal, which the session closes;
            None: it serves on a port.
    """

    files: Mapping[str, str]
    command: Sequence[str]
    saved: bytes | None = None
    terminal: int | None = None


class AppSession:
    """A program under way. Its methods block, each for two seconds at most, but for ``end``.

    Args:
        backend: confines it.
        program: what to start.
    """

    def __init__(self, backend: Backend, program: Program) -> None:
        self.finished: Finished | None = None
        self._files = program.files
        self._terminal = program.terminal
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(ANSWER_SECONDS)
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._work: int | None = None
        self._signature: int | None = None
        self._packed = program.saved
        self._thread = threading.Thread(
            target=self._run, args=(backend, program, theirs), name="app", daemon=True
        )
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.finished is None

    def connect(self) -> socket.socket | None:
        """Return a socket connected to the program; None while it does not listen."""
        with self._lock:
            answer, received = self._ask(b"open")
        usable = [each for each in received if answer == b"ok" and _is_connection(each)]
        for each in received:
            if each not in usable[:1]:
                os.close(each)
        return socket.socket(fileno=usable[0]) if usable else None

    def output(self) -> tuple[int, bytes] | None:
        """What a web program printed last, after how many bytes; None where it cannot be told."""
        if self.finished is not None:
            return _reported(self.finished.report or {})
        with self._lock:
            answer, received = self._ask(b"output")
        try:
            usable = answer == b"ok" and received and stat.S_ISFIFO(os.fstat(received[0]).st_mode)
            return _read_output(received[0]) if usable else None
        finally:
            for each in received:
                os.close(each)

    def save(self) -> Packed | None:
        """Pack what the program has stored, while all its processes stand still.

        Returns:
            None where nothing has changed since the last time.

        Raises:
            TooMuchData: it is more than is kept.
            OSError: it could not be read.
        """
        with self._lock:
            if self._work is None or signature_of(self._work) == self._signature:
                return None
            with self._paused():
                return self._pack()

    def end(self) -> Packed | None:
        """End the program, politely at first. Result and errors as ``save``."""
        with suppress(OSError):
            self._control.send(b"end")
        self._thread.join(END_SECONDS / 4)
        self._stop.set()
        self._thread.join(END_SECONDS)
        with self._lock:
            try:
                return None if self._work is None else self._pack_last()
            finally:
                self._close()

    def _pack_last(self) -> Packed | None:
        """Pack once more, also what changed without a sign of it: files that a program maps into
        its memory keep their time of change."""
        is_same = signature_of(self._work or 0) == self._signature
        before, packed = self._packed, self._pack()
        if is_same and packed.archive == before:
            return None
        return None if is_same and not packed.files and before is None else packed

    def _pack(self) -> Packed:
        assert self._work is not None  # noqa: S101  checked by both callers
        signature = signature_of(self._work)
        packed = pack_folder(self._work, self._files)
        self._signature, self._packed = signature, packed.archive
        return packed

    @contextmanager
    def _paused(self) -> Iterator[None]:
        self._ask(b"pause")
        try:
            yield
        finally:
            self._ask(b"resume")

    def _ask(self, word: bytes) -> tuple[bytes, list[int]]:
        """Send a message, and return its answer with the descriptors that came along."""
        number = str(next(self._numbers)).encode()
        try:
            self._control.send(b"%s %s" % (word, number))
            while True:
                message, received, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, 4)
                answer, _, answered = message.partition(b" ")
                if answered == number or not message:
                    return answer, list(received)
                for each in received:  # of a question that was given up
                    os.close(each)
        except OSError:
            return b"", []

    def _run(self, backend: Backend, program: Program, theirs: socket.socket) -> None:
        try:
            with theirs, _saved(program.saved) as saved:
                terminal = self._terminal
                job = Job(
                    "serve" if terminal is None else "terminal",
                    program.files,
                    {
                        "command": list(program.command),
                        "port": PORT,
                        "control": theirs.fileno(),
                        "terminal": terminal,
                        "saved": saved,
                        "kept": code_paths(program.files),
                    },
                    limits=LIMITS,
                    descriptors=tuple(
                        each for each in (theirs.fileno(), saved, terminal) if each is not None
                    ),
                    niceness=NICENESS,
                )
                self.finished = run_job(backend, job, self._stop, on_start=self._keep_folder)
        except Exception:  # the edge of a thread
            _log.exception("an app broke")
            raise
        finally:
            self._close_terminal()

    def _keep_folder(self, folders: Sequence[int]) -> None:
        """Keep the working folder open, so that it can be read after the end."""
        self._work = os.dup(folders[0])
        self._signature = signature_of(self._work)
        self._close_terminal()

    def _close_terminal(self) -> None:
        """Close our copy of the program's side, so that its end is seen on ours."""
        if self._terminal is not None:
            os.close(self._terminal)
            self._terminal = None

    def _close(self) -> None:
        self._control.close()
        if self._work is not None:
            os.close(self._work)
            self._work = None


@contextmanager
def _saved(packed: bytes | None) -> Iterator[int | None]:
    if packed is None:
        yield None
        return
    with open_memory(packed, "saved") as descriptor:
        yield descriptor


def _is_connection(descriptor: int) -> bool:
    """Whether it is what was asked for: the sandbox could hand over anything."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return False
    with socket.socket(fileno=os.dup(descriptor)) as found:
        return found.family in {socket.AF_INET, socket.AF_INET6} and found.type == (
            socket.SOCK_STREAM
        )


def _read_output(descriptor: int) -> tuple[int, bytes] | None:
    os.set_blocking(descriptor, False)
    found = b""
    with suppress(BlockingIOError):
        while len(found) < OUTPUT_BYTES and (piece := os.read(descriptor, OUTPUT_BYTES)):
            found += piece
    start, _, last = found.partition(b"\n")
    return (int(start), last) if start.isdigit() else None


def _reported(report: Mapping[str, Any]) -> tuple[int, bytes] | None:
    start, last = report.get("output_start"), report.get("output")
    if not (isinstance(start, int) and isinstance(last, str)):
        return None
    return start, last.encode("latin-1", "replace")
