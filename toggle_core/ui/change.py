"""Ask for a change: a new run that starts from the files of one that has ended."""

from uuid import UUID

import streamlit as st

from toggle_core.builders.protocol import can_continue
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.asking import ask_for_run, press_of
from toggle_core.ui.login import submitter
from toggle_core.versions.lineage import continue_run
from toggle_core.words import TASK_LIMIT


def change(run: Run) -> None:
    """Offer to ask for a change, or say what is needed for it.

    Args:
        run: any; nothing is shown for one that is processing or has no files.
    """
    if run.finished_at is None or not run.files:
        return
    if not can_continue(services().builder):
        st.caption(
            "To ask for changes to a finished project, connect a chat model: "
            "**Settings** says how. The built-in builder starts every project from scratch."
        )
        return
    typed = f"change_{run.id.hex}"
    with st.container(border=True, key="change", gap="small"):
        st.text_area(
            "Ask for a change",
            key=typed,
            height=80,
            max_chars=TASK_LIMIT,
            placeholder="For example: add a search box, and sort by date",
            persist_state="session",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("This creates a new version. The current one stays as it is.")
            st.button(
                "Build the change",
                key="build_change",
                icon=":material/edit:",
                on_click=_continue,
                args=(run.id, typed),
            )


def _continue(run_id: UUID, typed: str) -> None:
    opened = services()
    request: str = st.session_state[typed]
    key = press_of(run_id, "change", request)
    receipt = ask_for_run(
        lambda: continue_run(
            opened.database,
            run_id,
            request,
            builder=opened.builder.name,
            idempotency_key=key,
            intake=opened.intake,
            submitted_by=submitter(),
        )
    )
    if receipt is not None:
        st.session_state[typed] = ""
