"""The plan that waits for a person's word: read it, change it, approve or reject it."""

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from toggle_core.gates.promises.review import sentences_of, with_sentences
from toggle_core.runs import control
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.asking import ask
from toggle_core.ui.promises import agreed_view
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
        _edit_promises(run)
    else:
        prose(run.plan or "")
        agreed_view(run)
    with st.container(horizontal=True, key="review_actions"):
        if st.session_state.get(editing):
            _button("Approve with changes", "approve_changed", _approve_changed, run, typed)
            _button("Done editing", "stop_editing", _edit, editing, False)
        else:
            _button("Approve", "approve", _approve, run.id)
            _button("Edit the plan", "edit_plan", _edit, editing, True)
        with st.popover("Reject", icon=":material/close:", key="reject_box"):
            _rejection(run.id)


def _edit_promises(run: Run) -> None:
    """Let the person change, strike and add sentences of what will be checked."""
    if not run.promises:
        return
    typed = _promises_key(run)
    st.session_state.setdefault(typed, visible(sentences_of(run.promises)))
    st.text_area(
        "What will be checked, one sentence a line",
        key=typed,
        height=220,
        persist_state="session",
        help="Delete a line to strike it. A line that you change or add is yours to try: the run"
        " can then end as Works, not as Ready.",
    )


def _promises_key(run: Run) -> str:
    return f"promises_{run.id.hex}"


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


def _approve(run_id: UUID) -> None:
    ask(lambda: control.approve(services().database, run_id))


def _approve_changed(run: Run, typed: str) -> None:
    plan: str = st.session_state[typed]
    sentences: str | None = st.session_state.get(_promises_key(run))
    promises = None
    if run.promises and sentences is not None and sentences != sentences_of(run.promises):
        promises = with_sentences(run.promises, sentences)
    ask(lambda: control.approve(services().database, run.id, plan, promises))


def _reject(run_id: UUID) -> None:
    reason: str = st.session_state.reject_reason
    ask(lambda: control.reject(services().database, run_id, reason))
