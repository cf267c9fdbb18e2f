"""What the harness reports of a project's tests, in the terms of the gate."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toggle_core.gates.harness.expected import ExpectedTest
from toggle_core.gates.harness.outcomes import Pace, base_name

_DECOY_LINE = re.compile(
    r"(?:E|>)?\s*(?:assert [\d.]+ == .*|.*pytest\.(?:raises|skip)\(.*|int\('\d+x?'\)|"
    r"raise ValueError\(\d+\)|unittest\.TestCase\(\).*)"
)
_PROGRESS = re.compile(r"[.FEsxX]+(?:\s+\[\s*\d+%\])?")  # decoys run in an order of their own


@dataclass(frozen=True, slots=True)
class SkippedTest:
    """A test that was skipped.

    Attributes:
        name: as pytest names it.
        reason: as the project gives it.
        elsewhere: whether it is for another platform, and for no other reason skipped here.
    """

    name: str
    reason: str
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class OrderFault:
    """What failed when the tests ran in another order.

    Attributes:
        seed: of the order.
        backwards: whether the order was turned round.
        failed: the tests with what pytest said.
        again: those that failed when the tests ran once more in the order as written.
    """

    seed: int
    backwards: bool
    failed: Mapping[str, str]
    again: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """What became of the tests.

    Attributes:
        test_files: paths of the test files.
        expected: every test that was found by reading.
        hidden: what is said of tests that cannot run or cannot fail, because of how they are
            written.
        meddling: where the project reaches into how its tests are run.
        touches_program: whether the tests have anything to do with the program.
        outcomes: the worst outcome of each test, by its name with parameters.
        texts: why tests failed.
        uncollected: why files could not be loaded, by path.
        skipped: tests that were skipped, or stand in a file that was.
        never_ran: tests that were found, and of which nothing was reported.
        cannot_fail: tests that pass even if their first line fails.
        idle: tests, without parameters, that pass even if none of their assertions holds.
        ended: pytest came to its own end.
        complete: it did, and every decoy came out.
        forged: how many lines did not come from the harness's plugin.
        seed: of the random order in which the tests ran, too; None if they did not.
        order: what failed in it; None if nothing.
        decoys: names of the decoys.
        too_slow: seconds of processor time that one run may use, if it used more; else None.
        pace: how far the run had come that was stopped for it.
        failures_unknown: the run in which every test must fail took too long to show anything.
    """

    test_files: tuple[str, ...]
    expected: tuple[ExpectedTest, ...]
    hidden: tuple[str, ...]
    meddling: tuple[str, ...]
    touches_program: bool
    outcomes: Mapping[str, str]
    texts: Mapping[str, str]
    uncollected: Mapping[str, str]
    skipped: tuple[SkippedTest, ...]
    never_ran: tuple[str, ...]
    cannot_fail: tuple[str, ...]
    idle: frozenset[str]
    ended: bool
    complete: bool
    forged: int
    seed: int | None
    order: OrderFault | None
    decoys: tuple[str, ...]
    too_slow: float | None
    pace: Pace
    failures_unknown: bool

    def with_outcome(self, outcome: str) -> list[str]:
        """Return the names of the tests with an outcome."""
        return [name for name, how in self.outcomes.items() if how == outcome]

    @property
    def total(self) -> int:
        """How many tests there are, each with its parameters."""
        named = {*self.outcomes, *self.never_ran, *(test.name for test in self.skipped)}
        return len(named)

    @property
    def counted(self) -> list[str]:
        """Tests that passed, are in the code as it was read, and check something."""
        checking = {test.id for test in self.expected if test.checks} - self.idle
        return [name for name in self.with_outcome("passed") if base_name(name) in checking]

    @property
    def unchecked(self) -> list[str]:
        """Tests in the code that passed without checking anything."""
        unread = {test.id for test in self.expected if not test.checks} | self.idle
        return [name for name in self.with_outcome("passed") if base_name(name) in unread]

    def without_decoys(self, output: str) -> str:
        """Return what was printed without what is drawn anew each time: the decoys."""
        words = {word for name in self.decoys for word in name.split("::")}
        lines = (
            line
            for line in output.splitlines()
            if not any(word in line for word in words)
            and not _DECOY_LINE.fullmatch(line)
            and not _PROGRESS.fullmatch(line)
        )
        return "\n".join(lines)


def read_report(report: Mapping[str, Any]) -> SuiteReport:
    """Read what the harness reported of a project."""
    expected = tuple(ExpectedTest(**test) for test in report["tests"])
    written: Mapping[str, Any] = report.get("written", {})
    outcomes: dict[str, str] = written.get("outcomes", {})
    skipped = tuple(_skipped(expected, written))
    known = {base_name(name) for name in outcomes} | {test.name for test in skipped}
    never_ran = [
        *_unreported(expected, known, written.get("uncollected", {})),
        *written.get("lost", ()),
    ]
    order: Mapping[str, Any] = report.get("order", {})
    return SuiteReport(
        test_files=tuple(report["test_files"]),
        expected=expected,
        hidden=tuple(report["hidden"]),
        meddling=(*report["meddling"], *report.get("meddling_at_run_time", ())),
        touches_program=report["touches_program"],
        outcomes=outcomes,
        texts=written.get("texts", {}),
        uncollected=written.get("uncollected", {}),
        skipped=skipped,
        never_ran=tuple(dict.fromkeys(never_ran)),
        cannot_fail=tuple(report.get("cannot_fail") or ()),
        idle=frozenset(report.get("idle", ())),
        ended=written.get("ended", False),
        complete=written.get("complete", False),
        forged=written.get("forged", 0),
        seed=order.get("seed"),
        order=OrderFault(**order) if "failed" in order else None,
        decoys=tuple(report.get("decoys", ())),
        too_slow=report.get("too_slow"),
        pace=read_pace(report),
        failures_unknown=report.get("cannot_fail", ()) is None,
    )


def read_pace(report: Mapping[str, Any]) -> Pace:
    """Return how far the tests had come that were stopped; nothing if that is not reported."""
    told: Mapping[str, Any] = report.get("pace", {})
    slowest = tuple((name, seconds) for name, seconds in told.get("slowest", ()))
    return Pace(told.get("running", ""), slowest)


def _skipped(expected: Iterable[ExpectedTest], written: Mapping[str, Any]) -> Iterator[SkippedTest]:
    marked = {test.id for test in expected if test.skipped}
    for skip in written.get("skips", ()):
        elsewhere = skip["elsewhere"] or base_name(skip["name"]) in marked
        yield SkippedTest(skip["name"], skip["reason"], elsewhere)
    for skip in written.get("skipped_files", ()):
        for test in expected:
            if test.id.startswith(f"{skip['name']}::"):
                yield SkippedTest(test.id, skip["reason"], skip["elsewhere"])


def _unreported(
    expected: Iterable[ExpectedTest], known: set[str], uncollected: Mapping[str, str]
) -> Iterator[str]:
    """Name the tests of which nothing was reported, although they were found by reading."""
    tests = list(expected)
    ran = Counter(test.definition for test in tests if test.id in known)
    for test in tests:
        in_broken_file = any(test.id.startswith(f"{path}::") for path in uncollected)
        spare = test.spare and ran[test.definition]
        if not (test.id in known or in_broken_file or spare or test.elsewhere):
            yield test.id
