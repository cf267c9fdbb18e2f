"""Run a project's tests as often as it takes to believe what becomes of them."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from .clean import start_afresh
from .decoys import add_decoys
from .expected import ExpectedTest, SuiteReader
from .failing_copy import make_failing, replace_checks
from .outcomes import RunReport, Skip, base_name
from .session import Session, Way
from .suite import parse_all
from .task import Task

_CODE = frozenset((".py", ".js", ".mjs", ".ts", ".jsx", ".tsx", ".css", ".sql", ".sh", ".j2"))
_NEVER_TRUE = "assert (0 == 1)"
_NO_CHECK = "(None)"
_SEEDS = 1_000_000
_LONGER = 5.0  # times what the first run took, for a run that only has to fail
_AT_LEAST = 10.0  # seconds for it
_SHARE_FOR_A_THIRD_ORDER = 0.2  # of the time for one run, that the first may have used


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the tests.

    Attributes:
        report: what became of them; None if it took too long.
        decoys: names of the decoys.
        meddling: what speaks against believing it.
    """

    report: RunReport | None
    decoys: list[str]
    meddling: list[str]

    def not_passed(self, tests: Iterable[str]) -> dict[str, str]:
        """Return those of some tests that did not pass, with what pytest says of each."""
        report = self.report
        if report is None:
            return {}
        return {
            test: report.texts.get(test, "")
            for test in tests
            if report.outcomes.get(test) != "passed"
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """All runs of one project's tests.

    First as written. If all pass, once with every test made to fail, once with every assertion
    made false, and then in a random order and in the same order backwards. Each begins in a
    sandbox in which nothing is left of the last.

    Attributes:
        task: the job; ``options["seconds"]`` is the processor time for one run.
        reader: of the tests.
        expected: the tests found by reading.
        session: where they run.
        meddling: what speaks against believing the runs so far.
    """

    task: Task
    reader: SuiteReader
    expected: list[ExpectedTest]
    session: Session
    meddling: list[str] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """Run the tests, and return what of it is reported."""
        begun = time.monotonic()
        run = self._run(self.task.files, Way(quiet=False))
        took = time.monotonic() - begun
        if run.report is None:
            limit = self.task.options["seconds"]
            return {"too_slow": limit, "pace": asdict(self.session.pace)}
        report: dict[str, Any] = {"written": self._describe(run.report), "decoys": run.decoys}
        passed = [test for test, how in run.report.outcomes.items() if how == "passed"]
        if passed and not self.meddling and _is_worth_more_runs(run.report):
            seconds = max(took * _LONGER, _AT_LEAST)
            report["cannot_fail"] = self._cannot_fail(passed, seconds)
            report["idle"] = self._idle(passed, seconds)
            report["order"] = self._in_other_orders(passed, run.report.processor_seconds)
        return report | {"meddling_at_run_time": list(dict.fromkeys(self.meddling))}

    def _cannot_fail(self, passed: list[str], seconds: float) -> list[str] | None:
        """Return the tests that do not fail although their first line does.

        None if that took too long to know.
        """
        wanted = {place for test in self.expected for place in (test.id, test.definition)}
        tests = [test for test in self.reader.tests() if wanted & {test.id, test.definition}]
        failing = make_failing(self.task.files, tests)
        run = self._run({**self.task.files, **failing}, Way(brief=True, seconds=seconds))
        if run.report is None:
            return None
        outcomes = run.report.outcomes
        known = {test.id for test in self.expected}
        return [
            test for test in passed if base_name(test) in known and outcomes.get(test) != "failed"
        ]

    def _idle(self, passed: list[str], seconds: float) -> list[str]:
        """Return the tests that pass although no assertion in them holds, without parameters.

        Their assertions are never reached, or what they raise is swallowed. Tests that check in
        another way too, by ``raises`` for one, are left out.
        """
        bare = SuiteReader(parse_all(self._with_checks(_NO_CHECK))).expected()
        judged = {test.id for test in bare if not test.checks}
        judged &= {test.id for test in self.expected if test.checks}
        if not judged:
            return []
        run = self._run(self._with_checks(_NEVER_TRUE), Way(brief=True, seconds=seconds))
        if run.report is None:
            return []
        failed = {base_name(test) for test in run.not_passed(passed)}
        return sorted(judged & {base_name(test) for test in passed} - failed)

    def _with_checks(self, statement: str) -> dict[str, str]:
        return {**self.task.files, **replace_checks(self.task.files, statement)}

    def _in_other_orders(self, passed: list[str], used: float) -> dict[str, Any]:
        """Run the tests in other orders until one fails, and say which.

        Each test comes once after and once before each other one, unless the tests take long. What
        fails is tried once more in the order as written, to tell what fails at random.
        """
        if len(passed) == 1:
            return {}
        seed = int.from_bytes(hashlib.sha256(repr(sorted(passed)).encode()).digest()) % _SEEDS
        long = used > self.task.options["seconds"] * _SHARE_FOR_A_THIRD_ORDER
        for backwards in (False,) if long else (False, True):
            way = Way(seed=seed, backwards=backwards, brief=True)
            if failed := self._run(self.task.files, way).not_passed(passed):
                failed |= self._reasons(failed, replace(way, brief=False))
                again = self._run(self.task.files, Way()).not_passed(passed)
                return {"seed": seed, "backwards": backwards, "failed": failed, "again": again}
        return {"seed": seed}

    def _reasons(self, failed: Mapping[str, str], way: Way) -> dict[str, str]:
        """Return what pytest says of tests that fail once more when they are run the same way."""
        texts = self._run(self.task.files, way).not_passed(failed)
        return {test: text for test, text in texts.items() if text}

    def _run(self, files: Mapping[str, str], way: Way) -> _Run:
        start_afresh(self.task, files, self.session.pid)
        paths = sorted({test.id.partition("::")[0] for test in self.expected})
        decoys = add_decoys(self.task.work, paths)
        before = _versions(self.task.work, files)
        report = self.session.run(paths, decoys, way)
        after = _versions(self.task.work, files)
        found = [
            f"{name}: rewritten while tests ran" for name in files if before[name] != after[name]
        ]
        if report:
            found += report.meddling
            found += ["a test that must fail did not"] if report.tampered else []
        self.meddling.extend(found)
        return _Run(report, list(decoys), found)

    def _describe(self, run: RunReport) -> dict[str, Any]:
        files = run.skipped_files.items()
        return asdict(run) | {
            "skips": [self._describe_skip(test, skip) for test, skip in run.skips.items()],
            "skipped_files": [self._describe_skip(path, skip) for path, skip in files],
        }

    def _describe_skip(self, name: str, skip: Skip) -> dict[str, Any]:
        """Describe a skip, and whether its line is about other platforms."""
        place, work = PurePosixPath(skip.path), PurePosixPath(str(self.task.work))
        path = str(place.relative_to(work) if place.is_relative_to(work) else place)
        platforms = self.reader.platforms(path)
        elsewhere = platforms is not None and skip.line in platforms.lines
        return {"name": name, "reason": skip.reason, "elsewhere": elsewhere}


def _is_worth_more_runs(written: RunReport) -> bool:
    """Tell whether the tests passed as far as one run shows; else nothing more has to be known."""
    bad = {"failed", "xfailed"} & set(written.outcomes.values())
    return written.complete and not (bad or written.lost or written.uncollected)


def _versions(work: Path, files: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return what changes whenever a file of code is written to, replaced or renamed.

    The time of its last change is the kernel's: no program can set it. Other files are data, which
    tests may change.
    """
    return {name: _version(work / name) for name in files}


def _version(path: Path) -> tuple[int, int]:
    try:
        found = path.lstat()
    except OSError:
        return 0, 0
    return (found.st_ino, found.st_ctime_ns) if path.suffix in _CODE else (0, 0)
