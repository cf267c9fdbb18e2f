"""The text box of the first page: type, submit, get a receipt."""

from typing import Final
from uuid import UUID, uuid4, uuid5

import streamlit as st

from toggle_core.errors import DatabaseAway, ToggleError
from toggle_core.runs.submission import submit
from toggle_core.startup import services
from toggle_core.ui.errors import tell_refusal
from toggle_core.ui.login import submitter
from toggle_core.ui.notifications import watch

PRODUCTION_HELP: Final = (
    "On: what you asked for is tried, the code is checked and repaired, and only called ready when "
    "every check has passed. Off: a quick draft, unchecked."
)

REVIEW_HELP: Final = (
    "On: the run waits after its plan until you have read it. You can change the plan, approve it "
    "or reject it. Off: it goes on by itself."
)


def prompt() -> None:
    """Show the text box, the production toggle and the button.

    What is typed stays: while the page refreshes, on a look at another page, when the task is
    refused and when the database is away.
    """
    state = st.session_state
    attempt = state.setdefault("attempt", uuid4())
    with st.container(border=True, key="prompt", gap="small"):
        st.text_area(
            "What should be built?",
            key="task",
            height=104,
            label_visibility="collapsed",
            placeholder="For example: create a to-do list",
            persist_state="session",
        )
        with st.container(horizontal=True, vertical_alignment="center", key="prompt_actions"):
            _switches()
            st.space("stretch")
            # Each button submits once: after it, its successor carries another attempt.
            st.button(
                "Submit Task",
                key=f"submit_{attempt.hex}",
                type="primary",
                icon=":material/arrow_upward:",
                shortcut="Ctrl+Enter",
                on_click=_submit,
                args=(attempt,),
            )
    if "refusal" in state:
        tell_refusal(state.refusal)


def ideas(examples: tuple[str, ...]) -> None:
    """Offer example tasks; a click puts one into the text box."""
    st.pills(
        "Examples",
        examples,
        key="idea",
        label_visibility="collapsed",
        on_change=_use_idea,
    )


def _switches() -> None:
    st.toggle(
        "Production",
        key="production",
        value=True,
        help=PRODUCTION_HELP,
        persist_state="session",
    )
    st.toggle(
        "Review the plan first",
        key="review",
        help=REVIEW_HELP,
        persist_state="session",
    )


def _use_idea() -> None:
    if st.session_state.idea:
        st.session_state.task = st.session_state.idea
        st.session_state.idea = None


def _submit(attempt: UUID) -> None:
    """Submit what is typed.

    Args:
        attempt: of the button that was pressed. A second press of the same button with the same
            text has the same idempotency key, so that it finds the run of the first.
    """
    state = st.session_state
    state.pop("refusal", None)
    production: bool = state.production
    review: bool = state.review
    try:
        opened = services()
        receipt = submit(
            opened.database,
            state.task,
            builder=opened.builder.name,
            intake=opened.intake,
            production=production,
            review=review,
            idempotency_key=str(uuid5(attempt, f"{production}:{review}:{state.task}")),
            submitted_by=submitter(),
        )
    except DatabaseAway:
        state.refusal = (
            "The task was not submitted, because the database could not be reached. Your text is "
            "kept: press Submit Task again in a few seconds."
        )
    except ToggleError as error:
        state.refusal = str(error)
    else:
        state.receipt = receipt.task_id
        watch(receipt.task_id)
        state.task = ""
        state.attempt = uuid4()
