"""Load pytest once, and run the project's tests in a fork of this process as often as asked.

The project's code runs in the forks only. Nothing a fork reports is beyond forging;
``docs/sandbox.md`` says what that takes.
"""

import gc
import json
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from .plain_failures import PlainFailures
from .quick_servers import let_servers_stop_at_once
from .reporter import Reporter, keyed_writer
from .shield import hide_memory, show_memory
from .snapshot import Snapshot, load_plugins


def main(results: int, control: int) -> None:
    """Serve one order after the other until standard input ends; each is a line of JSON.

    Args:
        results: pipe for the lines of the plugin.
        control: pipe for the exit code of each fork and the processor time it used.
    """
    hide_memory()
    load_plugins()
    let_servers_stop_at_once()
    snapshot = Snapshot()
    gc.freeze()  # what is loaded here is never garbage, so no fork has to look at it
    while line := sys.stdin.readline():
        order = json.loads(line)
        child = os.fork()
        if not child:
            os.close(control)
            show_memory()
            _run(results, order, snapshot)
        os.write(control, f"{_wait(child, order['seconds'])}\n".encode())


def _wait(child: int, seconds: float | None) -> str:
    """Wait for a fork, and end it if it takes longer than some seconds.

    Returns:
        Its exit code and the processor time it used, in seconds; or ``late`` if it took too long
        by either clock.
    """
    ended = os.pidfd_open(child)
    in_time, _, _ = select.select([ended], [], [], seconds)
    os.close(ended)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    late = not in_time or code == -signal.SIGXCPU
    return "late" if late else f"{code} {used.ru_utime + used.ru_stime:.3f}"


def _run(results: int, order: dict[str, Any], snapshot: Snapshot) -> None:
    """Run pytest once and exit as it does.

    Args:
        results: see ``main``.
        order: ``key`` for the lines, ``work``, ``home``, ``paths`` of the test files, ``seed`` of
            the order (None for the order as written), whether it is to be run ``backwards``,
            ``quiet`` where nobody reads what is printed, ``brief`` where nobody reads why tests
            failed, ``processor_seconds`` for it, and ``seconds`` by the clock on the wall or None.
        snapshot: of pytest before any code of the project ran.
    """
    os.setsid()
    limit = int(order["processor_seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  for the whole process
    os.dup2(sys.stdin.fileno(), 0)
    if order["quiet"]:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    work, settings = order["work"], Path(order["home"], "pytest.ini")
    settings.write_text("[pytest]\n", encoding="utf-8")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.argv = ["pytest"]
    sys.path[:0] = [work, *([f"{work}/src"] if Path(work, "src").is_dir() else [])]
    arguments = [
        *("-c", str(settings), "--rootdir", work, "-p", "no:cacheprovider"),
        *("-q", "--no-header", "--color=no"),
        *(("--tb=no", "-rN", "--assert=plain") if order["brief"] else ("--tb=short",)),
        *order["paths"],
    ]
    write = keyed_writer(results, order["key"])
    reporter = Reporter(write, snapshot, order["seed"], backwards=order["backwards"])
    plugins = [reporter, *([PlainFailures()] if order["brief"] else [])]
    sys.exit(pytest.main(arguments, plugins=plugins))
