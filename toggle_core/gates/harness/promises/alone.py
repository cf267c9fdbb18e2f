"""Try the promises of a project on this machine: python check_promises.py [promises.json]."""

import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .client import Line
from .needs import why_untried
from .program import HOST, Surroundings
from .steps import Steps
from .values import draw_values

_TIMES = 2  # each with different values
_START_WITHIN = 20.0  # seconds
_STEP_WITHIN = 15.0  # seconds
_CONNECT_WITHIN = 0.2  # seconds
_LEFT_OUT = (".git", ".venv", "venv", "__pycache__", "node_modules")


class WallClock:
    """Waits by the clock on the wall."""

    @property
    def idle_seconds(self) -> float:
        """Seconds by the clock."""
        return time.monotonic()

    @contextmanager
    def bounding(self, connection: Line, seconds: float) -> Iterator[None]:
        """Let a connection fail with ``TimeoutError`` after so many seconds without a byte."""
        connection.sock.settimeout(seconds)
        yield


def main(arguments: list[str]) -> int:
    """Try each promise twice, on a fresh copy of the project; return 1 if one is broken.

    Args:
        arguments: the path of the promises, if it is not ``promises.json`` in this folder.
    """
    place = Path(arguments[0] if arguments else "promises.json").resolve()
    try:
        promises = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The promises in {place} cannot be read: {error}\n")
        return 2
    outcomes = []
    for promise in promises.get("promises", []):
        outcome, why, transcript = try_alone(place.parent, promises, promise)
        outcomes.append(outcome)
        sys.stdout.write(f"{outcome:8}{promise.get('sentence', '')}\n")
        if why:
            sys.stdout.write(f"        {why}\n")
        for each in transcript if outcome == "broken" else []:
            sys.stdout.write(f"        - {each['step']}\n")
            for name in ("sent", "expected", "came_back"):
                text = each[name].strip().replace("\n", "\n            ")
                sys.stdout.write(f"          {name.replace('_', ' ')}: {text}\n" if text else "")
    numbers = [f"{outcomes.count(name)} {name}" for name in ("kept", "broken", "untried")]
    sys.stdout.write(f"\n{', '.join(numbers)}\n")
    return 1 if "broken" in outcomes else 0


def try_alone(
    project: Path, promises: Mapping[str, Any], promise: Mapping[str, Any]
) -> tuple[str, str, list[dict[str, Any]]]:
    """Try one promise; return its outcome, why, and what was done.

    Args:
        project: the project's folder.
        promises: all promises, with the file to start as ``entry`` if it is not ``main.py``.
        promise: the one to be tried.
    """
    if why := why_untried(promise, os.environ, servers=True):
        return "untried", why, []
    earlier: dict[str, Any] | None = None
    transcript: list[dict[str, Any]] = []
    for _ in range(_TIMES):
        with _copied(project) as copy:
            try:
                seed = secrets.token_hex(8)
                values = draw_values(promise.get("vars", {}), seed, others=earlier)
                steps = Steps(_here(copy, str(promises.get("entry", "main.py"))), values)
                why = steps.carry_out([*promise.get("before", ()), *promise["steps"]])
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                return "untried", f"Its steps cannot be carried out: {error}", transcript
        transcript = steps.transcript()
        if why:
            return "broken", why, transcript
        earlier = values
    return "kept", "", transcript


@contextmanager
def _copied(project: Path) -> Iterator[Path]:
    """Give a copy of the project, without what is no part of it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "project")
        shutil.copytree(project, copy, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        yield copy


def _here(project: Path, entry: str) -> Surroundings:
    return Surroundings(
        work=project,
        entry=entry,
        waiting=WallClock(),
        environment={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
        start_seconds=_START_WITHIN,
        step_seconds=_STEP_WITHIN,
        new_port=_free_port,
        listening=_listens,
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _listens(port: int) -> dict[int, list[str]]:
    """Return whether the port is listened to, by connecting to it."""
    for address in (HOST, "::1"):
        with suppress(OSError), socket.create_connection((address, port), _CONNECT_WITHIN):
            return {port: [address]}
    return {}
