"""The gate ``tests``, by pytest: every test runs and passes, and the report can be believed."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.gates.checks.packages import explain_missing, missing_package
from toggle_core.gates.checks.test_packages import missing_for_tests
from toggle_core.gates.checks.test_report import (
    OrderFault,
    SkippedTest,
    SuiteReport,
    read_pace,
    read_report,
)
from toggle_core.gates.harness.outcomes import Pace
from toggle_core.words import Outcome

_TOOLS = ("pytest",)
_LAST_OUTPUT_CHARACTERS = 4_000
_MOST_NAMES = 5
_MOST_REASON_CHARACTERS = 80
_RUNS = 3  # that each may take as long as one may
_CUT_OFF = "The tests were cut off before all had run."
_NO_CASES = "got empty parameter set"
_NOT_IMPORTED = re.compile(r"(?:could not import|No module named) '([A-Za-z_][\w.]*)'")


def check(context: Context) -> Judgement:
    """Run the project's tests in the sandbox."""
    seconds = context.settings.tests_seconds
    done = context.run("tests", seconds * _RUNS, {"seconds": seconds}, tools=_TOOLS)
    if judged := unusual_end(done, "The tests"):
        return replace(judged, summary=judged.summary + _pace(read_pace(done.report or {})))
    if done.report is None or "tests" not in done.report:
        return broken("The runner of tests", done)
    return judge(context.files, done.report, done.output)


def judge(files: Mapping[str, str], report: Mapping[str, Any], output: str) -> Judgement:
    """Judge what came of the tests against what was found by reading the project.

    Args:
        files: the project.
        report: what the harness reported.
        output: what pytest and the tests printed.
    """
    tests = read_report(report)
    if not tests.expected and not tests.hidden:
        return Judgement(Outcome.FAILED, "The project has no tests.", "\n".join(tests.test_files))
    detail = _detail(tests, output)
    if fault := next(_faults(files, tests), None):
        return Judgement(Outcome.FAILED, fault, detail)
    return Judgement(Outcome.PASSED, _success(tests), detail)


def _faults(files: Mapping[str, str], tests: SuiteReport) -> Iterator[str]:
    """Yield what is wrong, what cannot be believed before what failed."""
    if tests.meddling or tests.cannot_fail:
        yield "The project changes how its tests are run or reported."
    if tests.too_slow:
        used = f"used more than {tests.too_slow:g} s of processor time"
        yield f"The tests {used} and had to be stopped.{_pace(tests.pace)}"
    if tests.uncollected or tests.texts:
        yield _what_failed(files, tests)
    if tests.hidden:
        yield _hidden(tests.hidden)
    if tests.forged or not tests.ended:
        yield _CUT_OFF
    yield from _left_out(tests)
    if not tests.complete:
        yield _CUT_OFF
    if not tests.touches_program:
        yield "The tests never touch the program."
    if not tests.counted:
        yield "The tests run, but check nothing."
    if tests.order:
        yield _order(tests.order)


def _left_out(tests: SuiteReport) -> Iterator[str]:
    """Yield which tests were not passed as they ought to be, although none failed."""
    if skipped := [test for test in tests.skipped if not test.elsewhere]:
        yield _skips(skipped, tests.total)
    if excused := tests.with_outcome("xfailed"):
        are = "is" if len(excused) == 1 else "are"
        yield _of_all(excused, tests.total, f"{are} marked as expected to fail")
    if tests.never_ran:
        yield _of_all(tests.never_ran, tests.total, "never ran")


def _success(tests: SuiteReport) -> str:
    parts = [f"{count(len(tests.counted), 'test')} passed"]
    if tests.seed is not None:
        parts[0] += ", in random order too"
    if tests.unchecked:
        parts.append(f"{_names(tests.unchecked)} checks nothing and does not count")
    if tests.skipped:
        parts.append(f"skipped, because for another platform: {_names(_named(tests.skipped))}")
    return f"{'; '.join(parts)}."


def _what_failed(files: Mapping[str, str], tests: SuiteReport) -> str:
    everything = "\n".join((*tests.uncollected.values(), *tests.texts.values()))
    if package := missing_package(everything, files) or missing_for_tests(everything):
        return explain_missing(package)
    if tests.uncollected:
        return f"{count(len(tests.uncollected), 'test file')} cannot be loaded."
    return _of_all(tests.texts, tests.total, "failed")


def _hidden(hidden: Sequence[str]) -> str:
    more = f", and {len(hidden) - 1} more like it" if len(hidden) > 1 else ""
    return f"{hidden[0].rpartition('::')[2]}{more}."


def _skips(skipped: list[SkippedTest], total: int) -> str:
    """Say which tests were skipped, those with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for test in skipped:
        by_reason.setdefault(_reason(test.reason), []).append(test.name)
    groups = [f"{_names(names)}{f' ({why})' if why else ''}" for why, names in by_reason.items()]
    was = "was" if len(skipped) == 1 else "were"
    return f"{len(skipped)} of {count(total, 'test')} {was} skipped: {', '.join(groups)}."


def _reason(reason: str) -> str:
    if found := _NOT_IMPORTED.search(reason):
        return f"needs the package {found[1].partition('.')[0]}"
    if reason.startswith(_NO_CASES):
        return "has no cases"
    reason = "" if reason == "unconditional skip" else " ".join(reason.split())
    cut_off = reason[:_MOST_REASON_CHARACTERS]
    return reason if reason == cut_off else f"{cut_off}…"


def _of_all(names: Collection[str], total: int, what: str) -> str:
    return f"{len(names)} of {count(total, 'test')} {what}: {_names(names)}."


def _pace(pace: Pace) -> str:
    """Say which test was running when the tests were stopped, and which took longest before."""
    running = f" Still running: {_last(pace.running)}." if pace.running else ""
    slowest = ", ".join(f"{_last(name)} ({seconds:.1f} s)" for name, seconds in pace.slowest)
    return f"{running} The slowest before: {slowest}." if slowest else running


def _order(order: OrderFault) -> str:
    if order.again:
        return f"Tests that pass at one time and fail at another: {_names(order.again)}."
    return f"Tests that fail in another order (seed {order.seed}): {_names(order.failed)}."


def _named(tests: Iterable[SkippedTest]) -> list[str]:
    return [test.name for test in tests]


def _names(tests: Iterable[str]) -> str:
    """List the first tests by the last part of their names."""
    names = [_last(name) for name in tests]
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _last(test: str) -> str:
    name = test.partition("::")[2].removesuffix("[NOTSET]")  # what pytest calls no parameters
    inner, bracket, parameters = name.partition("[")
    return f"{inner.rpartition('::')[2]}{bracket}{parameters}" or test


def _detail(tests: SuiteReport, output: str) -> str:
    parts = [f"could not load {path}\n{text}" for path, text in tests.uncollected.items()]
    parts += [f"{name} failed\n{text}" for name, text in tests.texts.items()]
    parts += tests.hidden
    parts += [f"never ran: {name}" for name in tests.never_ran]
    parts += [f"skipped: {test.name} ({test.reason})" for test in tests.skipped]
    parts += [f"checks nothing: {name}" for name in tests.unchecked]
    if tests.meddling:
        parts.append("changes how tests are run:\n" + "\n".join(tests.meddling))
    parts += [f"passes although its first line fails: {name}" for name in tests.cannot_fail]
    if tests.failures_unknown:
        parts.append("It took too long to find out whether every test can fail.")
    if tests.forged:
        parts.append(f"forged: {count(tests.forged, 'line')} of the report")
    if tests.order:
        backwards = ", backwards" if tests.order.backwards else ""
        parts += [
            f"{name} failed in another order (seed {tests.order.seed}{backwards})\n{text}"
            for name, text in tests.order.failed.items()
        ]
    elif tests.seed is not None:
        parts.append(f"random order: seed {tests.seed}")
    if not tests.complete:
        parts.append(tests.without_decoys(output)[-_LAST_OUTPUT_CHARACTERS:])
    parts += [f"{outcome}: {name}" for name, outcome in sorted(tests.outcomes.items())]
    return cut("\n\n".join(parts))
