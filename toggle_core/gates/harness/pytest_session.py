"""Run pytest in this process and write each test's outcome to a pipe.

The project's code runs here too, so nothing this process says is beyond forging; what it takes is
said in ``docs/sandbox.md``.
"""

import json
import os
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from .survey import HARMLESS_HOOKS
from .unchanged import Watch

_TEXT_CHARACTERS = 4_000


def main(descriptor: int) -> None:
    """Run the test files named on the command line, after the working folder and the home.

    Args:
        descriptor: pipe to the parent; its key comes by standard input.
    """
    key = sys.stdin.read()
    sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  for the whole process
    os.dup2(sys.stdin.fileno(), 0)
    work, home, *paths = sys.argv[1:]
    settings = Path(home, "pytest.ini")
    settings.write_text("[pytest]\n", encoding="utf-8")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.path[:0] = [work, *([f"{work}/src"] if Path(work, "src").is_dir() else [])]
    arguments = [
        *("-c", str(settings), "--rootdir", work, "-p", "no:cacheprovider"),
        *("-q", "--tb=short", "--no-header", "--color=no", *paths),
    ]
    sys.exit(pytest.main(arguments, plugins=[_Reporter(_writer(descriptor, key))]))


def _writer(descriptor: int, key: str) -> Callable[[dict[str, Any]], None]:
    def write(line: dict[str, Any]) -> None:
        os.write(descriptor, json.dumps({"key": key, **line}).encode() + b"\n")

    return write


def _is_pytests_own(plugin: object) -> bool:
    if isinstance(plugin, _Reporter):
        return True
    module = getattr(plugin, "__name__", None) or type(plugin).__module__
    return module.partition(".")[0] in ("_pytest", "pytest")


class _Reporter:
    """A plugin that tells what pytest's own reports say."""

    def __init__(self, write: Callable[[dict[str, Any]], None]) -> None:
        self._write = write
        self._watch = Watch()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self._watch.collected(item)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        self._watch.called(pyfuncitem)
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "call" and (changed := self._watch.changes(item)):
            self._write({"meddling": changed})
        return report

    def pytest_plugin_registered(self, plugin: object) -> None:
        names = [name for name in dir(plugin) if name.startswith("pytest_")]
        meddling = sorted(set(names) - HARMLESS_HOOKS)
        if meddling and not _is_pytests_own(plugin):
            self._write({"meddling": meddling})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = "skipped" if hasattr(report, "wasxfail") and report.failed else report.outcome
        if report.when == "call" or outcome != "passed":
            self._write(
                {
                    "test": report.nodeid,
                    "phase": report.when,
                    "outcome": outcome,
                    "text": report.longreprtext[-_TEXT_CHARACTERS:],
                }
            )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            text = report.longreprtext[-_TEXT_CHARACTERS:]
            self._write({"uncollected": report.nodeid, "text": text})

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self._write({"deselected": [item.nodeid for item in items]})

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self._write({"finished": int(exitstatus)})
