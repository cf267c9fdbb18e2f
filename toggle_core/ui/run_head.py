"""The head of a run's page: its project with its versions, how the run stands, and when it was."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.history.project_versions import Version
from toggle_core.runs.model import Run
from toggle_core.ui.badges import standing_badge, verdict_badge
from toggle_core.ui.labels import builder_name, evidence_line
from toggle_core.ui.notifications import title_of
from toggle_core.ui.text import as_label, one_line, project_title, visible
from toggle_core.ui.times import duration, when
from toggle_core.ui.zones import viewer_zone

TITLE_LENGTH: Final = 80
NAME_LENGTH: Final = 60


def run_title(run: Run, versions: Sequence[Version]) -> None:
    """The name of the project as a title, with the ways to its other versions.

    Args:
        run: whose page this is.
        versions: of its project, oldest first.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="run_name"):
        name = as_label(one_line(project_title(run.project_name), TITLE_LENGTH))
        st.title(name, anchor=False, width="content")
        _versions(run, versions)
    title_of(run)


def _versions(run: Run, versions: Sequence[Version]) -> None:
    """A switch between the versions; the number alone where there is no other one."""
    pages = {each.number: each.run_id for each in versions} | {run.version: run.id}
    if len(pages) == 1:
        st.markdown(f":gray-badge[v{run.version}]", width="content")
        return
    key = f"version_{run.id.hex}"
    st.segmented_control(
        "Version",
        sorted(pages),
        format_func=lambda number: f"v{number}",
        default=run.version,
        required=True,
        key=key,
        label_visibility="collapsed",
        width="content",
        on_change=_open_version,
        args=(key, pages),
    )


def _open_version(key: str, pages: dict[int, UUID]) -> None:
    """Let the page lead to the chosen version."""
    st.session_state.successor = pages[st.session_state[key]]


def run_badges(run: Run) -> None:
    """How the run stands, what built it, when and for whom; a long task as a whole."""
    zone = viewer_zone()
    by = f" by {as_label(one_line(run.submitted_by, NAME_LENGTH))}" if run.submitted_by else ""
    words = [f"submitted {when(run.created_at, zone, datetime.now(UTC))}{by}"]
    if run.working_seconds is not None:
        words.append(f"took {duration(run.working_seconds)}")
    task = one_line(run.task, TITLE_LENGTH)
    asked = one_line(run.task.strip().partition("\n")[0], TITLE_LENGTH)
    if asked != one_line(run.project_name, TITLE_LENGTH):
        words.insert(0, f"“{as_label(asked)}”")
    builder = as_label(one_line(builder_name(run.builder), NAME_LENGTH))
    shown = f"{standing_badge(run)} {verdict_badge(run)} :gray-badge[:material/handyman: {builder}]"
    evidence = f" **{line}**" if (line := evidence_line(run)) else ""
    st.markdown(f"{shown}{evidence}  :gray[{', '.join(words)}]")
    if task != run.task:
        with st.expander("The whole task", key="whole_task"):
            st.text(visible(run.task))
