"""The receipt for the task that was submitted last."""

from typing import Final

import streamlit as st

from toggle_core.runs.model import RunBrief
from toggle_core.ui.badges import standing_badge
from toggle_core.ui.labels import Standing, is_moving, standing_of
from toggle_core.ui.run_list import RUN_PAGE

SENTENCES: Final = {
    Standing.WAITING: "is in. Waiting for a free slot.",
    Standing.WORKING: "is in. Building now.",
    Standing.TO_REVIEW: "has a plan that waits for your review.",
    Standing.READY: "is ready.",
    Standing.WORKS: "works. Some of it is left for you to try.",
    Standing.DRAFT: "is built as a quick draft. Nothing was checked.",
    Standing.NEEDS_YOU: "could not be finished.",
    Standing.CANCELLED: "was cancelled.",
}


def receipt(run: RunBrief) -> None:
    """Show the id of a run, how it stands, and the way to it."""
    moving = is_moving(run)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="receipt"):
        st.markdown(
            f"{standing_badge(run)} Task `{run.id}` {SENTENCES[standing_of(run)]}",
            width="content",
        )
        st.page_link(
            RUN_PAGE,
            label="Follow it" if moving else "Open it",
            icon=":material/arrow_forward:",
            help="",
            query_params={"id": str(run.id)},
        )
