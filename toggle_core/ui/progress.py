"""How far a run is while it is worked on: a bar of its stages, which never runs backwards."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.runs.model import Run
from toggle_core.ui.labels import PROGRESS, STAGE_WORDS, progress_of
from toggle_core.ui.times import duration
from toggle_core.words import GATES, Stage

SOON: Final = 0.08
"""The least that is drawn of the segment that is worked on, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar.

    Attributes:
        title: below it.
        stages: that belong to it.
        end: how much of the way lies behind a run at its end, from 0 to 1.
        width: beside the other segments.
    """

    title: str
    stages: frozenset[Stage]
    end: float
    width: float


PLAN: Final = Segment(
    "Plan",
    frozenset({Stage.QUEUED, Stage.PLANNING, Stage.REVIEWING}),
    PROGRESS[Stage.REVIEWING],
    1.2,
)
CODE: Final = Segment("Code", frozenset({Stage.CODING}), PROGRESS[Stage.CHECKING], 2.4)
CHECKS: Final = Segment(
    "Checks and promises",
    frozenset({Stage.CHECKING, Stage.REPAIRING}),
    PROGRESS[Stage.RESPONDING],
    4.5,
)
FINISH: Final = Segment("Finish", frozenset({Stage.RESPONDING, Stage.DONE}), 1.0, 1.0)


def reached(run_id: UUID, progress: float) -> float:
    """How far a run is for this viewer: never less than what the page has shown before.

    Args:
        run_id: of the run.
        progress: as it stands, from 0 to 1.
    """
    shown: dict[UUID, float] = st.session_state.setdefault("progress", {})
    shown[run_id] = max(progress, shown.get(run_id, 0.0))
    return shown[run_id]


def share_of(run: Run, checked: int) -> float:
    """How much of the way lies behind a run, from 0 to 1.

    Args:
        run: in any stage.
        checked: checks of the present attempt that have ended.
    """
    behind = progress_of(run)
    if run.stage is not Stage.CHECKING:
        return behind
    return behind + (CHECKS.end - behind) * min(1.0, checked / len(GATES))


def heading_of(run: Run, checked: int) -> str:
    """What is being done, such as ``Checking the code: 3 of 9 done``.

    Args:
        run: that is waiting or worked on.
        checked: checks of the present attempt that have ended.
    """
    words = STAGE_WORDS[run.stage]
    if run.stage is not Stage.CHECKING:
        return words
    again = " again" if run.attempt > 1 else ""
    return f"{words}{again}: {checked} of {len(GATES)} done"


def progress_bar(run: Run, checked: int, took: Mapping[Stage, float]) -> None:
    """Show the stages of a run side by side, filled as far as it has come.

    Args:
        run: that is waiting or worked on.
        checked: checks of the present attempt that have ended.
        took: seconds that each stage took which has ended, by stage.
    """
    share = reached(run.id, share_of(run, checked))
    segments = (PLAN, CODE, CHECKS, FINISH) if run.production else (PLAN, CODE, FINISH)
    starts = (0.0, *(segment.end for segment in segments))
    drawn = "".join(
        _drawn(segment, _filled(share, start, segment.end), run.stage, took)
        for segment, start in zip(segments, starts, strict=False)
    )
    now = round(share * 100)
    label = html.escape(heading_of(run, checked), quote=True)
    st.html(
        f'<div class="stages" role="progressbar" aria-label="{label}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{now}">{drawn}</div>'
    )


def _filled(share: float, start: float, end: float) -> float:
    return min(1.0, max(0.0, (share - start) / (end - start)))


def _drawn(segment: Segment, filled: float, stage: Stage, took: Mapping[Stage, float]) -> str:
    is_now = stage in segment.stages
    seconds = sum(took.get(each, 0.0) for each in segment.stages - {Stage.QUEUED, Stage.REVIEWING})
    time = f"<span>, {duration(seconds)}</span>" if filled >= 1 and seconds and not is_now else ""
    percent = 100 * max(filled, SOON if is_now else 0.0)
    return (
        f'<div class="{"stage now" if is_now else "stage"}" style="flex-grow: {segment.width}">'
        f'<span class="way"><span style="width: {percent:.0f}%"></span></span>'
        f'<span class="stage_title">{segment.title}{time}</span></div>'
    )
