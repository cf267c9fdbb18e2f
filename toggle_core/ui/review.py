"""The plan that waits for a person's word: read it, change it, approve or reject it."""

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from toggle_core.runs import control
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.asking import ask
from toggle_core.ui.promise_review import changes_of, promise_review, promises_to_send
from toggle_core.ui.run_overview import prose
from toggle_core.ui.text import visible
from toggle_core.words import ERROR_LIMIT, PLAN_LIMIT


def plan_review(run: Run) -> None:
    """Show the plan with what can be said to it.

    Args:
        run: whose stage is ``reviewing``.
    """
    st.info(
        "**This plan waits for you.** Nothing is written until you approve it. Take your time. It "
        "will wait for days, even if the app is restarted.",
        icon=":material/rate_review:",
    )
    editing = f"editing_{run.id.hex}"
    typed = f"plan_{run.id.hex}"
    if st.session_state.get(editing):
        st.session_state.setdefault(typed, visible(run.plan or ""))
        st.text_area(
            "The plan",
            key=typed,
            height=420,
            max_chars=PLAN_LIMIT,
            persist_state="session",
            help="Plain text. Headings, lists and emphasis of Markdown are kept.",
        )
    else:
        prose(_shown_plan(run, typed))
    promise_review(run)
    with st.container(horizontal=True, vertical_alignment="center", key="review_actions"):
        if st.session_state.get(editing):
            _button("Approve with changes", "approve_changed", _approve, run, typed)
            _button("Done editing", "stop_editing", _edit, editing, False)
        else:
            _button("Approve", "approve", _approve, run, typed)
            _button("Edit the plan", "edit_plan", _edit, editing, True)
        with st.popover("Reject", icon=":material/close:", key="reject_box"):
            _rejection(run.id)
        if changes := changes_of(run):
            words = "1 change" if changes == 1 else f"{changes} changes"
            st.caption(f"With your {words} to what will be checked.", width="content")


def _button(label: str, key: str, pressed: Callable[..., None], *args: object) -> None:
    main = label.startswith("Approve")
    st.button(
        label,
        key=key,
        type="primary" if main else "secondary",
        icon=":material/check:" if main else None,
        on_click=pressed,
        args=args,
    )


def _rejection(run_id: UUID) -> None:
    st.caption("The run ends, and its plan is kept. You can run it again later.")
    st.text_input("Why? (optional)", key="reject_reason", max_chars=ERROR_LIMIT)
    st.button("Reject this plan", key="reject", on_click=_reject, args=(run_id,))


def _edit(key: str, on: bool) -> None:
    st.session_state[key] = on


def _shown_plan(run: Run, typed: str) -> str:
    """The plan as it stands on the page: as it was written, or as a person has changed it."""
    changed: str | None = st.session_state.get(typed)
    return run.plan or "" if changed is None else changed


def _approve(run: Run, typed: str) -> None:
    """Approve what is shown, changes included."""
    shown = _shown_plan(run, typed)
    plan = None if shown in {run.plan, visible(run.plan or "")} else shown
    ask(lambda: control.approve(services().database, run.id, plan, promises_to_send(run)))


def _reject(run_id: UUID) -> None:
    reason: str = st.session_state.reject_reason
    ask(lambda: control.reject(services().database, run_id, reason))
