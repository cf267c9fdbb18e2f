"""Start the program: as a server that is asked, or once with arguments."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from .client import Server, Waiting

HOST = "127.0.0.1"

_LOOK_EVERY = 0.02  # seconds
_MOST_OUTPUT_BYTES = 8 * 1024 * 1024  # what prints more than that has no end
_KEPT_BYTES = 256 * 1024
_PIECE_BYTES = 65_536
_TO_END = 2.0  # seconds that a server has to end by itself
_LAST_WORDS = 1.0  # seconds to read what was printed before the end
_FOR_ITS_PORT = 3.0  # idle seconds from another port to the one that was given


class ProgramFailed(Exception):
    """The program does not do what every step needs; the message says what, in a sentence.

    Attributes:
        printed: what it printed until then, bounded.
    """

    def __init__(self, message: str, printed: str = "") -> None:
        super().__init__(message)
        self.printed = printed


class NotShown(Exception):
    """A browser cannot do what it is to do; the message says why, in a sentence.

    Attributes:
        is_final: whether trying again cannot help.
    """

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees in a browser.

    Attributes:
        text: the visible text, and what stands in fields.
        html: the document as it is now.
        path: of the page.
        status: of the answer with which the page came, 0 if none did.
        is_waiting: whether the page waits for an answer of the program.
    """

    text: str
    html: str
    path: str
    status: int
    is_waiting: bool = False


class Browser(Protocol):
    """A real browser. Each method may raise ``NotShown``."""

    def reach(self, server: Server) -> None:
        """Let it reach the program."""

    def act(self, action: str, who: str, values: Mapping[str, Any]) -> None:
        """Do something on a person's page."""

    def look(self, who: str) -> Screen:
        """Return what a person sees."""

    def script_error(self) -> str:
        """Return an error that no script of the pages caught since the last time, else nothing."""

    def take_picture(self, who: str, name: str) -> None:
        """Keep a picture of what a person sees."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where programs run, and how they are watched.

    Attributes:
        work: the project's folder.
        entry: the file to start.
        waiting: for how long it may be idle.
        environment: of the program.
        start_seconds: of idleness until a server listens.
        step_seconds: of idleness for each step.
        new_port: returns a port that is free.
        listening: returns the addresses that are listened to, by port.
        end_strays: ends whatever else the program has started.
        forget: removes what a machine that restarts does not keep.
        bounded: gives a block in which a program is started, with limits of its own.
        browser: for steps in a browser; None: there is none.
    """

    work: Path
    entry: str
    waiting: Waiting
    environment: Mapping[str, str]
    start_seconds: float
    step_seconds: float
    new_port: Callable[[], int]
    listening: Callable[[int], Mapping[int, list[str]]]
    end_strays: Callable[[], None] = lambda: None
    forget: Callable[[], None] = lambda: None
    bounded: Callable[[], AbstractContextManager[None]] = nullcontext
    browser: Browser | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ran that was started once.

    Attributes:
        exit_code: its exit code, negative for a signal, None if it was ended.
        stdout: what it printed, bounded.
        stderr: what it wrote to standard error, bounded.
        fault: why it was ended, in a sentence; else empty.
    """

    exit_code: int | None
    stdout: str
    stderr: str
    fault: str = ""


@dataclass(slots=True)
class _Stream:
    """Reads what a program writes, in a thread, so that it never has to wait for us."""

    pipe: IO[bytes]
    kept: bytearray = field(default_factory=bytearray)
    seen: int = 0
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def text(self) -> str:
        return bytes(self.kept).decode("utf-8", "replace")

    def _read(self) -> None:
        with suppress(OSError, ValueError), self.pipe:
            while piece := os.read(self.pipe.fileno(), _PIECE_BYTES):
                self.seen += len(piece)
                self.kept += piece[: max(_KEPT_BYTES - len(self.kept), 0)]


def run_once(surroundings: Surroundings, arguments: Sequence[str], typed: str | None) -> Ran:
    """Start the program with arguments, and wait for its end.

    Args:
        surroundings: where it runs.
        arguments: the first may be ``@name`` for another file of the project.
        typed: its standard input, None for nothing.
    """
    entry, rest = surroundings.entry, list(arguments)
    if rest and rest[0].startswith("@"):
        entry, rest = rest[0][1:], rest[1:]
    source = subprocess.DEVNULL if typed is None else subprocess.PIPE
    try:
        process = _start(surroundings, [entry, *rest], surroundings.new_port(), source)
    except (OSError, ValueError) as error:
        return Ran(None, "", "", f"It could not be started: {error}.")
    output, errors = _streams(process)
    if process.stdin is not None:
        _type(process.stdin, typed or "")
    fault = _wait(surroundings, process, (output, errors))
    if fault:
        _end(process)
    for stream in (output, errors):
        stream.thread.join(_LAST_WORDS)
    code = None if fault else process.wait()
    return Ran(code, output.text(), errors.text(), fault or _signal_fault(code))


class RunningServer:
    """The program while it runs as a server."""

    def __init__(self, surroundings: Surroundings) -> None:
        """Start it, and wait until it listens.

        Raises:
            ProgramFailed: it ended, or does not listen where it should.
        """
        self._surroundings = surroundings
        self._port = surroundings.new_port()
        self._process = _start(surroundings, [surroundings.entry], self._port, subprocess.DEVNULL)
        self._streams = _streams(self._process)
        try:
            self.server = Server(self._wait_for_port(), self._port)
        except ProgramFailed:
            self.stop()
            raise

    @property
    def output(self) -> str:
        """What it has printed so far, bounded."""
        return "\n".join(stream.text() for stream in self._streams if stream.kept)

    def fault(self, *, unanswered: bool = False) -> str:
        """Return why it does not run any more, empty while it does.

        Args:
            unanswered: whether a request just got no answer. It may be about to end, which takes a
                while on a busy machine.
        """
        if any(stream.seen > _MOST_OUTPUT_BYTES for stream in self._streams):
            return "It prints without end."
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_TO_END if unanswered else _LOOK_EVERY)
            return _signal_fault(code) or f"It ended with exit code {code} while it was used."
        return ""

    def stop(self) -> None:
        """End it as a machine does that restarts: first politely, then not."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_TO_END)
        _end(self._process)
        self._surroundings.end_strays()
        for stream in self._streams:
            stream.thread.join(_LAST_WORDS)

    def _wait_for_port(self) -> str:
        """Wait until the program listens on the port that it was given; return the address."""
        waiting, begun = self._surroundings.waiting, self._surroundings.waiting.idle_seconds
        elsewhere_since: float | None = None
        while True:
            there = self._surroundings.listening(self._port)
            if self._port in there:
                return _reachable(there[self._port])
            idle = waiting.idle_seconds
            if there and elsewhere_since is None:
                elsewhere_since = idle
            if elsewhere_since is not None and idle - elsewhere_since > _FOR_ITS_PORT:
                raise ProgramFailed(
                    f"It listens on port {min(there, default=0)}, and not on the port that it is "
                    f"given (PORT={self._port}).",
                    self.output,
                )
            if idle - begun > self._surroundings.start_seconds:
                seconds = f"{self._surroundings.start_seconds:g}"
                raise ProgramFailed(
                    f"It did not listen on its port within {seconds} seconds.", self.output
                )
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(_LOOK_EVERY)
                for stream in self._streams:
                    stream.thread.join(_LAST_WORDS)
                raise ProgramFailed(
                    f"It ended with exit code {code} before it listened.", self.output
                )


def _start(
    surroundings: Surroundings, arguments: list[str], port: int, source: int
) -> "subprocess.Popen[bytes]":
    with surroundings.bounded():
        return subprocess.Popen(
            [sys.executable, "-s", *arguments],
            cwd=surroundings.work,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**surroundings.environment, "PORT": str(port), "HOST": HOST},
            start_new_session=True,
        )


def _streams(process: "subprocess.Popen[bytes]") -> tuple[_Stream, _Stream]:
    assert process.stdout  # noqa: S101  it is a pipe
    assert process.stderr  # noqa: S101  the same
    return _Stream(process.stdout), _Stream(process.stderr)


def _type(pipe: IO[bytes], text: str) -> None:
    """Type a text, in a thread: the program may never read it."""

    def write() -> None:
        with suppress(OSError, ValueError):
            pipe.write(text.encode())
            pipe.flush()
        with suppress(OSError, ValueError):
            pipe.close()

    threading.Thread(target=write, daemon=True).start()


def _wait(
    surroundings: Surroundings,
    process: "subprocess.Popen[bytes]",
    streams: Sequence[_Stream],
) -> str:
    """Wait until the program ends; return why it has to be ended, empty if it did."""
    begun = surroundings.waiting.idle_seconds
    speaking = streams[0].thread
    while True:
        speaking.join(_LOOK_EVERY)  # ends with the program, which wait() would notice later
        with suppress(subprocess.TimeoutExpired):
            process.wait(0 if speaking.is_alive() else _LOOK_EVERY)
            return ""
        if any(stream.seen > _MOST_OUTPUT_BYTES for stream in streams):
            return "It printed without end, and had to be stopped."
        if surroundings.waiting.idle_seconds - begun > surroundings.step_seconds:
            return (
                f"It did not end: for {surroundings.step_seconds:g} seconds it waited for "
                "something."
            )


def _signal_fault(code: int | None) -> str:
    """Say which signal ended a program, if one did; the first is that of the processor's limit."""
    if code is None or code >= 0:
        return ""
    if -code in (getattr(signal, "SIGXCPU", 0), getattr(signal, "SIGKILL", 0)):
        return "It used too much processor time or memory, and had to be stopped."
    return f"It crashed (signal {-code})."


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and all in its process group."""
    with suppress(ProcessLookupError, PermissionError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        process.kill()
    deadline = time.monotonic() + _TO_END
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(deadline - time.monotonic(), 0))


def _reachable(addresses: list[str]) -> str:
    """Return where to connect to, for the addresses that one port is listened to on."""
    if HOST in addresses or "0.0.0.0" in addresses or not addresses:  # noqa: S104  compared
        return HOST
    return "::1" if "::" in addresses else addresses[0]
