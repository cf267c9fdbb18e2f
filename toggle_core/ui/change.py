"""Ask for a change: a new run that starts from the files of one that has ended."""

from uuid import UUID

import streamlit as st

from toggle_core.builders.advice import has_form
from toggle_core.builders.protocol import can_continue
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.advice import connect_link
from toggle_core.ui.asking import ask_for_run, press_of
from toggle_core.ui.change_form import change_form, missing_form
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
    builder = services().builder
    if not can_continue(builder):
        fields = builder.fields(run.task) if has_form(builder) else ()
        if fields and run.builder == builder.name:
            change_form(run, fields)
            missing_form(run, fields)
        with st.container(key="change_by_model", gap="small"):
            st.caption("For any other change to a finished project, connect a chat model.")
            connect_link()
        return
    typed = f"change_{run.id.hex}"
    with st.container(border=True, key="change", gap="small"):
        st.text_area(
            "Ask for a change",
            key=typed,
            height=110,
            max_chars=TASK_LIMIT,
            placeholder="For example: add a search box, and sort by date",
            persist_state="session",
        )
        st.button(
            "Build the change",
            key="build_change",
            icon=":material/edit:",
            width="stretch",
            on_click=_continue,
            args=(run.id, typed),
        )
        st.caption("This creates a new version. The current one stays as it is.")


def request_change(run_id: UUID, purpose: str, request: str) -> bool:
    """Make the run that changes another one; return whether it was made.

    Args:
        run_id: of the run to start from.
        purpose: of the button, so that pressing it twice makes one run.
        request: what to change.
    """
    opened = services()
    key = press_of(run_id, purpose, request)
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
    return receipt is not None


def _continue(run_id: UUID, typed: str) -> None:
    if request_change(run_id, "change", st.session_state[typed]):
        st.session_state[typed] = ""
