"""Run the project's tests in a process of their own, and report what became of them.

This process never runs the project's code. It finds the tests by reading, adds decoys, starts
pytest, and keeps the channel to the supervisor to itself.
"""

import json
import os
import secrets
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

from .decoys import add_decoys
from .shield import hide_memory
from .survey import count_checks, find_meddling, find_tests, is_test_file
from .task import Channel, Task

_MOST_BYTES = 4 * 1024 * 1024
_READ_BYTES = 65_536


def run(task: Task, channel: Channel) -> None:
    """Report the tests found by reading, each test's outcome, the decoys, and how pytest ended."""
    hide_memory()
    found = find_tests(task.files)
    read: dict[str, Any] = {
        "found": found,
        "meddling": find_meddling(task.files),
        "checks": count_checks(task.files),
    }
    if not any(found.values()):
        channel.report(read)
        return
    decoys = add_decoys(task.work, found)
    key = secrets.token_hex()
    lines, exit_code = _run_pytest(task, [*found, *_files_of(decoys)], key)
    read["meddling"] += _rewritten(task)
    told = [line for line in map(_parse, lines) if line]
    honest = [line for line in told if line.pop("key", "") == key]
    channel.report(
        {
            **read,
            "decoys": decoys,
            "lines": honest,
            "forged": len(lines) - len(honest),
            "exit_code": exit_code,
        }
    )


def _rewritten(task: Task) -> list[str]:
    """Test files that were other ones when pytest had ended than when they were read."""
    return [
        f"{name}: rewritten while the tests ran"
        for name, text in sorted(task.files.items())
        if is_test_file(name) and not _is_on_disk(task.work / name, text)
    ]


def _is_on_disk(path: Path, text: str) -> bool:
    try:
        return not path.is_symlink() and path.read_bytes() == text.encode()
    except OSError:
        return False


def _files_of(decoys: dict[str, str]) -> list[str]:
    return sorted({name.partition("::")[0] for name in decoys})


def _run_pytest(task: Task, paths: list[str], key: str) -> tuple[list[bytes], int]:
    """Run pytest; return the lines its plugin wrote and its exit code."""
    reading, writing = os.pipe()
    code = (
        f"import sys; sys.path[:0] = [{str(Path(__file__).parents[1])!r}, {str(task.tools)!r}]; "
        f"from harness.pytest_session import main; main({writing})"
    )
    with subprocess.Popen(
        [sys.executable, "-s", "-P", "-c", code, str(task.work), str(task.home), *paths],
        stdin=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[writing],
    ) as process:
        os.close(writing)
        assert process.stdin  # noqa: S101  it is a pipe
        with process.stdin:
            process.stdin.write(key.encode())
        return _read_until_exit(reading, process), process.wait()


def _read_until_exit(reading: int, process: "subprocess.Popen[bytes]") -> list[bytes]:
    """Read until pytest has exited; processes it left may hold the pipe open for ever."""
    kept = bytearray()
    with selectors.DefaultSelector() as selector:
        exited = os.pidfd_open(process.pid)
        selector.register(reading, selectors.EVENT_READ)
        selector.register(exited, selectors.EVENT_READ)
        done = False
        while not done or selector.select(0):
            ready = {key.fd for key, _ in selector.select()}
            if reading in ready:
                piece = os.read(reading, _READ_BYTES)
                kept += piece[: max(_MOST_BYTES - len(kept), 0)]
                if not piece:
                    break
            elif exited in ready:
                done = True
                selector.unregister(exited)
        os.close(exited)
    os.close(reading)
    return bytes(kept).splitlines()


def _parse(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
