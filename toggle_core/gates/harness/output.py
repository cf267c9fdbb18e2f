"""Pass on what the program prints, and notice the tracebacks in it."""

import os
import re
import threading

_READ_BYTES = 65_536
_MOST_LINE_BYTES = 8_192
_MOST_TRACEBACKS = 5
_MOST_LINES = 60
_STDOUT = 1

_HEADER = "Traceback (most recent call last):"
_FRAME = re.compile(r'[\s|]*File ".+", line \d+')
_LAST = re.compile(r"(?:\s*\|\s)?(?!\s)")  # all lines of a traceback but the last are indented
_UNRAISED = re.compile(r"Exception ignored in\b|(?:Task|Future) exception was never retrieved\b")


class Output:
    """What the program writes to both of its streams, in the order in which it comes.

    A thread hands it on to this process's standard output as it comes.
    """

    def __init__(self, reading: int) -> None:
        """Begin.

        Args:
            reading: our end of the program's output, closed when the program has closed its own.
        """
        self._reading = reading
        self._finder = TracebackFinder()
        self._rest = b""
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def finish(self, seconds: float) -> list[str]:
        """Wait for the rest of the output, and return the first tracebacks in it.

        Args:
            seconds: how long to wait, since a process that is left may hold the stream open.
        """
        self._thread.join(seconds)
        return self._finder.finish()

    def _pass_on(self) -> None:
        while piece := os.read(self._reading, _READ_BYTES):
            self._find_tracebacks(piece)
            while piece:
                piece = piece[os.write(_STDOUT, piece) :]
        self._find_tracebacks(b"\n")
        os.close(self._reading)

    def _find_tracebacks(self, piece: bytes) -> None:
        *lines, rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._finder.add(line.decode("utf-8", "replace").rstrip("\r"))
        self._rest = rest[-_MOST_LINE_BYTES:]


class TracebackFinder:
    """Finds tracebacks in lines: a header, directly followed by a line that names a place.

    Prose about tracebacks has no such second line.
    """

    def __init__(self) -> None:
        self._found: list[str] = []
        self._open: list[str] = []

    def add(self, line: str) -> None:
        """Look at the next line; one that quotes a traceback as JSON does is read as its lines."""
        if f"{_HEADER}\\n" in line:
            for each in line.replace("\\n", "\n").replace('\\"', '"').split("\n"):
                self._add(each)
        else:
            self._add(line)

    def _add(self, line: str) -> None:
        if len(self._open) == 1 and not _FRAME.match(line):
            self._open = []
        elif self._open:
            self._open.append(line[:_MOST_LINE_BYTES])
            if _LAST.match(line) or len(self._open) > _MOST_LINES:
                self._close()
            return
        if line.rstrip().endswith(_HEADER):
            self._open = [line]
        elif _UNRAISED.match(line):
            self._keep(line)

    def finish(self) -> list[str]:
        """Return the first tracebacks there were; the last one may be cut off."""
        if len(self._open) > 1:
            self._close()
        return list(self._found)

    def _close(self) -> None:
        self._keep("\n".join(self._open))
        self._open = []

    def _keep(self, text: str) -> None:
        if len(self._found) < _MOST_TRACEBACKS:
            self._found.append(text)


def find_tracebacks(text: str) -> list[str]:
    """Return the first tracebacks in a text."""
    finder = TracebackFinder()
    for line in text.splitlines():
        finder.add(line)
    return finder.finish()
