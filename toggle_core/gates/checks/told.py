"""What the harness reports of a project's tests, in the project's terms."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TESTS_FAILED = 1  # pytest's exit code; one of the decoys always fails
_DECOY_CHECK = re.compile(r"(?:E|>)?\s*assert \d+ == \d+")
_WORST_FIRST = ("failed", "skipped", "passed")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the tests.

    Attributes:
        outcomes: the worst outcome of each test, by ``path::name``, without decoys.
        texts: why tests failed, by the same.
        uncollected: why files could not be loaded, by path.
        deselected: how many tests the project took out of the run.
        unseen: test files with tests of which not one was reported.
        real: tests that passed and are in the code as it was read.
        meddling: where the project reaches into how its tests are run.
        tampered: a decoy did not come out as it must.
        complete: every decoy came out, and pytest came to its own end and said so.
        forged: how many lines did not come from the harness's plugin.
        checks: how many places in the tests check something.
        decoys: names of the decoys.
    """

    outcomes: Mapping[str, str]
    texts: Mapping[str, str]
    uncollected: Mapping[str, str]
    deselected: int
    unseen: tuple[str, ...]
    real: tuple[str, ...]
    meddling: tuple[str, ...]
    tampered: bool
    complete: bool
    forged: int
    checks: int
    decoys: tuple[str, ...]

    def tally(self, outcome: str) -> int:
        """Return how many tests had an outcome."""
        return Counter(self.outcomes.values())[outcome]

    def without_decoys(self, output: str) -> str:
        """Return what was printed without what is drawn anew each time: the decoys."""
        words = {word for name in self.decoys for word in name.split("::")}
        lines = (
            line
            for line in output.splitlines()
            if not any(word in line for word in words) and not _DECOY_CHECK.fullmatch(line)
        )
        return "\n".join(lines)


def read_report(report: Mapping[str, Any]) -> Told:
    """Read what the harness reported of a project that has tests."""
    lines, decoys, found = report["lines"], report["decoys"], report["found"]
    everything = _worst_outcomes(lines)
    outcomes = {name: how for name, how in everything.items() if name not in decoys}
    failures = {line["test"]: line["text"] for line in lines if line.get("outcome") == "failed"}
    finished = [line["finished"] for line in lines if "finished" in line]
    own_hooks = (name for line in lines for name in line.get("meddling", ()))
    return Told(
        outcomes=outcomes,
        texts={name: text for name, text in failures.items() if name not in decoys},
        uncollected={line["uncollected"]: line["text"] for line in lines if "uncollected" in line},
        deselected=sum(len(line.get("deselected", ())) for line in lines),
        unseen=tuple(name for name in sorted(found) if found[name] and not _ran(name, outcomes)),
        real=tuple(
            name for name, how in outcomes.items() if how == "passed" and _is_written(name, found)
        ),
        meddling=(*report["meddling"], *own_hooks),
        tampered=any(everything.get(name, how) != how for name, how in decoys.items()),
        complete=(
            finished == [_TESTS_FAILED]
            and report["exit_code"] == _TESTS_FAILED
            and decoys.keys() <= everything.keys()
        ),
        forged=report["forged"],
        checks=report["checks"],
        decoys=tuple(decoys),
    )


def _worst_outcomes(lines: list[dict[str, Any]]) -> dict[str, str]:
    worst: dict[str, str] = {}
    for line in lines:
        if "test" in line:
            known = worst.get(line["test"], "passed")
            worst[line["test"]] = min((known, line["outcome"]), key=_WORST_FIRST.index)
    return worst


def _ran(path: str, outcomes: Mapping[str, str]) -> bool:
    return any(name.startswith(f"{path}::") for name in outcomes)


def _is_written(test: str, found: Mapping[str, list[str]]) -> bool:
    """Tell whether a reported test is in the code, by its name without parameters."""
    path, _, name = test.partition("[")[0].partition("::")
    last = name.rpartition("::")[2]
    written = (known.rpartition("::")[2] for tests in found.values() for known in tests)
    return path in found and last in written
