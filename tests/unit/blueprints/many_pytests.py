"""Runs pytest in each of some folders, in a process of its own, and prints the results.

Starting Python and importing pytest takes longer than the tests of a small project: it is done once
here, and every project gets a copy of the process as it was then.
"""

import json
import os
import sys
from pathlib import Path

import pytest

ARGUMENTS = ("-q", "-W", "error", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", ".", ".")
AT_ONCE = 2


def start(folder: Path) -> int:
    """Start pytest in a copy of this process and return its id."""
    process = os.fork()
    if process:
        return process
    os.chdir(folder)
    output = os.open(folder.with_suffix(".out"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    sys.path[0] = str(folder)
    code = pytest.main(list(ARGUMENTS))
    sys.stdout.flush()
    os._exit(int(code))


def run_all(folders: list[Path]) -> dict[str, tuple[int, str]]:
    """Return the exit code and output of each by the folder's name."""
    waiting = list(folders)
    running: dict[int, Path] = {}
    results: dict[str, tuple[int, str]] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            folder = waiting.pop()
            running[start(folder)] = folder
        process, status = os.wait()
        folder = running.pop(process)
        output = folder.with_suffix(".out").read_text(encoding="utf-8", errors="replace")
        results[folder.name] = (os.waitstatus_to_exitcode(status), output)
    return results


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run_all([Path(folder) for folder in sys.argv[1:]])))
