"""Starts a job confined by Landlock, and ends every process of it.

Without a process namespace nothing ends what a job leaves behind. This process stays outside the
confinement, becomes the parent of whatever the job abandons, and ends it.
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from .confine import become, restrict_calls, restrict_files
from .launch import main as launch

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SIGNALLED = 128


def main(bounds: int, rules: int, task: int, channel: int) -> NoReturn:
    """Run one job and exit as it did.

    Args:
        bounds: an open file that says in JSON what is ``listable``, ``readable``, ``writable``
            and which ``user`` to become, None to stay.
        rules: an open file with the compiled seccomp filter.
        task: see ``launch``.
        channel: see ``launch``.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, _end)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _run_confined(bounds, rules, task, channel)
    for descriptor in (bounds, rules, task, channel):
        os.close(descriptor)
    sys.exit(_wait_for(child))


def _run_confined(bounds: int, rules: int, task: int, channel: int) -> NoReturn:
    code = 1
    try:
        with os.fdopen(bounds, encoding="utf-8") as source:
            told: dict[str, Any] = json.load(source)
        with os.fdopen(rules, "rb") as source:
            program = source.read()
        if told["user"] is not None:
            become(told["user"])
        restrict_files(told["listable"], told["readable"], told["writable"])
        restrict_calls(program)
        launch(task, channel)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201  its only voice
    finally:
        os._exit(code)


def _wait_for(child: int) -> int:
    """Reap until the job itself ends, then end what it left; return its exit code."""
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            _end_descendants()
            return code if code >= 0 else _SIGNALLED - code


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    _end_descendants()
    os._exit(_SIGNALLED + signal.SIGTERM)


def _end_descendants() -> None:
    """Stop all descendants first, so that none can start another, then kill and reap them."""
    stopped: set[int] = set()
    while new := set(_descendants(os.getpid())) - stopped:
        for pid in new:
            _send(pid, signal.SIGSTOP)
        stopped |= new
    while True:
        for pid in list(_descendants(os.getpid())):
            _send(pid, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def _send(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return


def _descendants(pid: int) -> Iterator[int]:
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                yield child
                yield from _descendants(child)
    except (FileNotFoundError, ProcessLookupError):
        return
