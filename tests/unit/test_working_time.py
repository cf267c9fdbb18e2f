"""How long a run was worked on."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from toggle_core.runs.model import Event, Run
from toggle_core.runs.working_time import seconds_by_stage, working_seconds
from toggle_core.words import EventKind, Stage

BEGAN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = 86_400


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def run(finished: float | None = None) -> Run:
    values: dict[str, Any] = {field.name: None for field in fields(Run)}
    return Run(**values | {"finished_at": None if finished is None else at(finished)})


def event(seconds: float, stage: Stage, kind: EventKind = EventKind.STAGE) -> Event:
    return Event(int(seconds), at(seconds), kind, stage, {})


REVIEWED = [
    event(0, Stage.QUEUED),
    event(5, Stage.PLANNING),
    event(15, Stage.REVIEWING),
    event(3 * DAY, Stage.QUEUED),
    event(3 * DAY + 2, Stage.CODING),
    event(3 * DAY + 22, Stage.RESPONDING),
    event(3 * DAY + 23, Stage.DONE),
]


def test_neither_the_queue_nor_the_review_count() -> None:
    assert working_seconds(run(3 * DAY + 23), REVIEWED) == 10 + 20 + 1


def test_what_is_processing_counts_up_to_now() -> None:
    assert working_seconds(run(), REVIEWED[:2], at(9)) == 4
    assert working_seconds(run(), REVIEWED[:3], at(DAY)) == 10
    assert working_seconds(run(), REVIEWED[:1], at(DAY)) == 0


def test_the_time_between_an_end_and_its_retry_does_not_count() -> None:
    retried = [
        event(0, Stage.PLANNING),
        event(7, Stage.DONE, EventKind.ERROR),
        event(DAY, Stage.QUEUED),
        event(DAY + 1, Stage.CODING),
    ]
    assert working_seconds(run(), retried, at(DAY + 3)) == 7 + 2


def test_what_happens_within_a_stage_does_not_divide_it() -> None:
    events = [event(0, Stage.CHECKING), event(4, Stage.CHECKING, EventKind.GATE)]
    assert working_seconds(run(10), events) == 10


def test_a_run_without_events_was_not_worked_on() -> None:
    assert working_seconds(run(10), []) == 0


def test_each_stage_has_the_time_of_all_its_visits() -> None:
    spent = seconds_by_stage(run(3 * DAY + 23), REVIEWED)
    assert spent[Stage.QUEUED] == 5 + 2
    assert spent[Stage.REVIEWING] == 3 * DAY - 15
    assert list(spent) == [
        Stage.QUEUED,
        Stage.PLANNING,
        Stage.REVIEWING,
        Stage.CODING,
        Stage.RESPONDING,
        Stage.DONE,
    ]
