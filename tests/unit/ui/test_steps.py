"""The timeline of a run, from its events."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from toggle_core.runs.model import Event, Run
from toggle_core.ui.steps import Step, steps_of
from toggle_core.words import EventKind, Stage, Status, Verdict

BEGAN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ORDINARY = [Stage.QUEUED, Stage.PLANNING, Stage.CODING, Stage.RESPONDING, Stage.DONE]


def run(status: Status, stage: Stage = Stage.DONE, verdict: Verdict | None = None) -> Run:
    values: dict[str, Any] = {field.name: None for field in fields(Run)}
    values.update(id=uuid4(), status=status, stage=stage, verdict=verdict, files={}, gates=())
    return Run(**values)


def event(number: int, stage: Stage, kind: EventKind = EventKind.STAGE) -> Event:
    return Event(number, BEGAN + timedelta(seconds=number), kind, stage, {})


def told(steps: Sequence[Step]) -> list[tuple[str, float | None, str]]:
    return [(step.text, step.seconds, step.state) for step in steps]


def test_a_completed_run_tells_what_each_stage_brought() -> None:
    events = [event(number, stage) for number, stage in enumerate(ORDINARY)]
    assert told(steps_of(run(Status.COMPLETED, verdict=Verdict.DRAFT), events)) == [
        ("Task received", 1.0, "complete"),
        ("Plan written", 1.0, "complete"),
        ("Code written", 1.0, "complete"),
        ("Summary written", 1.0, "complete"),
        ("Draft finished", None, "complete"),
    ]


def test_what_goes_on_is_told_as_going_on() -> None:
    events = [event(0, Stage.QUEUED), event(2, Stage.PLANNING)]
    assert told(steps_of(run(Status.PROCESSING, Stage.PLANNING), events)) == [
        ("Task received", 2.0, "complete"),
        ("Writing the plan", None, "running"),
    ]


def test_nothing_turns_while_a_person_is_waited_for() -> None:
    events = [event(0, Stage.PLANNING), event(2, Stage.REVIEWING)]
    assert told(steps_of(run(Status.PROCESSING, Stage.REVIEWING), events)) == [
        ("Plan written", 2.0, "complete"),
        ("Waiting for your review", None, "waiting"),
    ]


def test_a_failure_is_told_at_the_stage_it_happened_in() -> None:
    events = [event(0, Stage.CODING), event(1, Stage.DONE, EventKind.ERROR)]
    assert told(steps_of(run(Status.FAILED), events)) == [
        ("Writing the code", 1.0, "error"),
        ("Stopped: your turn", None, "error"),
    ]


@pytest.mark.parametrize("now", [Status.PROCESSING, Status.COMPLETED])
def test_an_earlier_end_is_told_as_it_was_then(now: Status) -> None:
    events = [
        event(0, Stage.CODING),
        event(1, Stage.DONE, EventKind.ERROR),
        event(5, Stage.QUEUED),
        event(6, Stage.DONE),
        event(7, Stage.CODING),
    ]
    ends = [told(steps_of(run(now), events))[number] for number in (1, 3)]
    assert ends == [("Stopped: your turn", None, "error"), ("Cancelled", None, "complete")]


def test_a_take_over_is_told() -> None:
    events = [
        event(0, Stage.CODING),
        event(3, Stage.CODING, EventKind.CONTINUED),
        event(4, Stage.RESPONDING),
    ]
    assert told(steps_of(run(Status.PROCESSING, Stage.RESPONDING), events)) == [
        ("Writing the code, interrupted", 3.0, "complete"),
        ("Continued after an interruption", 1.0, "complete"),
        ("Finishing", None, "running"),
    ]


def test_a_run_whose_checks_did_not_pass_needs_its_owner() -> None:
    steps = steps_of(run(Status.COMPLETED, verdict=Verdict.NOT_READY), [event(0, Stage.DONE)])
    assert told(steps) == [("Stopped: your turn", None, "error")]


def test_details_of_a_step_are_no_steps() -> None:
    events = [event(0, Stage.CHECKING), event(1, Stage.CHECKING, EventKind.GATE)]
    assert told(steps_of(run(Status.PROCESSING, Stage.CHECKING), events)) == [
        ("Checking the code", None, "running")
    ]


def test_a_run_without_events_has_no_steps() -> None:
    assert steps_of(run(Status.PROCESSING, Stage.QUEUED), []) == []


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.CODING, "Stopped while writing the code"),
        (Stage.REVIEWING, "Plan not approved"),
    ],
)
def test_what_was_cut_off_is_not_told_as_done(stage: Stage, words: str) -> None:
    events = [event(0, stage), event(3, Stage.DONE)]
    assert told(steps_of(run(Status.CANCELLED), events))[0] == (words, 3.0, "complete")


def test_checks_that_did_not_pass_have_no_tick() -> None:
    stages = [Stage.CODING, Stage.CHECKING, Stage.REPAIRING, Stage.CHECKING, Stage.RESPONDING]
    events = [event(number, stage) for number, stage in enumerate([*stages, Stage.DONE])]
    shown = told(steps_of(run(Status.COMPLETED, verdict=Verdict.NOT_READY), events))
    assert [words for words, _, state in shown if state == "error"] == [
        "Checked: not passed",
        "Checked: not passed",
        "Stopped: your turn",
    ]
    assert "Code changed" in [words for words, *_ in shown]
