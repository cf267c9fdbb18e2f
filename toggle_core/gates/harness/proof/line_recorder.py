"""Say of each test which lines of the program it ran, in this process and in those it started."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .line_tracer import Lines, LineTracer, grouped
from .source_readers import SourceReaders
from .started.sitecustomize import A_COPY

_STARTED = Path(__file__).parent / "started"
_STARTING = frozenset(
    ("subprocess.Popen", "os.system", "os.posix_spawn", "os.spawn", "os.exec", "os.fork")
)


class LineRecorder:
    """Keeps the lines of each test.

    What a fixture runs that tests share belongs to each test that uses it; what runs while files
    are loaded belongs to all.

    Args:
        work: the folder of the project.
        names: paths of the traced files below it.
    """

    def __init__(self, work: str, names: frozenset[str]) -> None:
        self._tracer = LineTracer(work, names)
        self._folder = Path(tempfile.mkdtemp(prefix="lines-"))
        self._at_import: Lines = set()
        self._by_test: dict[str, Lines] = {}
        self._shared: dict[int, Lines] = {}
        self._used: dict[str, list[int]] = {}
        self._processes: dict[str, set[str]] = {}
        self._alive: set[str] = set()
        self._starts = 0
        self._opaque: list[str] = []
        self._sources = SourceReaders(work, names)
        self._readers: set[str] = set()
        self._running = ""
        os.environ |= {
            "PYTHONPATH": str(_STARTED),
            "TRACED_WORK": work,
            "TRACED_LINES": str(self._folder),
        }
        os.register_at_fork(after_in_child=self._forked)
        sys.addaudithook(self._heard)

    def start(self) -> None:
        """Begin to trace."""
        self._tracer.start()

    def collected(self) -> None:
        """Keep apart what ran so far: files have been loaded."""
        self._at_import = self._take()

    def begin(self, test: str) -> None:
        """Begin a test."""
        self._tracer.lines = set()
        self._alive = {name for name in self._records() if _is_alive(name)}
        self._by_test[test] = self._tracer.lines
        self._processes[test] = self._records()
        self._starts = 0
        self._running = test
        self._tracer.start()

    def end(self, test: str) -> None:
        """End the test that was begun last."""
        self._running = ""
        new = self._records() - self._processes[test]
        if self._starts > len(new):
            self._opaque.append(test)
        self._processes[test] = new | self._alive
        self._take()

    @contextmanager
    def shared(self, fixture: int) -> Iterator[None]:
        """Keep what runs within the block for all tests that use a fixture."""
        before, self._tracer.lines = self._tracer.lines, set()
        try:
            yield
        finally:
            self._shared.setdefault(fixture, set()).update(self._tracer.lines)
            self._tracer.lines = before

    def uses(self, test: str, fixtures: Iterable[int]) -> None:
        """Note the fixtures that a test uses."""
        self._used[test] = list(fixtures)

    def report(self) -> Iterator[dict[str, Any]]:
        """Stop tracing, and yield what is known: a line for each test, and one for the rest."""
        self._tracer.stop()
        of_process = {name: set(_read(self._folder / name)) for name in self._records()}
        for test, lines in self._by_test.items():
            parts = [lines, *(self._shared.get(one, set()) for one in self._used.get(test, ()))]
            parts += [of_process.get(name, set()) for name in self._processes[test]]
            ran: Lines = set().union(*parts)
            if any(number == A_COPY for _, number in ran):  # it read the program to run a copy
                self._readers -= {test, test.partition("::")[0]}
            yield {"ran": test, "lines": grouped(ran)}
        yield {
            "at_import": grouped(self._at_import),
            "opaque": self._opaque,
            "readers": sorted(self._readers),
        }

    def _take(self) -> Lines:
        taken, self._tracer.lines = self._tracer.lines, set()
        return taken

    def _records(self) -> set[str]:
        with suppress(OSError):
            return {path.name for path in self._folder.iterdir()}
        return set()

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _STARTING:
            self._starts += 1
        elif reader := self._sources.reader(event, arguments):
            self._readers.add(self._running or reader)

    def _forked(self) -> None:
        """Write to a file from now on: this process is a fork, and nobody waits for its lines."""
        with suppress(OSError):
            path = self._folder / f"{os.getpid()}.fork"
            self._tracer.lines = _AppendedLines(path)


class _AppendedLines(Lines):
    """A set whose new members go to a file at once."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, item: tuple[str, int]) -> None:
        if item not in self:
            super().add(item)
            with suppress(OSError):
                os.write(self._output, f"{item[1]} {item[0]}\n".encode())


def _is_alive(record: str) -> bool:
    return Path("/proc", record.partition(".")[0]).is_dir()


def _read(path: Path) -> Iterator[tuple[str, int]]:
    with suppress(OSError):
        for line in path.read_text(errors="replace").splitlines():
            number, _, name = line.partition(" ")
            if number.isdecimal() and name:
                yield name, int(number)
