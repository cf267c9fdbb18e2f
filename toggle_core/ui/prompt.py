"""The text box of the first page: type, submit, get a receipt."""

import sys
from typing import Final
from uuid import UUID, uuid4, uuid5

import streamlit as st

from toggle_core.errors import DatabaseAway, ToggleError
from toggle_core.runs.submission import submit
from toggle_core.startup import services
from toggle_core.ui.advice import advice_on, hint, refusal_card
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


SYSTEMS: Final = {
    "darwin": "macOS has no sandbox for the checks. Run the compose file instead: "
    "`docker compose up`.",
    "win32": "Windows has no sandbox for the checks. Run the app in WSL 2, or run the compose "
    "file: `docker compose up`.",
}


def no_sandbox(platform: str) -> str:
    """Why nothing can be called ready on a system, and what to do; empty where it can be.

    Args:
        platform: as ``sys.platform`` names it.
    """
    how = SYSTEMS.get(platform)
    return f"**Nothing can be called ready on this computer.** {how}" if how else ""


def prompt() -> None:
    """Show the text box, the production toggle and the button.

    What is typed stays: while the page refreshes, on a look at another page, when the task is
    refused and when the database is away.
    """
    state = st.session_state
    attempt = state.setdefault("attempt", uuid4())
    if sentence := no_sandbox(sys.platform):
        st.info(sentence, icon=":material/shield:")
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
    with st.container(key="advice_place"):
        _advise()


def ideas(examples: tuple[str, ...]) -> None:
    """Offer example tasks; a click puts one into the text box."""
    st.pills(
        "Examples",
        examples,
        key="idea",
        label_visibility="collapsed",
        on_change=_use_idea,
    )


def _advise() -> None:
    """Say what would be built: while typing in a line or two, after a press as a card."""
    state = st.session_state
    advice = advice_on(state.task)
    if advice is None:
        return
    if not advice.builds and state.get("refused_task") == state.task:
        refusal_card(advice, _build)
    elif advice.is_near:
        hint(advice, _use)


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
        _use(st.session_state.idea)
        st.session_state.idea = None


def _use(task: str) -> None:
    st.session_state.task = task


def _build(task: str) -> None:
    _use(task)
    _submit(st.session_state.attempt)


def _submit(attempt: UUID) -> None:
    """Submit what is typed; what would be refused makes no run, but is answered with a card.

    Args:
        attempt: of the button that was pressed. A second press of the same button with the same
            text has the same idempotency key, so that it finds the run of the first.
    """
    state = st.session_state
    state.pop("refusal", None)
    advice = advice_on(state.task)
    if advice is not None and not advice.builds:
        state.refused_task = state.task
        return
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
