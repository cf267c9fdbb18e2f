"""Cards for the projects that were finished last."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.runs.model import RunSummary
from toggle_core.ui.badges import short_badge
from toggle_core.ui.labels import evidence_line, verdict_word
from toggle_core.ui.project_faces import Face, faces_of, picture
from toggle_core.ui.run_list import RUN_PAGE
from toggle_core.ui.text import as_label, one_line, project_title
from toggle_core.ui.times import when
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import Status

MOST: Final = 3
NAME_LENGTH: Final = 60


def latest_of_projects(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """The latest finished version of each project.

    Args:
        runs: the newest first.

    Returns:
        At most ``MOST``, the newest first.
    """
    latest: dict[UUID, RunSummary] = {}
    for run in runs:
        if run.status is Status.COMPLETED:
            latest.setdefault(run.project_id, run)
    return list(latest.values())[:MOST]


def project_cards(runs: Sequence[RunSummary]) -> None:
    """Show projects side by side: what each looks like, how it stands, and the ways to it.

    Args:
        runs: one of each project.
    """
    faces = faces_of(runs)
    for column, run in zip(st.columns(MOST), runs, strict=False):
        key = f"card_{run.id.hex}"
        with column.container(border=True, key=key, gap="small", height="stretch"):
            _card(run, faces.get(run.id))


def _card(run: RunSummary, face: Face | None) -> None:
    name = one_line(project_title(run.project_name), NAME_LENGTH)
    with st.container(key=f"picture_{run.id.hex}", gap=None):
        picture(face, name)
    with st.container(horizontal=True, vertical_alignment="center", key=f"named_{run.id.hex}"):
        st.markdown(f"**{as_label(name)}**", width="stretch")
        st.markdown(f":gray[v{run.version}]", width="content")
        st.markdown(short_badge(run), width="content")
    ended = when(run.finished_at or run.created_at, viewer_zone(), datetime.now(UTC))
    st.caption(f"{evidence_line(run) or verdict_word(run)}, {ended}")
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center", key=f"ways_{run.id.hex}"):
        opening = face.opening if face else None
        if opening is not None and not opening.reason:
            st.link_button(opening.words, opening.address, icon=opening.icon, help=opening.help)
        query = {"id": str(run.id)}
        st.page_link(RUN_PAGE, label="See it", icon="", help="", query_params=query)
