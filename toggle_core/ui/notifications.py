"""Notifications when a watched run ends, and the title of the browser's tab."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.runs.model import Run, RunBrief
from toggle_core.ui.labels import is_moving, progress_of, standing_of, standing_word
from toggle_core.ui.text import as_label, task_line

APP: Final = "Production Toggle"
TASK_LENGTH: Final = 60


def watch(run_id: UUID) -> None:
    """Remember a run for as long as this visit lasts, or until its end was shown."""
    _watched().add(run_id)


def watched() -> frozenset[UUID]:
    """The runs that the viewer waits for."""
    return frozenset(_watched())


def notify_finished(runs: Mapping[UUID, RunBrief], *, shown: UUID | None = None) -> None:
    """Show a notification, once, for each watched run that has ended or waits for a review.

    Args:
        runs: the watched ones by their ids, and maybe others.
        shown: the run whose page this is, which says so itself.
    """
    for run in runs.values():
        if run.id in _watched() and not is_moving(run):
            _watched().discard(run.id)
            if run.id == shown:
                continue
            look = standing_of(run).value
            words = f"**{standing_word(run)}:** {as_label(task_line(run.task, TASK_LENGTH))}"
            st.toast(words, icon=f":material/{look.icon}:")


def title_of(run: Run) -> None:
    """Let the title of the browser's tab tell how far a run is, or how it stands."""
    moving = is_moving(run)
    word = f"{progress_of(run):.0%}" if moving else standing_word(run)
    st.set_page_config(page_title=f"{word} · {task_line(run.task, TASK_LENGTH)} · {APP}")


def title_of_count(page: str, working: int) -> None:
    """Let the title of the browser's tab tell how many runs are worked on.

    Args:
        page: its name.
        working: how many.
    """
    st.set_page_config(page_title=f"{f'{working} working · ' if working else ''}{page} · {APP}")


def _watched() -> set[UUID]:
    run_ids: set[UUID] = st.session_state.setdefault("watched", set())
    return run_ids
