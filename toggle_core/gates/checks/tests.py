"""The gate ``tests``, by pytest: tests exist, run, and pass, and the report can be believed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.gates.checks.packages import explain_missing, missing_package
from toggle_core.words import Outcome

_TOOLS = ("pytest",)
_TESTS_FAILED = 1  # pytest's exit code; one of the decoys always fails
_WORST_FIRST = ("failed", "skipped", "passed")


@dataclass(frozen=True, slots=True)
class _Told:
    """What the harness reported, in the project's terms.

    Attributes:
        outcomes: the worst outcome of each test, by ``path::name``, without decoys.
        texts: why tests failed, by the same.
        uncollected: why files could not be loaded, by path.
        deselected: tests that the project took out of the run.
        tampered: the decoys did not come out as they must.
        meddling: where the project reaches into how its tests are run.
        complete: pytest came to its own end and said so.
        forged: lines that did not come from the harness's plugin.
    """

    outcomes: Mapping[str, str]
    texts: Mapping[str, str]
    uncollected: Mapping[str, str]
    deselected: int
    tampered: bool
    meddling: tuple[str, ...]
    complete: bool
    forged: int


def check(context: Context) -> Judgement:
    """Run the project's tests in the sandbox."""
    done = context.run("tests", context.settings.tests_seconds, tools=_TOOLS)
    if judged := unusual_end(done, "The tests"):
        return judged
    if done.report is None:
        return broken("The runner of tests", done)
    return judge(context, done.report, done.output)


def judge(context: Context, report: Mapping[str, Any], output: str) -> Judgement:
    """Judge what came of the tests against what was found by reading the project.

    Args:
        context: the project.
        report: what the harness reported.
        output: what pytest and the tests printed.
    """
    found: Mapping[str, list[str]] = report["found"]
    if not any(found.values()):
        return Judgement(Outcome.FAILED, "The project has no tests.", "\n".join(found))
    told = _read(report)
    tally = Counter(told.outcomes.values())
    real = [name for name, outcome in told.outcomes.items() if outcome == "passed"]
    real = [name for name in real if _is_written(name, found)]
    unseen = sorted(name for name, tests in found.items() if tests and not _was_run(name, told))
    detail = _detail(told, unseen, output)
    failed = Outcome.FAILED
    if told.meddling or (told.tampered and told.complete):
        return Judgement(failed, "The project changes how its tests are reported.", detail)
    if told.uncollected or tally["failed"]:
        return Judgement(failed, _what_failed(context, told, tally), detail)
    if told.forged or not told.complete:
        return Judgement(failed, "The tests were cut off before all of them had run.", detail)
    if told.deselected or unseen:
        return Judgement(failed, "The project keeps some of its tests from running.", detail)
    if not real:
        return Judgement(failed, "Not one test ran and passed.", detail)
    if not report["checks"]:
        return Judgement(failed, "The tests run, but check nothing.", detail)
    skipped = f", {count(tally['skipped'], 'test')} left out" if tally["skipped"] else ""
    return Judgement(Outcome.PASSED, f"{count(len(real), 'test')} ran and passed{skipped}.", detail)


def _read(report: Mapping[str, Any]) -> _Told:
    decoys: Mapping[str, str] = report["decoys"]
    outcomes: dict[str, str] = {}
    texts: dict[str, str] = {}
    for line in report["lines"]:
        if "test" in line:
            name = str(line["test"])
            outcomes[name] = min(
                (outcomes.get(name, "passed"), str(line["outcome"])), key=_WORST_FIRST.index
            )
            if line["outcome"] == "failed":
                texts[name] = str(line["text"])
    finished = [line["finished"] for line in report["lines"] if "finished" in line]
    return _Told(
        outcomes={name: how for name, how in outcomes.items() if name not in decoys},
        texts={name: text for name, text in texts.items() if name not in decoys},
        uncollected={
            str(line["uncollected"]): str(line["text"])
            for line in report["lines"]
            if "uncollected" in line
        },
        deselected=sum(len(line.get("deselected", ())) for line in report["lines"]),
        tampered=any(outcomes.get(name) != outcome for name, outcome in decoys.items()),
        meddling=(
            *report["meddling"],
            *(name for line in report["lines"] for name in line.get("meddling", ())),
        ),
        complete=finished == [_TESTS_FAILED] and report["exit_code"] == _TESTS_FAILED,
        forged=int(report["forged"]),
    )


def _is_written(test: str, found: Mapping[str, list[str]]) -> bool:
    """Tell whether a reported test is in the code, by its name without parameters."""
    path, _, name = test.partition("::")
    last = name.rpartition("::")[2].partition("[")[0]
    written = (known.rpartition("::")[2] for tests in found.values() for known in tests)
    return path in found and last in written


def _was_run(path: str, told: _Told) -> bool:
    return any(name.startswith(f"{path}::") for name in told.outcomes)


def _what_failed(context: Context, told: _Told, tally: Mapping[str, int]) -> str:
    everything = "\n".join((*told.uncollected.values(), *told.texts.values()))
    if package := missing_package(everything, context.files):
        return explain_missing(package)
    if told.uncollected:
        return f"{count(len(told.uncollected), 'file')} of tests cannot be loaded."
    return f"{tally['failed']} of {count(len(told.outcomes), 'test')} failed."


def _detail(told: _Told, unseen: list[str], output: str) -> str:
    parts = [f"could not load {path}\n{text}" for path, text in told.uncollected.items()]
    parts += [f"{name} failed\n{text}" for name, text in told.texts.items()]
    parts += [f"not run: {path}" for path in unseen]
    if told.deselected:
        parts.append(f"deselected: {count(told.deselected, 'test')}")
    if told.meddling:
        parts.append(f"changes how tests are run: {', '.join(told.meddling)}")
    if told.forged:
        parts.append(f"forged: {count(told.forged, 'line')} of the report")
    if not told.complete:
        parts.append(output[-4000:])
    parts += [f"{outcome}: {name}" for name, outcome in sorted(told.outcomes.items())]
    return cut("\n\n".join(parts))
