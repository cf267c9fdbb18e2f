"""Results, the verdict that follows from them, and when two failures are the same."""

from dataclasses import replace

import pytest

from toggle_core.gates.model import (
    GateResult,
    Page,
    PromiseResult,
    failures,
    fingerprint,
    from_json,
    to_json,
    verdict,
    works,
)
from toggle_core.words import GATES, MEANINGS, Outcome, PromiseOutcome, Verdict


def results(**outcomes: Outcome) -> list[GateResult]:
    return [GateResult(gate, outcomes.get(gate, Outcome.PASSED), 0.1, "Fine.") for gate in GATES]


def test_promises_that_break_with_other_values_fail_the_same_way() -> None:
    def broken(word: str) -> GateResult:
        promise = PromiseResult("add", "It adds.", PromiseOutcome.BROKEN, f"no {word}", ())
        detail = f"sent {word}"
        return GateResult("promises", Outcome.FAILED, 1.0, "Broken.", detail, promises=(promise,))

    assert fingerprint(broken("tulip")) == fingerprint(broken("amber"))
    assert fingerprint(broken("tulip")) != fingerprint(failure("sent tulip"))


def failure(detail: str) -> GateResult:
    return GateResult("tests", Outcome.FAILED, 1.5, "1 of 3 tests failed.", detail)


def test_results_survive_being_stored() -> None:
    pages = (Page("/", 200, "text/html", "<h1>\u00e4 \u2713</h1>"), Page("/b", 404, "", ""))
    stored = [*results(), GateResult("start", Outcome.PASSED, 0.25, "Ok.", "d", "out\n", pages)]
    assert from_json(to_json(stored)) == stored


def test_nothing_stored_is_no_results() -> None:
    assert from_json("") == []


def test_only_seven_passed_gates_are_ready() -> None:
    assert verdict(results()) is Verdict.READY


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.SKIPPED])
def test_one_gate_that_did_not_pass_is_not_ready(gate: str, outcome: Outcome) -> None:
    assert verdict(results(**{gate: outcome})) is Verdict.NOT_READY


@pytest.mark.parametrize("gate", GATES)
def test_a_missing_gate_is_not_ready(gate: str) -> None:
    assert verdict([one for one in results() if one.gate != gate]) is Verdict.NOT_READY


def test_a_gate_told_twice_does_not_stand_in_for_another() -> None:
    assert verdict([*results()[:-1], results()[0]]) is Verdict.NOT_READY
    assert verdict([*results(), results()[0]]) is Verdict.NOT_READY


def test_no_results_are_not_ready() -> None:
    assert verdict([]) is Verdict.NOT_READY


def test_every_gate_has_a_meaning() -> None:
    assert tuple(MEANINGS) == GATES


def test_failures_come_in_reporting_order() -> None:
    mixed = results(start=Outcome.FAILED, lint=Outcome.FAILED, files=Outcome.SKIPPED)
    assert [found.gate for found in failures(list(reversed(mixed)))] == ["lint", "start"]


def test_a_skipped_gate_is_not_a_failure() -> None:
    assert failures(results(start=Outcome.SKIPPED)) == []


SAME = [
    ("3 failed in 0.12s", "3 failed in 4.5 seconds"),
    ("<object at 0x7f3a12>", "<object at 0xdeadbeef>"),
    ("in /tmp/pytest-of-x/pytest-0/a.txt", "in /tmp/other-1/b/a.txt"),
    ("at 2026-11-22 10:11:12", "at 2027-01-02 03:04:05"),
    ("at 2026-11-22T10:11:12.5Z", "at 2027-01-02T03:04:05.123Z"),
    ("main.py:12: wrong", "main.py:14: wrong"),
    ("main.py:12:5: wrong", "main.py:14:1: wrong"),
    ('File "main.py", line 3, in f', 'File "main.py", line 9, in f'),
    ("took 12 ms", "took 3 ms"),
    ("a  b\n\nc", "a b\nc"),
    ("id 0193ffb2-7a01-7000-8000-00000000abcd", "id 0193ffb2-7a01-7000-8000-0000000fffff"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("pid 17", "pid 4711"),
]
DIFFERENT = [
    ("assert 3 == 4", "assert 3 == 5"),
    ("NameError: a", "NameError: b"),
    ("main.py:12: wrong", "other.py:12: wrong"),
    ("3 failed", "2 failed"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_noise_makes_no_new_failure(one: str, other: str) -> None:
    assert fingerprint(failure(one)) == fingerprint(failure(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_fault_is_another_failure(one: str, other: str) -> None:
    assert fingerprint(failure(one)) != fingerprint(failure(other))


def test_seconds_and_output_make_no_new_failure() -> None:
    one = failure("x")
    assert fingerprint(one) == fingerprint(replace(one, seconds=9.0, output="other"))


def test_another_gate_is_another_failure() -> None:
    one = failure("x")
    assert fingerprint(one) != fingerprint(replace(one, gate="start"))


@pytest.mark.parametrize(("outcome", "is_all"), [(Outcome.SKIPPED, True), (Outcome.FAILED, False)])
def test_it_works_when_untried_promises_are_all_that_is_missing(
    outcome: Outcome, is_all: bool
) -> None:
    untried = PromiseResult("map", "It shows a map.", PromiseOutcome.UNTRIED, "Needs a key.", ())
    told = [
        replace(each, promises=(untried,)) if each.gate == "promises" else each
        for each in results(promises=outcome)
    ]
    assert works(told) is is_all
