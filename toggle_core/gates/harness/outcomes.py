"""What became of the tests in one run of pytest, from the lines its plugin wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TESTS_FAILED = 1  # pytest's exit code; some decoys always fail
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
