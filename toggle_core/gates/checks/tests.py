"""The gate ``tests``, by pytest: tests exist, run, and pass, and the report can be believed."""

from collections.abc import Mapping
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.gates.checks.packages import explain_missing, missing_package
from toggle_core.gates.checks.told import Told, read_report
from toggle_core.words import Outcome

_TOOLS = ("pytest",)
_LAST_OUTPUT_CHARACTERS = 4_000


def check(context: Context) -> Judgement:
    """Run the project's tests in the sandbox."""
    done = context.run("tests", context.settings.tests_seconds, tools=_TOOLS)
    if judged := unusual_end(done, "The tests"):
        return judged
    if done.report is None:
        return broken("The runner of tests", done)
    return judge(context.files, done.report, done.output)


def judge(files: Mapping[str, str], report: Mapping[str, Any], output: str) -> Judgement:
    """Judge what came of the tests against what was found by reading the project.

    Args:
        files: the project.
        report: what the harness reported.
        output: what pytest and the tests printed.
    """
    if not any(report["found"].values()):
        test_files = "\n".join(report["found"])
        return Judgement(Outcome.FAILED, "The project has no tests.", test_files)
    told = read_report(report)
    detail = _detail(told, output)
    if fault := _fault(files, told):
        return Judgement(Outcome.FAILED, fault, detail)
    left_out = told.tally("skipped")
    rest = f", {count(left_out, 'test')} left out" if left_out else ""
    return Judgement(
        Outcome.PASSED, f"{count(len(told.real), 'test')} ran and passed{rest}.", detail
    )


def _fault(files: Mapping[str, str], told: Told) -> str | None:
    """Return the first thing that is wrong, what cannot be believed before what failed."""
    bad = told.tally("failed")
    rules = (
        (
            bool(told.meddling) or told.tampered,
            "The project changes how its tests are run or reported.",
        ),
        (bool(told.uncollected or bad), _what_failed(files, told)),
        (told.deselected > 0, "The project keeps some of its tests from running."),
        (told.forged > 0 or not told.complete, "The tests were cut off before all had run."),
        (bool(told.unseen), "The project keeps some of its tests from running."),
        (not told.real, "Not one test ran and passed."),
        (not told.checks, "The tests run, but check nothing."),
    )
    return next((sentence for broken_rule, sentence in rules if broken_rule), None)


def _what_failed(files: Mapping[str, str], told: Told) -> str:
    everything = "\n".join((*told.uncollected.values(), *told.texts.values()))
    if package := missing_package(everything, files):
        return explain_missing(package)
    if told.uncollected:
        return f"{count(len(told.uncollected), 'file')} of tests cannot be loaded."
    return f"{told.tally('failed')} of {count(len(told.outcomes), 'test')} failed."


def _detail(told: Told, output: str) -> str:
    parts = [f"could not load {path}\n{text}" for path, text in told.uncollected.items()]
    parts += [f"{name} failed\n{text}" for name, text in told.texts.items()]
    parts += [f"not run: {path}" for path in told.unseen]
    if told.deselected:
        parts.append(f"deselected: {count(told.deselected, 'test')}")
    if told.meddling:
        parts.append(f"changes how tests are run: {', '.join(told.meddling)}")
    if told.forged:
        parts.append(f"forged: {count(told.forged, 'line')} of the report")
    if not told.complete:
        parts.append(told.without_decoys(output)[-_LAST_OUTPUT_CHARACTERS:])
    parts += [f"{outcome}: {name}" for name, outcome in sorted(told.outcomes.items())]
    return cut("\n\n".join(parts))
