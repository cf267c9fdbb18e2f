"""What a gate says about a project, and what follows from all of them."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from toggle_core.words import GATES, Outcome, Verdict

MEANINGS = {
    "files": "All files are there and have safe names.",
    "syntax": "Python can read every file.",
    "lint": "No common mistakes found.",
    "security": "No known security problems (security scan).",
    "types": "Types are consistent (type check).",
    "tests": "The project's own tests run and pass.",
    "start": "The program starts and works.",
}
"""One plain sentence for each gate: what it means that the gate passed."""


class Page(NamedTuple):
    """A page the project's server answered with.

    Attributes:
        path: what was asked for.
        status: the HTTP status, 0 if the answer was not HTTP.
        content_type: as the server named it.
        body: its text, bounded; empty for what is not text.
    """

    path: str
    status: int
    content_type: str
    body: str


class ChangedTest(NamedTuple):
    """A test of an earlier version of the project that is gone, or checks less.

    Attributes:
        name: as pytest names it, without parameters.
        checks_before: how many checks it made.
        checks_after: how many it makes now, None if it is gone.
        reason: the builder's, empty where it gave none that counts.
    """

    name: str
    checks_before: int
    checks_after: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GateResult:
    """What one gate says.

    Attributes:
        gate: one of ``GATES``.
        outcome: how it went; skipped always with the reason in ``summary``.
        seconds: wall-clock time.
        summary: one plain sentence for people who do not program.
        detail: bounded text for engineers.
        output: what the program printed, bounded; of the gate ``start`` only.
        pages: what the program answered with as a server; of the gate ``start`` only.
        changed_tests: tests that are gone or check less; of the gate ``tests`` only.
    """

    gate: str
    outcome: Outcome
    seconds: float
    summary: str
    detail: str = ""
    output: str = ""
    pages: tuple[Page, ...] = ()
    changed_tests: tuple[ChangedTest, ...] = ()

    @property
    def lost_tests(self) -> tuple[ChangedTest, ...]:
        """Tests that are gone or check less without a reason."""
        return tuple(test for test in self.changed_tests if not test.reason)


def to_json(results: Sequence[GateResult]) -> str:
    """Return results as JSON text, for a channel of the graph's state."""
    return json.dumps([asdict(result) for result in results])


def from_json(text: str) -> list[GateResult]:
    """Return the results ``to_json`` wrote; an empty text is no results."""
    return [
        GateResult(
            gate=told["gate"],
            outcome=Outcome(told["outcome"]),
            seconds=told["seconds"],
            summary=told["summary"],
            detail=told["detail"],
            output=told["output"],
            pages=tuple(Page(*page) for page in told["pages"]),
            changed_tests=tuple(ChangedTest(*test) for test in told.get("changed_tests", ())),
        )
        for told in (json.loads(text) if text else [])
    ]


def verdict(results: Sequence[GateResult]) -> Verdict:
    """Return ``Verdict.READY`` only if each of the gates is there once and passed."""
    passed = [result.gate for result in results if result.outcome is Outcome.PASSED]
    complete = len(results) == len(GATES) and sorted(passed) == sorted(GATES)
    return Verdict.READY if complete else Verdict.NOT_READY


def failures(results: Sequence[GateResult]) -> list[GateResult]:
    """Return the failed gates in reporting order."""
    failed = [result for result in results if result.outcome is Outcome.FAILED]
    return sorted(failed, key=lambda result: GATES.index(result.gate))


def passed_count(results: Sequence[GateResult]) -> int:
    """Return how many gates passed."""
    return sum(result.outcome is Outcome.PASSED for result in results)


_NOISE = (
    (re.compile(r"\x1b\[[0-9;]*[A-Za-z]"), ""),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.I), "<id>"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.I), "<address>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?"), "<date>"),
    (re.compile(r"\b\d\d?:\d\d:\d\d(?:[.,]\d+)?"), "<time>"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:s|sec|seconds?|ms|us|ns)\b"), "<duration>"),
    (re.compile(r"/tmp/[^\s'\":,)]+"), "<file>"),  # noqa: S108  a pattern, not a place
    (re.compile(r"\b(line|column|pid|port) \d+"), r"\1 <number>"),
    (re.compile(r":\d+(?::\d+)?(?=[:\s/)]|$)"), ":<line>"),
    (re.compile(r"\s+"), " "),
)


def fingerprint(result: GateResult) -> str:
    """Return a short text that is the same when a gate fails the same way again.

    Times, addresses, line numbers, temporary paths and spacing do not count.
    """
    text = f"{result.gate} {result.outcome} {result.summary} {result.detail}"
    for pattern, stand_in in _NOISE:
        text = pattern.sub(stand_in, text)
    return hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()[:16]
