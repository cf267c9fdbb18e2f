"""What can be done with a run: cancel it, continue it, run it again, pass it on, download it."""

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

import streamlit as st

from toggle_core.errors import ToggleError
from toggle_core.runs import control
from toggle_core.runs.model import Receipt, Run
from toggle_core.startup import services
from toggle_core.ui.errors import tell_refusal
from toggle_core.ui.project import download
from toggle_core.ui.run_list import RUN_PAGE
from toggle_core.words import Status


def run_actions(run: Run) -> None:
    """Buttons for what is possible right now.

    Args:
        run: as it stands.
    """
    with st.container(horizontal=True, width="content", key="run_actions"):
        if run.status is Status.PROCESSING:
            _cancel_button(run)
        elif run.status in {Status.FAILED, Status.CANCELLED}:
            st.button(
                "Continue",
                key="retry",
                icon=":material/resume:",
                help="Go on from the last step that worked.",
                on_click=_retry,
                args=(run.id,),
            )
        if run.status is not Status.PROCESSING:
            st.button(
                "Run again",
                key="run_again",
                icon=":material/replay:",
                help="Build the same task once more, from the start.",
                on_click=_run_again,
                args=(run.id, st.session_state.setdefault("again", uuid4())),
            )
        with st.popover("Share", icon=":material/link:", key="share"):
            st.caption("Whoever can open this app can open this link.")
            st.code(_address(run), language=None, wrap_lines=True)
        if run.files:
            download(run)
    if sentence := st.session_state.pop("action_refusal", None):
        tell_refusal(sentence)
    if successor := st.session_state.pop("successor", None):
        st.switch_page(RUN_PAGE, query_params={"id": str(successor)})


def _cancel_button(run: Run) -> None:
    asked = run.cancel_requested_at is not None
    st.button(
        "Cancelling" if asked else "Cancel",
        key="cancel",
        icon=":material/cancel:",
        disabled=asked,
        help="It stops at its next step. What was made until then is kept.",
        on_click=_cancel,
        args=(run.id,),
    )


def _cancel(run_id: UUID) -> None:
    _try(lambda: control.cancel(services().database, run_id))


def _retry(run_id: UUID) -> None:
    _try(lambda: control.retry(services().database, run_id))


def _run_again(run_id: UUID, press: UUID) -> None:
    """Submit the task once more.

    Args:
        run_id: of the run.
        press: of the button: a second press of the same one finds the run of the first.
    """
    opened = services()
    key = str(uuid5(run_id, press.hex))
    receipt = _try(
        lambda: control.run_again(
            opened.database, run_id, builder=opened.builder.name, idempotency_key=key
        )
    )
    if receipt is not None:
        st.session_state.successor = receipt.task_id
        st.session_state.again = uuid4()


def _try(ask: Callable[[], Receipt]) -> Receipt | None:
    """Ask for something; a refusal is kept for the page to tell."""
    try:
        return ask()
    except ToggleError as error:
        st.session_state.action_refusal = str(error)
        return None


def _address(run: Run) -> str:
    """Where this page is for the viewer, without what else the address holds."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{here.path}?id={run.id}"
