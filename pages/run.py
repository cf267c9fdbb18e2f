"""Run: one run, from its plan to its files."""

from uuid import UUID

import streamlit as st

from toggle_core.errors import RunNotFound
from toggle_core.runs.answers import growing_answer
from toggle_core.runs.attempts import list_attempts
from toggle_core.runs.reads import get_run, list_events
from toggle_core.startup import services
from toggle_core.ui.address import follow_address, write_address
from toggle_core.ui.checks import checks_view
from toggle_core.ui.empty import empty
from toggle_core.ui.live import live
from toggle_core.ui.project import code_view
from toggle_core.ui.run_actions import run_actions
from toggle_core.ui.run_head import run_badges, run_title
from toggle_core.ui.run_overview import growing, overview, plan_view
from toggle_core.ui.steps import steps_of
from toggle_core.ui.timeline import timeline
from toggle_core.words import Status

TABS = ("Overview", "Plan", "Code", "Checks")


def tab_changed() -> None:
    """Write the tab into the address."""
    tab = st.session_state.tab
    write_address(tab="" if tab == TABS[0] else tab)


def run() -> bool:
    """Show the run, as far as it has come."""
    database = services().database
    try:
        found = get_run(database, run_id)
    except RunNotFound:
        nothing("There is no such run.", "It may have been deleted, or the link is wrong.")
        return False
    with st.container(horizontal=True, vertical_alignment="top", key="run_head"):
        run_title(found)
        run_actions(found)
    run_badges(found)
    left, right = st.columns([1, 2.3], gap="large")
    with left:
        timeline(steps_of(found, list_events(database, found.id)))
    with right:
        follow_address("tab", default=TABS[0], known=TABS)
        about, plan, code, checks = st.tabs(TABS, key="tab", on_change=tab_changed)
        if about.open:
            with about:
                overview(found)
                if found.status is Status.PROCESSING:
                    growing(growing_answer(database, found.id))
        if plan.open:
            with plan:
                plan_view(found)
        if code.open:
            with code:
                code_view(found)
        if checks.open:
            with checks:
                checks_view(found, list_attempts(database, found.id))
    return found.status is Status.PROCESSING


def nothing(what: str, hint: str) -> None:
    """Say why there is no run to show."""
    box = empty(what, hint)
    box.page_link("runs.py", label="Look at all runs", icon=":material/view_list:", help="")


st.page_link(
    "runs.py",
    label="All runs",
    icon=":material/arrow_back:",
    help="",
    query_params=st.session_state.get("list_address"),
)
asked = st.query_params.get("id")
try:
    run_id = UUID(asked or "")
except ValueError:
    if asked:
        nothing("This link is not complete.", "Copy it again from where you got it.")
    else:
        nothing("No run is chosen.", "Choose one from the list.")
else:
    live(run)
