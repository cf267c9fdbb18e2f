"""What happened to a run, as steps for a founder, from its events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final, Literal

from toggle_core.runs.model import Event, Run
from toggle_core.ui.labels import STAGE_WORDS, Standing, standing_of
from toggle_core.words import EventKind, Stage, Status

State = Literal["running", "waiting", "complete", "error"]
"""How a step is drawn: ``waiting`` is for a person, so that nothing turns."""

BROUGHT: Final = {
    Stage.QUEUED: "Task received",
    Stage.PLANNING: "Plan written",
    Stage.REVIEWING: "Plan reviewed",
    Stage.CODING: "Code written",
    Stage.CHECKING: "Code checked",
    Stage.REPAIRING: "Code repaired",
    Stage.RESPONDING: "Summary written",
}
"""What a stage has brought once the next one began."""

ENDS: Final = {
    Standing.READY: "Ready",
    Standing.DRAFT: "Draft finished",
    Standing.NEEDS_YOU: "Stopped: your turn",
    Standing.CANCELLED: "Cancelled",
}


TOLD: Final = frozenset({EventKind.STAGE, EventKind.CONTINUED, EventKind.ERROR})
"""The events that are steps; others are details of a step."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the timeline.

    Attributes:
        text: what happened, or is happening.
        at: when it began.
        seconds: how long it took, None for a moment and for what goes on.
        state: how it is drawn.
    """

    text: str
    at: datetime
    seconds: float | None
    state: State


def steps_of(run: Run, events: Sequence[Event]) -> list[Step]:
    """The steps that the events of a run tell of, oldest first."""
    told = [event for event in events if event.kind in TOLD]
    return [_step(run, event, after) for event, after in zip_longest(told, told[1:])]


def _step(run: Run, event: Event, after: Event | None) -> Step:
    if event.stage is Stage.DONE:
        return _end(run, event, went_on=after is not None)
    if after is None and run.status is Status.PROCESSING:
        doing: State = "waiting" if standing_of(run) is Standing.TO_REVIEW else "running"
        return Step(STAGE_WORDS[event.stage], event.at, None, doing)
    seconds = (after.at - event.at).total_seconds() if after else None
    if event.kind is EventKind.CONTINUED:
        return Step("Continued after an interruption", event.at, seconds, "complete")
    if after is not None and after.kind is EventKind.ERROR:
        return Step(STAGE_WORDS[event.stage], event.at, seconds, "error")
    if after is not None and after.kind is EventKind.CONTINUED:
        return Step(f"{STAGE_WORDS[event.stage]}, interrupted", event.at, seconds, "complete")
    return Step(BROUGHT[event.stage], event.at, seconds, "complete")


def _end(run: Run, event: Event, *, went_on: bool) -> Step:
    """An end: the last one as the run stands, one after which it went on as it was then."""
    standing = standing_of(run)
    if went_on:
        failed = event.kind is EventKind.ERROR
        standing = Standing.NEEDS_YOU if failed else Standing.CANCELLED
    state: State = "error" if standing is Standing.NEEDS_YOU else "complete"
    return Step(ENDS.get(standing, "Done"), event.at, None, state)
