"""What a gate says about a project, and what follows from all of them."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from toggle_core.gates.pictures import Picture
from toggle_core.words import GATES, Outcome, PromiseOutcome, Verdict


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


class EarlierVersion(NamedTuple):
    """The version of a project that a change begins with.

    Attributes:
        files: text of each file by its path.
        entry: path of the file to start.
        promises: what was promised of it, in the shape of ``docs/promises.md``; None: nothing was.
    """

    files: Mapping[str, str]
    entry: str
    promises: Mapping[str, Any] | None


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


class Exchange(NamedTuple):
    """One step of a promise as it was carried out.

    Attributes:
        step: what was done, in short: ``POST /items``.
        sent: what the program was sent, bounded.
        came_back: what it answered, bounded.
        expected: what was expected, in words; empty where nothing was.
        held: whether the answer was as expected.
    """

    step: str
    sent: str
    came_back: str
    expected: str
    held: bool


class PromiseResult(NamedTuple):
    """What became of one promise.

    Attributes:
        id: of the promise.
        sentence: what it promises.
        outcome: kept, broken or untried.
        why: one sentence, why it is broken or could not be tried; empty where it is kept.
        transcript: of the trial that broke it, else of the last one.
    """

    id: str
    sentence: str
    outcome: PromiseOutcome
    why: str
    transcript: tuple[Exchange, ...]


class Survivor(NamedTuple):
    """A planned mistake that no test noticed.

    Attributes:
        path: of the file it was made in.
        line: its number, from 1.
        function: qualified name of the function.
        before: the line as it is.
        after: the line with the mistake.
        tests: some of the tests that run the line; empty where none does.
    """

    path: str
    line: int
    function: str
    before: str
    after: str
    tests: tuple[str, ...]


class Proof(NamedTuple):
    """How many planned mistakes the project's tests notice.

    Attributes:
        drawn: mistakes that were planned.
        noticed: that made a test fail by what it checks.
        survived: that no test noticed, although one runs the place.
        unreached: in places that no test runs.
        unjudged: that show nothing, such as those that end in a crash.
        seed: the draw can be repeated with it.
        seconds: of processor time.
        survivors: those that survived or were never reached, bounded.
        flaky: tests that did not pass each time.
        neutral: changes without any effect that were mixed among the mistakes.
        neutral_failed: how many of those made a test fail.
    """

    drawn: int
    noticed: int
    survived: int
    unreached: int
    unjudged: int
    seed: str
    seconds: float
    survivors: tuple[Survivor, ...]
    flaky: tuple[str, ...]
    neutral: int
    neutral_failed: int

    @property
    def strength(self) -> int | None:
        """Percent of the judged mistakes that were noticed; None where none was judged."""
        judged = self.noticed + self.survived + self.unreached
        return round(100 * self.noticed / judged) if judged else None


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
        promises: what became of each; of the gate ``promises`` only.
        proof: what the tests notice; of the gate ``proof`` only.
        pictures: pages as a real browser showed them; of the gates ``start`` and ``promises`` only.
            They are stored beside the results, never in the graph's state.
    """

    gate: str
    outcome: Outcome
    seconds: float
    summary: str
    detail: str = ""
    output: str = ""
    pages: tuple[Page, ...] = ()
    changed_tests: tuple[ChangedTest, ...] = ()
    promises: tuple[PromiseResult, ...] = ()
    proof: Proof | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def lost_tests(self) -> tuple[ChangedTest, ...]:
        """Tests that are gone or check less without a reason."""
        return tuple(test for test in self.changed_tests if not test.reason)


def to_json(results: Sequence[GateResult]) -> str:
    """Return results as JSON text, for a channel of the graph's state."""
    return json.dumps([asdict(replace(result, pictures=())) for result in results])


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
            promises=promises_from_json(told.get("promises", ())),
            proof=proof_from_json(told.get("proof")),
        )
        for told in (json.loads(text) if text else [])
    ]


def with_names(value: Any) -> Any:
    """Return results as the API gives them: named values instead of tuples.

    Args:
        value: a ``PromiseResult``, a ``Proof``, or what they are made of.
    """
    if not isinstance(value, tuple):
        return value
    if not hasattr(value, "_fields"):
        return [with_names(each) for each in value]
    names = {name: with_names(each) for name, each in zip(value._fields, value, strict=True)}
    return {"strength": value.strength, **names} if isinstance(value, Proof) else names


def promises_from_json(values: Iterable[Sequence[Any]]) -> tuple[PromiseResult, ...]:
    """Return the results of promises from JSON arrays."""
    return tuple(
        PromiseResult(
            name, sentence, PromiseOutcome(outcome), why, tuple(Exchange(*step) for step in steps)
        )
        for name, sentence, outcome, why, steps in values
    )


def proof_from_json(values: Sequence[Any] | None) -> Proof | None:
    """Return a proof from a JSON array; None is no proof."""
    if values is None:
        return None
    proof = Proof(*values)
    survivors = (Survivor(*each)._replace(tests=tuple(each[-1])) for each in proof.survivors)
    return proof._replace(survivors=tuple(survivors), flaky=tuple(proof.flaky))


def verdict(results: Sequence[GateResult]) -> Verdict:
    """Return ``Verdict.READY`` only if each of the gates is there once and passed."""
    passed = [result.gate for result in results if result.outcome is Outcome.PASSED]
    complete = len(results) == len(GATES) and sorted(passed) == sorted(GATES)
    return Verdict.READY if complete else Verdict.NOT_READY


def promises_of(results: Iterable[GateResult]) -> tuple[PromiseResult, ...]:
    """Return what became of the promises, none where the gate ``promises`` has not spoken."""
    return tuple(promise for result in results for promise in result.promises)


def works(results: Sequence[GateResult]) -> bool:
    """Tell whether all that is missing are promises that could not be tried here."""
    missing = [result for result in results if result.outcome is not Outcome.PASSED]
    skipped = [(result.gate, result.outcome) for result in missing]
    if len(results) != len(GATES) or skipped != [("promises", Outcome.SKIPPED)]:
        return False
    outcomes = {promise.outcome for promise in missing[0].promises}
    return PromiseOutcome.UNTRIED in outcomes and PromiseOutcome.BROKEN not in outcomes


def all_spoke(results: Iterable[GateResult]) -> bool:
    """Tell whether every gate of today was there, which an earlier version did not have."""
    return {result.gate for result in results} >= set(GATES)


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

    Times, addresses, line numbers, temporary paths and spacing do not count, nor do the values that
    promises were tried with.
    """
    outcomes = " ".join(f"{each.id} {each.outcome}" for each in result.promises)
    text = f"{result.gate} {result.outcome} {result.summary} {outcomes or result.detail}"
    for pattern, stand_in in _NOISE:
        text = pattern.sub(stand_in, text)
    return hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()[:16]
