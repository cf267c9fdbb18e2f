"""Tests of the base and of every earlier attempt: none may disappear or check less unexplained."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final, Protocol

from toggle_core.builders.protocol import base_from_json
from toggle_core.gates.changed_tests import explain
from toggle_core.gates.checks.test_changes import ReadTest, UnreadableTests, lost_tests
from toggle_core.gates.model import ChangedTest
from toggle_core.graph.attempts import best_of
from toggle_core.graph.state import AgentState

DIGEST_LENGTH: Final = 16
"""Characters of a test's digest that are kept: enough to tell the tests of one project apart."""


class SuiteReader(Protocol):
    """What can read the tests of two versions."""

    def read_tests(
        self, files: Mapping[str, str], before: Mapping[str, str], *, stop: Event
    ) -> tuple[list[ReadTest], list[ReadTest]]:
        """The tests of the version before, and those of the files."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How the tests of an attempt compare with those before it.

    Attributes:
        changed: tests that are gone or check less; None where nothing could be compared.
        seen: the channel ``tests_seen`` after this attempt.
    """

    changed: tuple[ChangedTest, ...] | None
    seen: str


def compare_tests(
    reader: SuiteReader, state: AgentState, files: Mapping[str, str], stop: Event
) -> Compared:
    """Compare the tests of an attempt with all that were there before.

    What is compared with are the tests of the attempt before, together with those that it or an
    earlier one has dropped for a reason. An attempt that has lost tests without a reason adds
    nothing: the next one has to do without its tests, not without the lost ones.

    Args:
        reader: reads tests without running them.
        state: with the builder's reasons, and what is known of earlier tests.
        files: of the attempt, tidied.
        stop: ends the reading.
    """
    seen, before = _seen(state["tests_seen"]), _version_before(state)
    if not seen and before is None:
        return Compared((), "")
    try:
        read, now = map(_short, reader.read_tests(files, {} if seen else before or {}, stop=stop))
    except UnreadableTests:
        return Compared(None, state["tests_seen"])
    earlier = seen or read
    reasons: dict[str, str] = json.loads(state["test_changes"] or "{}")
    changed = explain(lost_tests(earlier, now), reasons)
    if not all(test.reason for test in changed):
        return Compared(changed, _to_json(earlier))
    dropped = _dropped(earlier, changed)
    kept = [test for test in now if test.name not in dropped]
    return Compared(changed, _to_json([*kept, *dropped.values()]))


def _dropped(earlier: Sequence[ReadTest], changed: Sequence[ChangedTest]) -> dict[str, ReadTest]:
    """The earlier tests that are gone or check less, by name; of each the strongest."""
    strongest = {test.name: test for test in sorted(earlier, key=lambda test: test.checks)}
    return {test.name: strongest[test.name] for test in changed}


def _version_before(state: AgentState) -> Mapping[str, str] | None:
    """The files whose tests have not been read yet: of the base, else of the only attempt so far.

    Most runs have one attempt, and none of them has to read any tests.
    """
    if base := base_from_json(state["base"]):
        return base.files
    files: dict[str, str] | None = json.loads(best_of(state).get("files", "null"))
    return files


def _short(tests: Sequence[ReadTest]) -> list[ReadTest]:
    return [ReadTest(test.name, test.checks, test.body[:DIGEST_LENGTH]) for test in tests]


def _seen(text: str) -> list[ReadTest]:
    return [ReadTest(*test) for test in json.loads(text or "[]")]


def _to_json(tests: Sequence[ReadTest]) -> str:
    return json.dumps([[test.name, test.checks, test.body] for test in tests], ensure_ascii=False)
