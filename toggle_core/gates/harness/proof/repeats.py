"""Run the unchanged tests again and again: what does not pass each time is not to be trusted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .runner import Limit, Order, Ran, Runner

_FEWEST = 3
_MOST = 20
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


def repeat(runner: Runner, test_files: Sequence[str], seconds: float, limit: Limit) -> Repeats:
    """Run the tests in random orders, and each file alone in between.

    The first runs are in processes in which sets of texts have different orders.

    Args:
        runner: runs them.
        test_files: paths of the test files.
        seconds: of processor time to spend, if that is enough for three runs. Tests that mostly
            wait end it after some seconds of idleness.
        limit: of one run.
    """
    found = Repeats()
    begun, idle = runner.seconds, runner.idle_seconds
    for number, paths in enumerate(_plan(test_files)):
        enough = runner.seconds - begun > seconds or runner.idle_seconds - idle > _MOST_IDLE
        if number == _MOST or (number >= _FEWEST and enough) or found.trouble:
            break
        if 0 < number < _FEWEST:
            runner.restart(hash_seed=number + 1)
        whole = len(paths) == len(test_files)
        order = Order(None, paths, seed=number + 1)
        found.add(runner.run({}, order, limit), whole=whole)
    return found


def _plan(test_files: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the files of each run: three times all, then in turn each alone and all."""
    for _ in range(_FEWEST):
        yield test_files
    if len(test_files) > 1:
        for path in test_files:
            yield [path]
            yield test_files
    while True:
        yield test_files
