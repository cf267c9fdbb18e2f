"""The receipt for the task that was submitted last."""

from typing import Final

import streamlit as st

from toggle_core.runs.model import RunBrief
from toggle_core.ui.badges import standing_badge
from toggle_core.ui.labels import Standing, standing_of
from toggle_core.ui.pictures import front_image
from toggle_core.ui.run_list import RUN_PAGE
from toggle_core.ui.text import as_label, task_line

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

WAYS: Final = {
    Standing.WAITING: "Follow it",
    Standing.WORKING: "Follow it",
    Standing.READY: "See it",
    Standing.WORKS: "See it",
    Standing.DRAFT: "See it",
}
"""What the link to the run is called."""

NAME_LENGTH: Final = 70


def receipt(run: RunBrief, front: str = "") -> None:
    """Show what was submitted, how it stands, and the way to it; its id is behind *Details*.

    Args:
        run: what was submitted.
        front: address of a picture of its front page; empty without one.
    """
    standing = standing_of(run)
    name = as_label(task_line(run.task, NAME_LENGTH))
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="receipt"):
        if front:
            front_image(front)
        st.markdown(f"{standing_badge(run)} **{name}** {SENTENCES[standing]}", width="content")
        st.page_link(
            RUN_PAGE,
            label=WAYS.get(standing, "Open it"),
            icon=":material/arrow_forward:",
            help="",
            query_params={"id": str(run.id)},
        )
        with st.popover("Details", type="tertiary", key="receipt_details"):
            st.caption("Id of the run, for the API")
            st.code(str(run.id), None)
