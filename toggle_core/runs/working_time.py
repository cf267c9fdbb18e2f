"""How long a run was worked on: without the time it waited for a slot or for a person."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from toggle_core.runs.model import Event, Run
from toggle_core.words import EventKind, Stage

WAITING: Final = frozenset({Stage.QUEUED, Stage.REVIEWING, Stage.DONE})
"""Stages in which nothing works on the run."""


def working_seconds(run: Run, events: Sequence[Event], now: datetime | None = None) -> float:
    """Seconds that a run was worked on so far.

    Args:
        run: which.
        events: all of the run, oldest first; those of stages count.
        now: up to when, for a run that is processing; None: this moment.
    """
    end = run.finished_at or now or datetime.now(UTC)
    told = [(event.at, event.stage) for event in events if event.kind is EventKind.STAGE]
    spans = pairwise([*told, (end, Stage.DONE)])
    return sum(
        max((until - since).total_seconds(), 0.0)
        for (since, stage), (until, _) in spans
        if stage not in WAITING
    )
