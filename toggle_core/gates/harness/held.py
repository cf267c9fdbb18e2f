"""A program that runs for as long as somebody uses it: paused, resumed and ended from outside."""

import os
import select
import signal
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

_LOOK_EVERY = 0.5  # seconds
_TO_END = 1.0  # seconds between the polite request to end and the end
_MESSAGE_BYTES = 64


def restore(descriptor: int | None, kept: Iterable[str]) -> None:
    """Write back the files that the program has stored before.

    Args:
        descriptor: of an archive; closed. None: there is nothing to write back.
        kept: paths that stay as the project has them.
    """
    if descriptor is None:
        return
    code = frozenset(kept)
    with os.fdopen(descriptor, "rb") as source, tarfile.open(fileobj=source, mode="r:*") as archive:
        for member in archive:
            if member.name not in code and (member.isfile() or member.isdir()):
                with suppress(OSError, tarfile.TarError):
                    archive.extract(member, ".", filter="data")


class Held:
    """The program, and the way from the supervisor to it.

    Args:
        process: the program.
        control: descriptor of a socket of whole messages to the supervisor.

    Attributes:
        exit_code: of the program, 128 + the number of the signal that ended it; None until then.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", control: int) -> None:
        self.exit_code: int | None = None
        self._process = process
        self._control = socket.socket(fileno=control)
        self._control.set_inheritable(False)

    def until_the_end(self, readers: Mapping[int, Callable[[], bool]]) -> None:
        """Answer the supervisor until the program has ended, or it asks for the end.

        Args:
            readers: what to call when a descriptor has something to read; False: no more of it.
        """
        ended = os.pidfd_open(self._process.pid)
        with select.epoll() as waiting:
            for descriptor in (self._control.fileno(), ended, *readers):
                waiting.register(descriptor, select.EPOLLIN)
            while not self._has_ended():
                for descriptor, _ in waiting.poll(_LOOK_EVERY):
                    if descriptor in readers:
                        if not readers[descriptor]():
                            waiting.unregister(descriptor)
                    elif descriptor != ended and not self._answer():
                        self._end()
                        return

    def answer(self, word: bytes, number: bytes) -> None:
        """Answer another message than those that every held program knows.

        Args:
            word: what is asked for.
            number: of the message.
        """

    def reply(self, word: bytes, number: bytes, descriptors: Iterable[int] = ()) -> None:
        """Send an answer, with descriptors where some belong to it."""
        socket.send_fds(self._control, [word + b" " + number], [*descriptors])

    def _answer(self) -> bool:
        """Answer one message; return False when there is nobody who would send another."""
        message = self._control.recv(_MESSAGE_BYTES)
        word, _, number = message.partition(b" ")
        if not message or word == b"end":
            return False
        if word == b"pause":
            _signal_all(signal.SIGSTOP)
            self.reply(b"ok", number)
        elif word == b"resume":
            _signal_all(signal.SIGCONT)
            self.reply(b"ok", number)
        else:
            self.answer(word, number)
        return True

    def _has_ended(self) -> bool:
        """Tell whether the program has ended. Whatever else has ended is taken off the list."""
        with suppress(ChildProcessError):
            while True:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
                if ended is None:
                    return False
                if ended.si_pid == self._process.pid:
                    code = ended.si_status
                    self.exit_code = code if ended.si_code == os.CLD_EXITED else 128 + code
                    return True
        return True

    def _end(self) -> None:
        """End the program: politely at first, so that it can store what it holds."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _TO_END
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(0.01)


def _signal_all(number: signal.Signals) -> None:
    """Send a signal to every process of this namespace but the first, which this is."""
    with suppress(ProcessLookupError):
        os.kill(-1, number)
