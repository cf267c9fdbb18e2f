"""Tests that are gone or check less than in an earlier version: read, explained, and judged."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from toggle_core.gates.checks.context import Context, count, cut
from toggle_core.gates.checks.test_changes import LostTest, ReadTest, read_tests
from toggle_core.gates.model import ChangedTest, GateResult
from toggle_core.gates.sandbox.state import available
from toggle_core.gates.settings import GateSettings
from toggle_core.projects.files import check_paths
from toggle_core.words import Outcome

REASON: Final = re.compile(r"(?:test was wrong|feature removed as asked):\s*\w", re.IGNORECASE)
"""How a reason begins that counts. It is shown to the founder, who can judge it."""

NAMES_LIMIT: Final = 5
"""Tests that a summary names; the detail names all."""

NOT_COMPARED: Final = "The tests could not be compared with those of the version before."

HOW_TO_EXPLAIN: Final = (
    'Put each test back, or give a reason that begins with "test was wrong:" or "feature removed as'
    ' asked:" under its name in test_changes.'
)


def read_versions(
    project: Mapping[str, str],
    before: Mapping[str, str],
    *,
    settings: GateSettings,
    stop: threading.Event,
) -> tuple[list[ReadTest], list[ReadTest]]:
    """Read the tests of the version before a project, and its own, in the sandbox.

    Args:
        project: text of each file by its path.
        before: the same of the version before.
        settings: how to look for a sandbox, and how long it may take.
        stop: ends the reading.

    Returns:
        Both; nothing where there is no sandbox or the paths are unsafe, as no gate passes then.

    Raises:
        UnreadableTests: the sandbox did not come to an end of it.
    """
    backend = available(settings.sandbox).backend
    if backend is None or check_paths(project):
        return [], []
    return read_tests(Context(project, "", backend, settings, stop), before)


def explain(lost: Sequence[LostTest], reasons: Mapping[str, str]) -> tuple[ChangedTest, ...]:
    """Put the builder's reasons beside lost tests.

    Args:
        lost: tests that are gone or check less.
        reasons: by a test's name, with or without its file and class. A name that fits several of
            the lost tests explains none of them.
    """
    given: dict[str, str] = {}
    for name, reason in reasons.items():
        meant = {test.name for test in lost if f"::{test.name}".endswith(f"::{name.strip()}")}
        if len(meant) == 1 and REASON.match(reason):
            given[meant.pop()] = reason
    return tuple(
        ChangedTest(test.name, test.checks_before, test.checks_after, given.get(test.name, ""))
        for test in lost
    )


def with_changed_tests(result: GateResult, changed: tuple[ChangedTest, ...] | None) -> GateResult:
    """What the gate ``tests`` says once the tests of earlier versions are known.

    Args:
        result: of the gate, for this version alone.
        changed: tests that are gone or check less; None where the versions could not be compared.

    Returns:
        The result, failed where such a test has no reason.
    """
    if changed is None:
        passed = result.outcome is Outcome.PASSED
        return replace(result, outcome=Outcome.SKIPPED, summary=NOT_COMPARED) if passed else result
    if not changed:
        return result
    judged = replace(result, changed_tests=changed)
    lost = judged.lost_tests
    explained = [test for test in changed if test.reason]
    return replace(
        judged,
        outcome=Outcome.FAILED if lost else result.outcome,
        summary=" ".join([*_sentence(lost, ""), result.summary, *_sentence(explained, REASONED)]),
        detail=cut("\n\n".join(filter(None, ["\n".join(_lines(changed)), result.detail]))),
    )


REASONED: Final = ", for reasons that the builder gives"


def _sentence(tests: Sequence[ChangedTest], why: str) -> Iterator[str]:
    if tests:
        names = ", ".join(test.name.partition("::")[2] for test in tests[:NAMES_LIMIT])
        more = f" and {len(tests) - NAMES_LIMIT} more" if len(tests) > NAMES_LIMIT else ""
        verb = "is gone or checks" if len(tests) == 1 else "are gone or check"
        yield f"{count(len(tests), 'earlier test')} {verb} less than before{why}: {names}{more}."


def _lines(changed: Sequence[ChangedTest]) -> Iterator[str]:
    for test in changed:
        if test.checks_after is None:
            yield f"gone: {test.name} (it made {count(test.checks_before, 'check')})"
        else:
            checks = f"{count(test.checks_after, 'check')} instead of {test.checks_before}"
            yield f"checks less: {test.name} ({checks})"
        if test.reason:
            yield f"    the builder's reason: {test.reason}"
    if not all(test.reason for test in changed):
        yield HOW_TO_EXPLAIN
