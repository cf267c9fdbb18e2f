"""The head of a run's page: its task, how it stands, and when it was."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from toggle_core.runs.model import Run
from toggle_core.ui.badges import standing_badge, verdict_badge
from toggle_core.ui.notifications import title_of
from toggle_core.ui.text import as_label, one_line, visible
from toggle_core.ui.times import duration, when
from toggle_core.ui.zones import viewer_zone

TITLE_LENGTH: Final = 80
NAME_LENGTH: Final = 60


def run_title(run: Run) -> None:
    """The task as a title; a long one shortened, with the whole text to unfold."""
    short = one_line(run.task, TITLE_LENGTH)
    st.title(as_label(short), anchor=False)
    title_of(run)


def run_badges(run: Run) -> None:
    """How the run stands, what built it, when and for whom; a long task as a whole."""
    zone = viewer_zone()
    by = f" by {as_label(one_line(run.submitted_by, NAME_LENGTH))}" if run.submitted_by else ""
    words = [f"submitted {when(run.created_at, zone, datetime.now(UTC))}{by}"]
    if run.started_at and run.finished_at:
        words.append(f"took {duration((run.finished_at - run.started_at).total_seconds())}")
    builder = f":gray-badge[:material/handyman: {as_label(run.builder)}]"
    version = f":gray-badge[:material/history: v{run.version}]" if run.version > 1 else ""
    badges = f"{standing_badge(run)} {verdict_badge(run)} {version} {builder}"
    st.markdown(f"{badges}  :gray[{', '.join(words)}]")
    if one_line(run.task, TITLE_LENGTH) != run.task:
        with st.expander("The whole task", key="whole_task"):
            st.text(visible(run.task))
