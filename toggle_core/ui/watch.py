"""Runs that the viewer waits for: a word when one has ended, and the title of the browser's tab."""

from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.runs.model import Run, RunSummary
from toggle_core.runs.query import RunFilter
from toggle_core.runs.reads import list_runs
from toggle_core.startup import services
from toggle_core.ui.text import as_label, one_line
from toggle_core.ui.words import PROGRESS, is_moving, standing_of

APP: Final = "Production Toggle"
TASK_LENGTH: Final = 60


def watch(run_id: UUID) -> None:
    """Remember a run for as long as this visit lasts, or until it has been told of."""
    _watched().add(run_id)


def tell_finished() -> None:
    """Say of each run that is watched that it has ended, or waits for a review; once.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    watched = _watched()
    if not watched:
        return
    for run in list_runs(services().database, RunFilter(ids=tuple(watched))).runs:
        if not is_moving(run):
            watched.discard(run.id)
            look = standing_of(run).value
            words = f"**{look.word}:** {as_label(one_line(run.task, TASK_LENGTH))}"
            st.toast(words, icon=f":material/{look.icon}:")


def title_of(run: Run | RunSummary) -> None:
    """Let the title of the browser's tab tell how far a run is, or how it stands."""
    moving = is_moving(run)
    word = f"{PROGRESS[run.stage]:.0%}" if moving else standing_of(run).value.word
    st.set_page_config(page_title=f"{word} · {one_line(run.task, TASK_LENGTH)} · {APP}")


def title_of_count(page: str, working: int) -> None:
    """Let the title of the browser's tab tell how many runs are worked on.

    Args:
        page: its name.
        working: how many.
    """
    st.set_page_config(page_title=f"{f'{working} working · ' if working else ''}{page} · {APP}")


def _watched() -> set[UUID]:
    watched: set[UUID] = st.session_state.setdefault("watched", set())
    return watched
