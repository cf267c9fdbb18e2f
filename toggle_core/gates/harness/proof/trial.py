"""Break the program quietly in many ways, one at a time, and count what its tests notice.

This process never runs the project's code. ``docs/evidence.md`` says what the result is worth.
"""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ..shield import hide_memory
from ..task import Channel, Task
from .changes import NEUTRAL, Change
from .line_map import LineMap, read_map
from .mutations import FunctionSpots, draw, find_functions, seed_of
from .neutral import draw_neutral
from .random_values import find_unseeded
from .repeats import MOST_IDLE_UNCHANGED, MOST_RUNS, Repeats
from .runner import Limit, Order, Ran, Runner
from .score import Fate, judge
from .sides import Sides, read_sides

_MOST_NEUTRAL = 4
_MOST_NAMED = 5
_LEAST_SECONDS = 4.0  # of processor time for the changes, however slow the tests are
_TESTS_SECONDS = 1.0  # of processor time of the tests for one change; more are sampled
_STEP = 0.05  # seconds; tests whose times differ by less are equally quick
_IDLE = 2.0  # seconds
_MOST_IDLE = 20.0  # seconds, for all changes: tests that wait are tried on fewer of them


def run(task: Task, channel: Channel) -> None:
    """Report what the tests noticed.

    ``options``: ``entry``, the file that starts the program; ``seconds`` of processor time for one
    run of the tests; ``most`` changes to draw; ``budget`` in seconds of processor time, after
    which no further change is tried; ``repeat_seconds`` of it that repeating the tests may take,
    which another job does.
    """
    hide_memory()
    channel.report(Trial(task).report())


@dataclass(slots=True)
class _Tried:
    """A change and what became of it."""

    change: Change
    fate: Fate
    tests: Sequence[str]


@dataclass(slots=True)
class Trial:
    """One project on trial.

    Attributes:
        task: the job.
        tried: the mutations tried so far.
        neutral: how many neutral changes were tried.
        neutral_failed: those that made a test fail, with the test.
        sampled: for how many changes only some of the tests that run the place were run.
        tampered: in how many runs a decoy came out wrong.
        flaky: tests found unsteady while changes were tried.
    """

    task: Task
    tried: list[_Tried] = field(default_factory=list)
    neutral: int = 0
    neutral_failed: list[tuple[Change, str]] = field(default_factory=list)
    sampled: int = 0
    tampered: int = 0
    flaky: set[str] = field(default_factory=set)

    def report(self) -> dict[str, Any]:
        """Try everything, and return what is reported."""
        sides = read_sides(self.task.files, self.task.options["entry"])
        functions = find_functions(sides.program)
        drawn = draw(functions, self.task.options["most"])
        with Runner(self.task, sides, hash_seed=1) as runner:
            line_map, once = self._watch_unchanged(runner, sides)
            if once.solid:
                neutral = draw_neutral(functions, line_map.covered(), _MOST_NEUTRAL)
                self._try(runner, _mixed(drawn, neutral), line_map, once)
            seconds = runner.seconds
        return once.as_report() | {
            "planned": len(drawn),
            "seed": seed_of(functions),
            "seconds": seconds,
            "tests": len(once.solid),
            "flaky": sorted({*once.failed, *self.flaky}),
            "unseeded": find_unseeded(self.task.files, sides.tests),
            "idle_functions": _idle_functions(functions, line_map),
            "runs_program": not line_map.is_empty,
            "readers": sorted(line_map.readers),
            "tried": [_as_report(one) for one in self.tried],
            "neutral": self.neutral,
            "neutral_failed": [
                {**_place(change), "test": test} for change, test in self.neutral_failed
            ],
            "sampled": self.sampled,
            "tampered": self.tampered + once.tampered,
        }

    def _watch_unchanged(self, runner: Runner, sides: Sides) -> tuple[LineMap, Repeats]:
        """Run the unchanged project, and once more to see which lines each test runs."""
        limit = Limit(self.task.options["seconds"], MOST_IDLE_UNCHANGED)
        once = Repeats()
        once.add(runner.run({}, Order(None, sides.test_files, seed=1), limit), whole=True)
        traced = Limit(limit.processor_seconds * 4, limit.idle_seconds)
        ran = runner.run({}, Order(None, sides.test_files, lines=True), traced)
        return read_map(ran, once.solid), once

    def _try(
        self,
        runner: Runner,
        changes: Sequence[Change],
        line_map: LineMap,
        once: Repeats,
    ) -> None:
        begun, idle = runner.seconds, runner.idle_seconds
        options = self.task.options
        repeating = min(options["repeat_seconds"], MOST_RUNS * once.suite_seconds)
        for change in changes:
            spent = runner.seconds
            if spent + repeating > options["budget"] and spent - begun > _LEAST_SECONDS:
                return
            if runner.idle_seconds - idle > _MOST_IDLE:
                return
            reaching = line_map.reaching(change, once.solid)
            if change.kind != NEUTRAL:
                reaching -= line_map.readers
            if not reaching:
                self.tried.append(_Tried(change, Fate.UNREACHED, ()))
                continue
            tests = self._sample(reaching, once, change)
            ran = self._run(runner, change, tests, once)
            direct = sorted(line_map.direct(change) or reaching)
            if change.kind != NEUTRAL:
                fate = judge(ran, once.seconds)
                self.tampered += ran.tampered
                self.tried.append(_Tried(change, fate, direct[:_MOST_NAMED]))
            else:
                self._judge_neutral(runner, change, ran, tests, once)

    def _judge_neutral(
        self, runner: Runner, change: Change, ran: Ran, tests: Sequence[str], once: Repeats
    ) -> None:
        """Believe that a test fails for a neutral change only if it does so again, and not else."""
        self.neutral += 1
        self.tampered += ran.tampered
        if not (failed := _failed(ran, tests)):
            return
        without = _failed(self._run(runner, None, tests, once), tests)
        again = _failed(self._run(runner, change, tests, once), tests)
        self.flaky |= without | (failed - again)
        if steady := sorted((failed & again) - without):
            self.neutral_failed.append((change, steady[0]))

    def _run(
        self, runner: Runner, change: Change | None, tests: Sequence[str], once: Repeats
    ) -> Ran:
        limit = Limit(0.3 + 3 * once.suite_seconds, _IDLE + 3 * once.idle_seconds)
        paths = sorted({test.partition("::")[0] for test in tests})
        changed = {} if change is None else {change.path: change.text}
        first = change is not None and change.kind != NEUTRAL
        return runner.run(changed, Order(tests, paths, first=first), limit)

    def _sample(self, reaching: set[str], once: Repeats, change: Change) -> list[str]:
        """Return tests, the quickest first; of too many, some drawn at random."""
        tests = sorted(reaching)
        random.Random(change.text).shuffle(tests)
        chosen: list[str] = []
        left = _TESTS_SECONDS
        for test in tests:
            if chosen and left < once.seconds[test]:
                self.sampled += 1
                break
            left -= once.seconds[test]
            chosen.append(test)
        # In steps, so that the order does not depend on how busy the machine was.
        return sorted(chosen, key=lambda test: (int(once.seconds[test] / _STEP), test))


def _failed(ran: Ran, tests: Sequence[str]) -> set[str]:
    """Return the tests that did not pass in a run."""
    outcomes = ran.outcomes()
    return {test for test in tests if outcomes.get(test) != "passed"}


def _mixed(drawn: list[Change], neutral: list[Change]) -> list[Change]:
    """Put neutral changes among the others, where nobody can tell."""
    mixed = list(drawn)
    source = random.Random(len(drawn))
    reach = max(min(len(drawn), 20), 1)  # early, so that time is left for them
    for change in neutral:
        mixed.insert(source.randrange(reach), change)
    return mixed


def _idle_functions(functions: list[FunctionSpots], line_map: LineMap) -> list[str]:
    return [f"{one.text.path}:{one.line} {one.name}" for one in functions if not line_map.runs(one)]


def _as_report(one: _Tried) -> dict[str, Any]:
    return {**_place(one.change), "fate": one.fate.value, "tests": list(one.tests)}


def _place(change: Change) -> dict[str, Any]:
    told = asdict(change)
    return {
        name: told[name] for name in ("path", "line", "function", "operator", "before", "after")
    }
