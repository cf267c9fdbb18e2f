"""The plugin of pytest that writes what becomes of each test."""

import json
import os
import random
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from .audit import Audit
from .program_code import ProgramCode
from .provenance import Provenance
from .snapshot import Snapshot
from .unchanged import Watch

Write = Callable[[dict[str, Any]], None]

_TEXT_CHARACTERS = 4_000
_REASON_CHARACTERS = 300
_PER_LINE = 200  # tests named in one line


def keyed_writer(results: int, key: str) -> Write:
    """Return a function that writes one line of JSON with the key, which only honest lines have.

    Args:
        results: the pipe to write to.
        key: of this run.
    """

    def write(line: dict[str, Any]) -> None:
        os.write(results, json.dumps({"key": key, **line}).encode() + b"\n")

    return write


class Reporter:
    """Writes outcomes, and what the project changed, line by line.

    Args:
        write: writes one line.
        snapshot: of pytest before any code of the project ran.
        seed: of the order in which the tests run, None for the order as written.
        backwards: whether to turn that order round.
    """

    def __init__(
        self, write: Write, snapshot: Snapshot, seed: int | None, *, backwards: bool
    ) -> None:
        self._write = write
        self._seed = seed
        self._backwards = backwards
        program = ProgramCode(Path.cwd())
        self._watch = Watch(snapshot)
        self._provenance = Provenance(program)
        self._audit = Audit(program, self._watch.is_rewritten)
        self._audit.install()
        self._collected: list[str] = []

    def pytest_plugin_registered(self, manager: pytest.PytestPluginManager) -> None:
        self._watch.manager = manager

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self._collected.append(item.nodeid)
        self._watch.collected(item)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for begin in range(0, len(self._collected), _PER_LINE):
            self._write({"collected": self._collected[begin : begin + _PER_LINE]})
        self._report_meddling([*self._watch.everything(), *self._provenance.faults(session.items)])
        if self._seed is not None:
            session.items[:] = shuffled(session.items, self._seed)
        if self._backwards:
            session.items.reverse()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._write({"begun": nodeid})

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        found = [*self._watch.called(pyfuncitem), *self._provenance.strangers()]
        self._report_meddling([*found, *self._audit.found])
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        self._report_meddling(self._watch.ended(item) if call.when == "call" else [])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
        if report.when == "call" or outcome != "passed":
            line: dict[str, Any] = {"test": report.nodeid, "outcome": outcome, "text": ""}
            line["seconds"] = round(report.duration, 2)
            if outcome == "skipped":
                line["skip"] = _skip(report)
            elif outcome == "failed":
                line["text"] = report.longreprtext[-_TEXT_CHARACTERS:]
            self._write(line)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            text = report.longreprtext[-_TEXT_CHARACTERS:]
            self._write({"uncollected": report.nodeid, "text": text})
        elif report.skipped:
            self._write({"skipped_file": report.nodeid, "skip": _skip(report)})

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self._report_meddling([*self._watch.everything(), *self._audit.found])
        self._write({"finished": int(exitstatus)})

    def _report_meddling(self, found: list[str]) -> None:
        if found:
            self._write({"meddling": found})


def shuffled(items: Sequence[pytest.Item], seed: int) -> list[pytest.Item]:
    """Return tests in a random order that the seed decides.

    Files, the classes and functions in each, and the functions of each class are drawn; what
    stands in one file or class stays together, so that what is set up for it is set up once.
    """
    return _drawn(items, random.Random(seed), 0)


def _drawn(items: Iterable[pytest.Item], source: random.Random, depth: int) -> list[pytest.Item]:
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        parts = item.nodeid.split("::")
        # A test itself is a group of its own, also among others of its name: its parameters.
        key = parts[depth] if depth < len(parts) - 1 else f"::{item.nodeid}"
        groups.setdefault(key, []).append(item)
    drawn = list(groups.items())
    source.shuffle(drawn)
    return [
        item
        for key, group in drawn
        for item in (group if key.startswith("::") else _drawn(group, source, depth + 1))
    ]


def _skip(report: pytest.TestReport | pytest.CollectReport) -> dict[str, Any]:
    """Say why, and at which line, something was skipped."""
    where = report.longrepr
    path, line, reason = where if isinstance(where, tuple) else ("", 0, str(where or ""))
    reason = reason.removeprefix("Skipped: ")
    return {"reason": reason[:_REASON_CHARACTERS], "path": str(path), "line": int(line or 0)}
