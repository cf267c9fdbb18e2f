"""What came of a run, in a few sentences; and its plan."""

import streamlit as st

from toggle_core.runs.model import Run
from toggle_core.ui.labels import PROGRESS, STAGE_WORDS, Standing, standing_of
from toggle_core.ui.promises import agreed_view
from toggle_core.ui.text import as_html, as_label, visible


def overview(run: Run) -> None:
    """Show the result, how far the run is, or what went wrong and what to do."""
    match standing_of(run):
        case Standing.WAITING | Standing.WORKING:
            st.progress(PROGRESS[run.stage], text=STAGE_WORDS[run.stage])
            st.caption("This page follows the run by itself. You can also leave and come back.")
        case Standing.TO_REVIEW:
            st.info(
                "The plan is written and waits for you. Read it under **Plan**: nothing else is "
                "done until you approve it.",
                icon=":material/rate_review:",
            )
        case Standing.CANCELLED:
            st.info("This run was cancelled. What it had made until then is kept.")
            _again(run)
        case _ if run.error:
            st.error(as_label(run.error), icon=":material/error:")
            st.markdown("Your task is saved. Try different wording and submit it again.")
            _again(run)
    if run.response:
        prose(run.response)


def partial_output(text: str | None) -> None:
    """Show the end of what a model is writing, where one is."""
    if text:
        with st.container(height=280, border=True, autoscroll=True, key="growing"):
            prose(text)


def plan_view(run: Run) -> None:
    """Show the plan, or say that there is none."""
    if run.plan:
        prose(run.plan)
        agreed_view(run)
    elif run.finished_at:
        st.caption("There is no plan: the run stopped before it was written.")
    else:
        st.caption("The plan is not written yet.")


def prose(markdown: str) -> None:
    """Show Markdown that others wrote."""
    st.html(f'<div class="prose">{as_html(markdown)}</div>')


def _again(run: Run) -> None:
    if st.button("Edit and try again", key="again", icon=":material/edit_note:"):
        st.session_state.task = visible(run.task)
        st.switch_page("home.py")
