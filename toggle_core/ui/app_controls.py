"""The made program, to be used: in a tab or on the page, its data kept, copied or cleared."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.apps import stored
from toggle_core.apps.audit import AppEvent, record
from toggle_core.apps.opening import start_fresh
from toggle_core.apps.programs import can_be_opened, command_of
from toggle_core.apps.service import app_service
from toggle_core.history.reads import get_run
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.asking import ask
from toggle_core.ui.login import submitter
from toggle_core.ui.opening import OPEN
from toggle_core.ui.text import visible

FRAME_PIXELS: Final = 600

KEPT: Final = "What you enter in the app stays with this version."
KEPT_FILES: Final = (
    "Try it to use the program in a terminal. Files it saves stay with this version."
)
SLEEPS: Final = "In a new tab. It sleeps after ten idle minutes, and wakes when you come back."
IN_A_TERMINAL: Final = "In a new tab, with a terminal. Nothing to install, and no network."
LOG: Final = "What the app prints, as it happens. In a new tab."
TOO_MUCH: Final = (
    ":material/warning: The app has stored more than 16 MB. What is new since then will be lost "
    "when it stops: download what you need from the app now, or start fresh."
)


def can_open(run: Run) -> bool:
    """Whether a run has a program that can be opened.

    Args:
        run: finished or not.
    """
    return app_service() is not None and can_be_opened(run)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a person opens the program of a run.

    Attributes:
        run_id: of the run.
        words: of the button.
        icon: of the button.
        help: what happens then.
        reason: why nothing can be opened on this machine; empty where it can.
    """

    run_id: UUID
    words: str
    icon: str
    help: str
    reason: str

    @property
    def address(self) -> str:
        """Where the button leads."""
        return f"{OPEN}{self.run_id}"


def opening_of(run: Run) -> Opening | None:
    """How the program of a run is opened; None where it has none that can be.

    Args:
        run: finished or not.
    """
    service = app_service()
    if service is None or not can_be_opened(run):
        return None
    reason = service.reason
    if command_of(run) is not None:
        return Opening(run.id, "Open the app", ":material/open_in_new:", SLEEPS, reason)
    return Opening(run.id, "Try it", ":material/terminal:", IN_A_TERMINAL, reason)


def open_button(run: Run) -> None:
    """The button that opens a run's program; nothing where there is none to open.

    Args:
        run: finished or not.
    """
    found = opening_of(run)
    if found is None:
        return
    if found.reason:
        # A link that is disabled is still a link to those who do not see that it is grey.
        reason = f"Apps cannot be opened here: {found.reason}"
        st.button(found.words, key="cannot_open", icon=found.icon, disabled=True, help=reason)
        return
    if command_of(run) is not None:
        address = f"{found.address}?log=1"
        st.link_button("Log", address, type="tertiary", icon=":material/notes:", help=LOG)
    st.link_button(found.words, found.address, type="primary", icon=found.icon, help=found.help)


def app_view(run: Run) -> bool:
    """Show the app in a frame of its own host, where a person wants to use it on the page.

    Args:
        run: finished or not.

    Returns:
        Whether it is shown, in place of its picture.
    """
    service = app_service()
    if service is None or service.reason or command_of(run) is None:
        return False
    state, shown, loaded = st.session_state, f"use_{run.id.hex}", f"loaded_{run.id.hex}"
    with st.container(horizontal=True, vertical_alignment="center", key="app_frame_head"):
        if not state.get(shown):
            st.caption("Use the app on this page, or open it in its own tab.", width="stretch")
            st.button(
                "Use it here",
                key="use_here",
                icon=":material/touch_app:",
                on_click=state.__setitem__,
                args=(shown, True),
            )
            return False
        st.markdown("**Click and type:** :gray[this is the real app.]", width="stretch")
        st.button(
            "Close",
            key="close_app",
            type="tertiary",
            on_click=state.__setitem__,
            args=(shown, False),
        )
    with st.container(border=True, key="app_frame", gap=None):
        address = f"{OPEN}{run.id}?loaded={state.get(loaded, 0)}"
        st.iframe(address, height=FRAME_PIXELS, alt="The app")
    return True


def app_notes(run: Run) -> None:
    """What is kept of a run's app, how it ended, and what can be done about both.

    Args:
        run: finished or not.
    """
    service = app_service()
    if service is None or service.reason or not can_be_opened(run):
        return
    is_web = command_of(run) is not None
    database = services().database
    state = service.state_of(run.id)
    kept = stored.stored_of(database, run.id)
    with st.container(horizontal=True, vertical_alignment="center", key="app_notes"):
        st.caption(KEPT if is_web else KEPT_FILES, width="stretch")
        if kept.size or state.running:
            st.button(
                "Start fresh",
                key="start_fresh",
                type="tertiary",
                icon=":material/restart_alt:",
                help="Forget everything that was entered in this app.",
                on_click=_start_fresh,
                args=(run.id,),
            )
    if kept.too_large:
        st.caption(TOO_MUCH)
    if state.asleep and is_web:
        st.caption(f"{state.asleep} It wakes when you open it.")
    if state.sentence and is_web:
        st.markdown(f"**{state.sentence}** Open the app to start it again.")
        if state.words.strip():
            st.code(visible(state.words), None, wrap_lines=True)
    if not (kept.size or kept.generation or state.running):
        _offer_copy(run)


def _offer_copy(run: Run) -> None:
    """Ask whether the app should begin with what was entered in the version before."""
    database = services().database
    if run.parent_id is None or run.version <= 1:
        return
    if not stored.stored_of(database, run.parent_id).size:
        return
    before = get_run(database, run.parent_id)
    with st.container(horizontal=True, vertical_alignment="center", key="app_copy"):
        st.caption(
            f"This version starts empty. v{before.version} has data: start with a copy of it?",
            width="stretch",
        )
        st.button(
            f"Copy from v{before.version}",
            key="copy_data",
            icon=":material/content_copy:",
            on_click=_copy,
            args=(before.id, run.id),
        )


def _start_fresh(run_id: UUID) -> None:
    ask(lambda: start_fresh(services().database, run_id, submitter()))
    _load_again(run_id)


def _copy(source: UUID, target: UUID) -> None:
    def copied() -> None:
        person = submitter()
        if stored.copy(services().database, source, target):
            record(AppEvent.COPIED, target, person)

    ask(copied)
    _load_again(target)


def _load_again(run_id: UUID) -> None:
    """Let a frame load its app anew, with a pass for the data as they are now."""
    loaded = f"loaded_{run_id.hex}"
    st.session_state[loaded] = st.session_state.get(loaded, 0) + 1
