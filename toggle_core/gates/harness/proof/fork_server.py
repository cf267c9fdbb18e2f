"""Configure pytest once, and run the project's tests in a fork of this process for each order.

A plugin stops pytest where tests would be collected: nothing of the project, not even a
``conftest.py``, has been loaded by then, and each fork goes on from there. Modules of the standard
library that the project imports are loaded before, so that no fork has to.
"""

import gc
import importlib
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import pytest

from ..quick_servers import let_servers_stop_at_once
from ..reporter import keyed_writer
from ..shield import hide_memory, show_memory
from ..snapshot import load_plugins
from .child_reporter import ChildReporter
from .compiled_files import CompiledFiles
from .line_recorder import LineRecorder
from .noticing import Noticing

if TYPE_CHECKING:
    from .another_date import Elsewhere


def main(results: int, control: int, work: str, home: str) -> None:
    """Serve orders, lines of JSON on standard input, until it ends.

    The first line is a list of the modules to load. Each later one is an order: ``key`` for the
    lines, ``paths`` of the test files, ``decoys`` by name, ``tests`` (paths that belong to the
    tests), ``chosen`` tests in their order or None for all, ``seed`` of the order or None,
    ``first`` to end when a test has noticed something, ``lines`` (paths of the files to trace, or
    None), ``date`` (a shift in seconds and a time zone, or None), and ``processor_seconds`` for one
    process.

    Args:
        results: pipe for the lines of the plugin.
        control: pipe for the number of each fork, and later for its exit code and the processor
            time it used.
        work: the folder of the project.
        home: a folder for the settings of pytest.
    """
    hide_memory()
    load_plugins()
    let_servers_stop_at_once()
    for name in json.loads(sys.stdin.readline()):
        with suppress(Exception):  # whatever a platform does not have
            importlib.import_module(name)
    settings, nothing = Path(home, "pytest.ini"), Path(home, "nothing")
    settings.write_text("[pytest]\n", encoding="utf-8")
    nothing.mkdir(exist_ok=True)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.argv = ["pytest"]
    arguments = [
        *("-c", str(settings), "--rootdir", work, "-p", "no:cacheprovider"),
        *("-p", "no:faulthandler", "--capture=sys", "--assert=plain", "--tb=no", "-q", "-rN"),
        str(nothing),
    ]
    pytest.main(arguments, plugins=[_Server(sys.stdin, results, control, work)])
    os._exit(1)


class _Server:
    """The plugin in whose hook this process stays."""

    def __init__(self, orders: TextIO, results: int, control: int, work: str) -> None:
        self._orders = orders  # pytest puts something else in place of standard input
        self._results = results
        self._control = control
        self._work = work

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        gc.collect()
        gc.freeze()  # what is loaded here is never garbage, so no fork has to look at it
        compiled = CompiledFiles(self._work)
        while line := self._orders.readline():
            order = json.loads(line)
            compiled.read()
            child = os.fork()
            if not child:
                os.setsid()
                os.close(self._control)
                show_memory()
                compiled.use()
                self._become_child(session, order)
                return
            os.write(self._control, f"{child}\n".encode())
            _, status, used = os.wait4(child, 0)
            code = os.waitstatus_to_exitcode(status)
            seconds = used.ru_utime + used.ru_stime
            os.write(self._control, f"{code} {seconds:.4f} {_own_seconds():.4f}\n".encode())
        os._exit(0)

    def _become_child(self, session: pytest.Session, order: dict[str, Any]) -> None:
        """Make this fork a process that runs tests, as pytest goes on."""
        limit = int(order["processor_seconds"]) + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        hard = limit + 1 if hard == resource.RLIM_INFINITY else min(hard, limit + 1)
        resource.setrlimit(resource.RLIMIT_CPU, (min(limit, hard), hard))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        work = self._work
        sys.path[:0] = [work, *([f"{work}/src"] if Path(work, "src").is_dir() else [])]
        names = order["lines"]
        recorder = None if names is None else LineRecorder(work, frozenset(names))
        noticing = Noticing(work, frozenset(order["tests"]))
        write = keyed_writer(self._results, order["key"])
        config = session.config
        elsewhere = _move(order["date"])
        config.pluginmanager.register(ChildReporter(write, order, noticing, recorder, elsewhere))
        config.args[:] = order["paths"]
        if recorder:
            recorder.start()
        _load_conftests(config, order["paths"])


def _move(date: list[Any] | None) -> "Elsewhere | None":
    """Give this process another date."""
    if date is None:
        return None
    from .another_date import Elsewhere, move_to  # noqa: PLC0415  few runs need it

    elsewhere = Elsewhere()
    elsewhere.watch()
    move_to(*date)
    return elsewhere


def _load_conftests(config: pytest.Config, paths: list[str]) -> None:
    """Load what pytest loads before its options are read, and give those added their defaults."""
    for path in paths:
        config.pluginmanager._loadconftestmodules(  # noqa: SLF001  as its own set-up does
            config.rootpath / path,
            config.getoption("importmode"),
            config.rootpath,
            consider_namespace_packages=False,
        )
    for action in config._parser.optparser._actions:  # noqa: SLF001  the same
        if not hasattr(config.option, action.dest):
            setattr(config.option, action.dest, action.default)


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
