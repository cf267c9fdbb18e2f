"""How long a run was worked on: without the time it waited for a slot or for a person."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from toggle_core.runs.model import Event, Run
from toggle_core.words import EventKind, Stage

DIVIDES: Final = frozenset({EventKind.STAGE, EventKind.CONTINUED, EventKind.ERROR})
"""With these something else begins, or the run has ended."""

WAITING: Final = frozenset({Stage.QUEUED, Stage.REVIEWING, Stage.DONE})
"""Stages in which nothing works on the run."""


def working_seconds(run: Run, events: Sequence[Event], now: datetime | None = None) -> float:
    """Seconds that a run was worked on so far.

    Args:
        run: which.
        events: all of the run, oldest first; those of stages count.
        now: up to when, for a run that is processing; None: this moment.
    """
    spent = seconds_by_stage(run, events, now)
    return sum(seconds for stage, seconds in spent.items() if stage not in WAITING)


def seconds_by_stage(
    run: Run, events: Sequence[Event], now: datetime | None = None
) -> Mapping[Stage, float]:
    """Seconds that a run spent in each stage, all visits together, in the order of the first.

    Args:
        run: which.
        events: all of the run, oldest first; those of stages count.
        now: up to when, for a run that is processing; None: this moment.
    """
    end = run.finished_at or now or datetime.now(UTC)
    told = [(event.at, event.stage) for event in events if event.kind in DIVIDES]
    spent: dict[Stage, float] = {}
    for (since, stage), (until, _) in pairwise([*told, (end, Stage.DONE)]):
        seconds = max((until - since).total_seconds(), 0.0)
        spent[stage] = spent.get(stage, 0.0) + seconds
    return spent
