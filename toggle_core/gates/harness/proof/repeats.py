"""Run the unchanged tests again and again: what does not pass each time is not to be trusted.

They are run on other days, too.

The trial of changes makes the first run, with hash seed 1; those here are numbered from 2 on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..shield import hide_memory
from ..task import Channel, Task
from .dates import MOST_SUITE_SECONDS, tests_of_today
from .runner import Limit, Order, Ran, Runner
from .sides import read_sides

MOST_IDLE_UNCHANGED = 25.0
"""Seconds for which one run of the unchanged tests may be idle."""
MOST_RUNS = 19
"""Runs made here at most."""

_FIRST = 2
_FEWEST = 2
_MOST_IDLE = 6.0  # seconds


@dataclass(slots=True)
class Repeats:
    """What the runs showed.

    Attributes:
        runs: how many there were.
        seconds: of processor time that each test used at most, of tests that always passed.
        suite_seconds: of the slowest run of all tests.
        idle_seconds: that a run spent idle at most.
        failed: how often each test did not pass, of those that ran and did not always pass.
        tampered: a decoy came out wrong in one of them.
        trouble: why a run did not come to its end, or a file could not be loaded.
    """

    runs: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    suite_seconds: float = 0.0
    idle_seconds: float = 0.0
    failed: dict[str, int] = field(default_factory=dict)
    tampered: bool = False
    trouble: str = ""

    @property
    def solid(self) -> list[str]:
        """Tests that passed each time."""
        return sorted(self.seconds)

    def as_report(self) -> dict[str, Any]:
        """Return what is reported."""
        return {
            "runs": self.runs,
            "flaky": sorted(self.failed),
            "trouble": self.trouble,
            "tampered": int(self.tampered),
        }

    def add(self, ran: Ran, *, whole: bool) -> None:
        """Add one run.

        Args:
            ran: the run.
            whole: whether it was of all tests.
        """
        self.runs += 1
        self.tampered |= ran.tampered
        broken = [line for line in ran.lines if "uncollected" in line]
        self.trouble = "".join(f"{one['uncollected']}: {one['text']}\n" for one in broken)
        if not ran.ended:
            self.trouble += "The tests did not come to their end.\n"
        if whole:
            self.suite_seconds = max(self.suite_seconds, ran.seconds)
            self.idle_seconds = max(self.idle_seconds, ran.idle_seconds)
        took = {line["test"]: line["seconds"] for line in ran.lines if "test" in line}
        for test, outcome in ran.outcomes().items():
            if outcome == "failed":
                self.failed[test] = self.failed.get(test, 0) + 1
            elif outcome == "passed":
                self.seconds[test] = max(self.seconds.get(test, 0.0), took[test])
        for test in self.failed:
            self.seconds.pop(test, None)


def run(task: Task, channel: Channel) -> None:
    """Report which tests do not pass each time.

    ``options``: ``entry``, the file that starts the program; ``seconds`` of processor time for one
    run of the tests; ``repeat_seconds`` of processor time for all of them.
    """
    hide_memory()
    options = task.options
    sides = read_sides(task.files, options["entry"])
    limit = Limit(options["seconds"], MOST_IDLE_UNCHANGED)
    with Runner(task, sides, hash_seed=_FIRST) as runner:
        found = repeat(runner, sides.test_files, options["repeat_seconds"], limit)
        dated: dict[str, list[str]] = {"days": [], "tests": []}
        if not (found.failed or found.trouble) and found.suite_seconds <= MOST_SUITE_SECONDS:
            dated = tests_of_today(runner, task.files, sides.test_files, limit)
        seconds = runner.seconds
    channel.report({**found.as_report(), "dated": dated, "seconds": seconds})


def repeat(runner: Runner, test_files: Sequence[str], seconds: float, limit: Limit) -> Repeats:
    """Run the tests in random orders, and each file alone in between.

    The second run is in a process in which sets of texts have another order than in the first.

    Args:
        runner: runs them.
        test_files: paths of the test files.
        seconds: of processor time to spend, if that is enough for two runs. Tests that mostly
            wait end it after some seconds of idleness.
        limit: of one run.
    """
    found = Repeats()
    begun, idle = runner.seconds, runner.idle_seconds
    for number, paths in enumerate(_plan(test_files)):
        enough = runner.seconds - begun > seconds or runner.idle_seconds - idle > _MOST_IDLE
        if number == MOST_RUNS or (number >= _FEWEST and enough) or found.trouble:
            break
        if number == 1:
            runner.restart(hash_seed=_FIRST + 1)
        whole = len(paths) == len(test_files)
        order = Order(None, paths, seed=_FIRST + number)
        found.add(runner.run({}, order, limit), whole=whole)
    return found


def _plan(test_files: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the files of each run: twice all, then in turn each alone and all."""
    for _ in range(_FEWEST):
        yield test_files
    if len(test_files) > 1:
        for path in test_files:
            yield [path]
            yield test_files
    while True:
        yield test_files
