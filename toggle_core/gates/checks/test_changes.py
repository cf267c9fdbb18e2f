"""Tests that a new version of a project has lost, or that check less than before."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from toggle_core.gates.checks.context import Context

_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class LostTest:
    """A test of the version before that is gone, or checks less.

    Attributes:
        name: as pytest names it, without parameters: ``tests/test_a.py::TestIt::test_x``.
        checks_before: how many checks it made.
        checks_after: how many it makes now, None if there is no such test any more.
    """

    name: str
    checks_before: int
    checks_after: int | None


@dataclass(frozen=True, slots=True)
class ReadTest:
    """A test as it was read from the code.

    Attributes:
        name: as in ``LostTest``.
        checks: how many checks one run of it makes, as far as reading shows.
        body: a digest of what it does.
    """

    name: str
    checks: int
    body: str


class UnreadableTests(Exception):
    """The tests of two versions could not be read in the sandbox."""


def find_lost_tests(context: Context, before: Mapping[str, str]) -> tuple[LostTest, ...]:
    """Compare the tests of a project with those of the version before it.

    Both are read in the sandbox; nothing of them runs. A test that was moved to another file or
    class under its own name, or renamed with the same body, is not lost as long as it has at least
    as many checks.

    Args:
        context: the new version, and where to read.
        before: text of each file of the old version by its path.

    Returns:
        The lost and weakened tests, in the order of their names.

    Raises:
        UnreadableTests: the sandbox did not come to an end of it.
    """
    return lost_tests(*read_tests(context, before))


def read_tests(
    context: Context, before: Mapping[str, str]
) -> tuple[list[ReadTest], list[ReadTest]]:
    """Read the tests of the version before a project, and its own.

    Args:
        context: the new version, and where to read.
        before: text of each file of the old version by its path.

    Raises:
        UnreadableTests: the sandbox did not come to an end of it.
    """
    done = context.run("test_changes", _SECONDS, {"before": dict(before)})
    if done.report is None:
        raise UnreadableTests(f"{done.end}: {done.errors[-500:]}")
    old, new = (
        [ReadTest(**told) for told in done.report[version]] for version in ("before", "after")
    )
    return old, new


def lost_tests(before: Sequence[ReadTest], after: Sequence[ReadTest]) -> tuple[LostTest, ...]:
    """Return the tests of one reading for which another has none that checks as much.

    Each test of the new version stands for one of the old version only.
    """
    missing, free = sorted(before, key=_name), list(after)
    for key in (_name, _last_name, _body):
        missing, free = _without_pairs(missing, free, key)
    return tuple(LostTest(test.name, test.checks, _checks_now(test, free)) for test in missing)


def _without_pairs(
    old: Sequence[ReadTest], new: Sequence[ReadTest], key: Callable[[ReadTest], str]
) -> tuple[list[ReadTest], list[ReadTest]]:
    """Take away each old test together with a new one of the same key that checks as much."""
    free: dict[str, list[ReadTest]] = defaultdict(list)
    for test in sorted(new, key=lambda test: test.checks):
        free[key(test)].append(test)
    missing = []
    for test in old:
        same = free[key(test)]
        strong = next((number for number, one in enumerate(same) if one.checks >= test.checks), -1)
        if strong < 0:
            missing.append(test)
        else:
            same.pop(strong)
    return missing, [test for same in free.values() for test in same]


def _name(test: ReadTest) -> str:
    return test.name


def _last_name(test: ReadTest) -> str:
    return test.name.rpartition("::")[2]


def _body(test: ReadTest) -> str:
    return test.body


def _checks_now(test: ReadTest, left: Sequence[ReadTest]) -> int | None:
    """Return the checks of the test that has the name now, the strongest one if it was moved."""
    for key in (_name, _last_name):
        if same := [new.checks for new in left if key(new) == key(test)]:
            return max(same)
    return None
