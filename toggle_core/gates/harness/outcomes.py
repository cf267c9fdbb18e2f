"""What became of the tests in one run of pytest, from the lines its plugin wrote."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TESTS_FAILED = 1  # pytest's exit code; some decoys always fail
_MOST = 3  # of the slowest tests
_WORTH_NAMING = 0.1  # seconds
_NAME_CHARACTERS = 200
_WORST_FIRST = ("failed", "skipped", "xfailed", "passed")


@dataclass(frozen=True, slots=True)
class Skip:
    """Why and where a test, or a whole file, was skipped.

    Attributes:
        reason: as the project gives it.
        path: of the line that asked for it, as pytest shows it.
        line: its number.
    """

    reason: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run.

    Attributes:
        outcomes: the worst outcome of each test with its parameters, without decoys: ``passed``,
            ``failed``, ``skipped``, or ``xfailed`` for one that is expected to fail.
        texts: why tests failed.
        skips: why tests were skipped.
        uncollected: why files could not be loaded, by path.
        skipped_files: files that skip themselves while they are loaded, by path.
        lost: tests that pytest collected, and that had no outcome.
        meddling: what was found changed while the tests ran.
        tampered: a decoy did not come out as it must.
        ended: pytest came to its own end and said so.
        complete: it did, and every decoy came out.
        forged: how many lines did not come from the harness's plugin.
        processor_seconds: that it used.
    """

    outcomes: Mapping[str, str]
    texts: Mapping[str, str]
    skips: Mapping[str, Skip]
    uncollected: Mapping[str, str]
    skipped_files: Mapping[str, Skip]
    lost: tuple[str, ...]
    meddling: tuple[str, ...]
    tampered: bool
    ended: bool
    complete: bool
    forged: int
    processor_seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a run has come.

    Attributes:
        running: the test that is running, empty between tests.
        slowest: the tests that took longest so far, with their seconds by the clock.
    """

    running: str = ""
    slowest: tuple[tuple[str, float], ...] = ()


def pace_of(lines: Iterable[Mapping[str, Any]], decoys: Collection[str]) -> Pace:
    """Read how far a run has come.

    Args:
        lines: what the plugin has written so far, in its order.
        decoys: their names, which are left out.
    """
    running, seconds = "", dict[str, float]()
    for line in lines:
        if "begun" in line:
            running = line["begun"]
        elif "test" in line:
            running = ""
            seconds[line["test"]] = line["seconds"]
    took = [(name[:_NAME_CHARACTERS], one) for name, one in seconds.items() if name not in decoys]
    slowest = sorted((one for one in took if one[1] >= _WORTH_NAMING), key=lambda one: -one[1])
    return Pace("" if running in decoys else running[:_NAME_CHARACTERS], tuple(slowest[:_MOST]))


def base_name(test: str) -> str:
    """Return a test's name without its parameters."""
    path, separator, name = test.partition("::")
    return f"{path}{separator}{name.partition('[')[0]}"


def read_run(
    lines: Iterable[Mapping[str, Any]],
    decoys: Mapping[str, str],
    *,
    forged: int,
    exit_code: int,
    processor_seconds: float,
) -> RunReport:
    """Read the lines of one run.

    Args:
        lines: what the plugin wrote, in its order.
        decoys: the outcome each decoy must have, by its name.
        forged: how many lines were not its own.
        exit_code: of pytest.
        processor_seconds: that the run used.
    """
    told = list(lines)
    everything: dict[str, str] = {}
    for line in told:
        if "test" in line:
            known = everything.get(line["test"], "passed")
            everything[line["test"]] = min((known, line["outcome"]), key=_WORST_FIRST.index)
    finished = [line["finished"] for line in told if "finished" in line]
    collected = [test for line in told for test in line.get("collected", ())]
    return RunReport(
        outcomes={test: how for test, how in everything.items() if test not in decoys},
        texts={
            line["test"]: line["text"]
            for line in told
            if line.get("outcome") == "failed" and line["test"] not in decoys
        },
        skips={
            line["test"]: Skip(**line["skip"])
            for line in told
            if "test" in line and "skip" in line and line["test"] not in decoys
        },
        uncollected={line["uncollected"]: line["text"] for line in told if "uncollected" in line},
        skipped_files={
            line["skipped_file"]: Skip(**line["skip"]) for line in told if "skipped_file" in line
        },
        lost=tuple(dict.fromkeys(test for test in collected if test not in {*everything, *decoys})),
        meddling=tuple(dict.fromkeys(what for line in told for what in line.get("meddling", ()))),
        tampered=any(everything.get(test, how) != how for test, how in decoys.items()),
        ended=finished == [exit_code],
        complete=(
            finished == [exit_code]
            and exit_code == TESTS_FAILED
            and decoys.keys() <= everything.keys()
        ),
        forged=forged,
        processor_seconds=processor_seconds,
    )
