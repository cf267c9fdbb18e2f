"""What can be done with a run: cancel it, continue it, run it again, pass it on, download it."""

from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import streamlit as st

from toggle_core.access.exposure import is_loopback
from toggle_core.runs import control
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.app_controls import can_open, open_button
from toggle_core.ui.asking import ask, ask_for_run, press_of, tell_outcome
from toggle_core.ui.login import submitter
from toggle_core.ui.project import download
from toggle_core.versions import lineage
from toggle_core.words import Status

EVERYWHERE: Final = "Whoever can open this app can open this link."
ONLY_HERE: Final = (
    "This link works on this computer only. To pass the project on, download it, or open the"
    " dashboard at an address of your network."
)


def run_actions(run: Run, *, refused: bool = False) -> None:
    """Buttons for what is possible right now.

    Args:
        run: as it stands.
        refused: whether the builder would refuse the task again, so that nothing is to be repeated.
    """
    with st.container(horizontal=True, width="content", key="run_actions"):
        if run.status is Status.PROCESSING:
            _cancel_button(run)
        elif not refused and run.status in {Status.FAILED, Status.CANCELLED}:
            st.button(
                "Continue",
                key="retry",
                icon=":material/resume:",
                help="Go on from the last step that worked.",
                on_click=_retry,
                args=(run.id,),
            )
        if not refused and run.status is not Status.PROCESSING:
            st.button(
                "Run again",
                key="run_again",
                icon=":material/replay:",
                help="Build the same task once more, from the start.",
                on_click=_run_again,
                args=(run.id, press_of(run.id, "again")),
            )
        with st.popover("Share", icon=":material/link:", key="share"):
            address = _address(run)
            is_here = is_loopback(urlsplit(address).hostname)
            st.caption(ONLY_HERE if is_here else EVERYWHERE)
            st.code(address, language=None, wrap_lines=True)
        if run.files:
            is_main = run.finished_at is not None and not can_open(run)
            download(run, is_main=is_main)
            open_button(run)
    tell_outcome()


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
    ask(lambda: control.cancel(services().database, run_id))


def _retry(run_id: UUID) -> None:
    ask(lambda: control.retry(services().database, run_id))


def _run_again(run_id: UUID, key: str) -> None:
    opened = services()
    ask_for_run(
        lambda: lineage.run_again(
            opened.database,
            run_id,
            builder=opened.builder.name,
            idempotency_key=key,
            intake=opened.intake,
            submitted_by=submitter(),
        )
    )


def _address(run: Run) -> str:
    """Where this page is for the viewer, without what else the address holds."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{here.path}?id={run.id}"
