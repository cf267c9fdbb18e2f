"""The plugin of pytest in a fork: picks the tests, and writes what becomes of each."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ..plain_failures import plain_failure
from ..reporter import Write, shuffled
from .another_date import Elsewhere
from .line_recorder import LineRecorder
from .noticing import Noticing

_TEXT_CHARACTERS = 500


@dataclass(slots=True, eq=False)  # pytest keeps plugins in sets
class ChildReporter:
    """Reports one run of the tests.

    Attributes:
        write: writes one line.
        order: what is to be run; see ``fork_server``.
        noticing: judges failures.
        recorder: of lines, None where nobody asks for them.
        elsewhere: notices processes with another date, None where all have the same.
    """

    write: Write
    order: Mapping[str, Any]
    noticing: Noticing
    recorder: LineRecorder | None
    elsewhere: Elsewhere | None
    _begun: float = 0.0
    _noticed: bool = False
    _session: pytest.Session | None = None
    _own: frozenset[str] = field(default_factory=frozenset)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        self._session = session
        self._own = frozenset(self.order["decoys"])
        if (chosen := self.order["chosen"]) is not None:
            places = {name: place for place, name in enumerate([*self.order["decoys"], *chosen])}
            kept = [item for item in items if item.nodeid in places]
            items[:] = sorted(kept, key=lambda item: places[item.nodeid])
        elif self.order["seed"] is not None:
            items[:] = shuffled(items, self.order["seed"])

    def pytest_collection_finish(self) -> None:
        if self.recorder:
            self.recorder.collected()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._begun = _used()
        if self.recorder:
            self.recorder.begin(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        if self.recorder is None or fixturedef.scope == "function":
            return (yield)
        with self.recorder.shared(id(fixturedef)):
            return (yield)

    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        """Report a failure without the text of its traceback, which takes most of the time.

        Not first of all: pytest's own plugin for ``unittest`` puts the exception in before.
        """
        found = call.excinfo
        self._noticed = found is not None and self.noticing.noticed(found.value, found.tb)
        return plain_failure(item, call)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
        if report.when != "call" and outcome == "passed":
            return
        noticed = outcome == "failed" and self._noticed
        line = {
            "test": report.nodeid,
            "outcome": outcome,
            "noticed": noticed,
            "seconds": round(_used() - self._begun, 4),
        }
        if self.elsewhere:
            line["elsewhere"] = self.elsewhere.started
        self.write(line)
        if noticed and self.order["first"] and report.nodeid not in self._own and self._session:
            self._session.shouldfail = "noticed"

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        if self.recorder:
            info = getattr(item, "_fixtureinfo", None)
            definitions = (
                [one for some in info.name2fixturedefs.values() for one in some] if info else []
            )
            self.recorder.uses(item.nodeid, [id(one) for one in definitions])

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if self.recorder:
            self.recorder.end(nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            text = report.longreprtext[-_TEXT_CHARACTERS:]
            self.write({"uncollected": report.nodeid, "text": text})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if self.recorder:
            for line in self.recorder.report():
                self.write(line)
        self.write({"finished": int(exitstatus)})
        sys.stdout.flush()
        os._exit(0)


def _used() -> float:
    """Return the processor time of this process and those that it has waited for, in seconds."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
