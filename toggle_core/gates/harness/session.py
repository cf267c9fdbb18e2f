"""Start pytest's process, have it run the tests, and read what its plugin writes."""

import json
import os
import secrets
import selectors
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .outcomes import Pace, RunReport, pace_of, read_run
from .pytest_process import PytestProcess
from .task import Task

_MOST_BYTES = 8 * 1024 * 1024
_READ_BYTES = 65_536
_SECONDS_BETWEEN_PACES = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """How to run the tests.

    Attributes:
        seed: of the order, None for the order as written.
        backwards: whether to turn that order round.
        quiet: whether to throw away what is printed.
        brief: whether to keep from finding out why tests failed, which takes long.
        seconds: after which the run is ended, by the clock on the wall; None for no such limit.
    """

    seed: int | None = None
    backwards: bool = False
    quiet: bool = True
    brief: bool = False
    seconds: float | None = None


class Session(PytestProcess):
    """The process in which pytest is loaded, with the pipes to it; see ``pytest_session``.

    Args:
        task: the job.
        tell: is called with how far the current run has come, whenever that has changed.

    Attributes:
        pace: how far the current or last run has come.
    """

    def __init__(self, task: Task, tell: Callable[[Pace], None]) -> None:
        self.pace = Pace()
        self._task = task
        self._tell = tell
        # The proof runs them with other hash seeds.
        super().__init__(task, "pytest_session", hash_seed=0, stderr=subprocess.STDOUT)

    def run(self, paths: Sequence[str], decoys: Mapping[str, str], way: Way) -> RunReport | None:
        """Run the tests once.

        Args:
            paths: the test files.
            decoys: the outcome each decoy must have, by its name.
            way: how to run them.

        Returns:
            What became of them; None if they took too long.
        """
        key = secrets.token_hex()
        files = sorted({*paths, *(name.partition("::")[0] for name in decoys)})
        lines, ended = self._read(key, decoys) if self._send(files, way, key) else ([], "")
        honest = honest_lines(lines, key)
        self.pace = pace_of(honest, decoys)
        if ended == "late":
            return None
        code, _, used = ended.partition(" ")
        return read_run(
            honest,
            decoys,
            forged=len(lines) - len(honest),
            exit_code=int(code) if code else self.exit_code(),
            processor_seconds=float(used or 0),
        )

    def _send(self, paths: Sequence[str], way: Way, key: str) -> bool:
        places = {"work": str(self._task.work), "home": str(self._task.home)}
        limit = {"processor_seconds": self._task.options["seconds"]}
        line = {"key": key, "paths": paths, **places, **limit, **asdict(way)}
        return self.send(line)

    def _read(self, key: str, decoys: Mapping[str, str]) -> tuple[list[bytes], str]:
        """Read until pytest has exited; processes it left may hold the pipe open for ever.

        Meanwhile it is told how far the run has come: the whole job may be ended at any time.

        Returns:
            The lines of the plugin, and how the run ended, empty if the process itself is gone.
        """
        kept = bytearray()
        ended: str | None = None
        shown, shown_at = 0, 0.0
        with selectors.DefaultSelector() as selector:
            selector.register(self.results, selectors.EVENT_READ)
            selector.register(self.control, selectors.EVENT_READ)
            while ended is None or selector.select(0):
                waits = _SECONDS_BETWEEN_PACES if len(kept) > shown else None
                ready = {each.fd for each, _ in selector.select(waits)}
                if len(kept) > shown and time.monotonic() - shown_at > _SECONDS_BETWEEN_PACES:
                    self._tell(pace_of(honest_lines(bytes(kept).splitlines(), key), decoys))
                    shown, shown_at = len(kept), time.monotonic()
                if self.results in ready:
                    piece = os.read(self.results, _READ_BYTES)
                    kept += piece[: max(_MOST_BYTES - len(kept), 0)]
                    if not piece:
                        selector.unregister(self.results)
                elif self.control in ready:
                    selector.unregister(self.control)
                    ended = os.read(self.control, _READ_BYTES).decode().strip()
        return bytes(kept).splitlines(), ended


def honest_lines(lines: Iterable[bytes], key: str) -> list[dict[str, Any]]:
    """Return the lines that carry the key, without it."""
    return [line for line in map(_parse, lines) if line.pop("key", "") == key]


def _parse(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
