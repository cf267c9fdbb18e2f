"""What happened to a run, as steps for a founder, from its events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import Final, Literal

from toggle_core.runs.model import Event, Run
from toggle_core.ui.labels import STAGE_WORDS, Standing, standing_of
from toggle_core.words import EventKind, Stage, Status, Verdict

State = Literal["running", "waiting", "complete", "error"]
"""How a step is drawn: ``waiting`` is for a person, so that nothing turns."""

BROUGHT: Final = {
    Stage.QUEUED: "Task received",
    Stage.PLANNING: "Plan written",
    Stage.REVIEWING: "Plan reviewed",
    Stage.CODING: "Code written",
    Stage.CHECKING: "Code checked",
    Stage.REPAIRING: "Code changed",
    Stage.RESPONDING: "Summary written",
}
"""What a stage has brought once the next one began."""

CUT: Final = {
    Stage.QUEUED: "Cancelled before it began",
    Stage.PLANNING: "Stopped while writing the plan",
    Stage.REVIEWING: "Plan not approved",
    Stage.CODING: "Stopped while writing the code",
    Stage.CHECKING: "Stopped while checking the code",
    Stage.REPAIRING: "Stopped while changing the code",
}
"""What a stage is called in the middle of which a run was cancelled."""

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
    last = told[-1] if told else None
    return [
        _step(run, event, after, ends=after is last) for event, after in zip_longest(told, told[1:])
    ]


def seconds_of(events: Sequence[Event]) -> dict[Stage, float]:
    """How long each stage took that has ended, in seconds; of one that came again, together.

    Args:
        events: of a run, oldest first.
    """
    told = [event for event in events if event.kind in TOLD]
    seconds: dict[Stage, float] = {}
    for event, after in pairwise(told):
        seconds[event.stage] = seconds.get(event.stage, 0.0) + (after.at - event.at).total_seconds()
    return seconds


def _step(run: Run, event: Event, after: Event | None, *, ends: bool) -> Step:
    if event.stage is Stage.DONE:
        return _end(run, event, went_on=after is not None)
    if after is None and run.status is Status.PROCESSING:
        doing: State = "waiting" if standing_of(run) is Standing.TO_REVIEW else "running"
        return Step(STAGE_WORDS[event.stage], event.at, None, doing)
    seconds = (after.at - event.at).total_seconds() if after else None
    text, state = _past(run, event, after, ends=ends)
    return Step(text, event.at, seconds, state)


def _past(run: Run, event: Event, after: Event | None, *, ends: bool) -> tuple[str, State]:
    """What a stage that is over brought, or how it was cut off."""
    if event.kind is EventKind.CONTINUED:
        return "Continued after an interruption", "complete"
    if after is not None and (cut := _cut(run, event, after, ends=ends)):
        return cut
    return BROUGHT[event.stage], "complete"


def _cut(run: Run, event: Event, after: Event, *, ends: bool) -> tuple[str, State] | None:
    """How a stage went that has not brought what it was for."""
    if after.kind is EventKind.ERROR:
        return STAGE_WORDS[event.stage], "error"
    if after.kind is EventKind.CONTINUED:
        return f"{STAGE_WORDS[event.stage]}, interrupted", "complete"
    if after.stage is Stage.DONE and (run.status is Status.CANCELLED or not ends):
        return CUT.get(event.stage, STAGE_WORDS[event.stage]), "complete"
    if _is_not_passed(run, event, after):
        return "Checked: not passed", "error"
    return None


def _is_not_passed(run: Run, event: Event, after: Event) -> bool:
    """Whether a stage of checks has ended without all of them passed."""
    if event.stage is not Stage.CHECKING:
        return False
    if after.stage is Stage.REPAIRING:
        return True
    last = after.stage is Stage.RESPONDING and run.verdict is Verdict.NOT_READY
    return last and not run.works


def _end(run: Run, event: Event, *, went_on: bool) -> Step:
    """An end: the last one as the run stands, one after which it went on as it was then."""
    standing = standing_of(run)
    if went_on:
        failed = event.kind is EventKind.ERROR
        standing = Standing.NEEDS_YOU if failed else Standing.CANCELLED
    state: State = "error" if standing is Standing.NEEDS_YOU else "complete"
    return Step(ENDS.get(standing, "Done"), event.at, None, state)
