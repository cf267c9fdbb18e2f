"""Run: one run, from its plan to its files."""

from collections.abc import Callable, Mapping
from uuid import UUID

import streamlit as st

from toggle_core.errors import RunNotFound
from toggle_core.history.checkpoints import timeline as list_checkpoints
from toggle_core.runs.model import Run, RunBrief
from toggle_core.runs.preview import Preview, preview_of
from toggle_core.runs.webhooks import list_deliveries
from toggle_core.startup import services
from toggle_core.ui.address import follow_address, write_address
from toggle_core.ui.change import change
from toggle_core.ui.checkpoints import checkpoints_view
from toggle_core.ui.checks import checks_view
from toggle_core.ui.comparison import COMPARE_PAGE, compare_address
from toggle_core.ui.deliveries import deliveries_view
from toggle_core.ui.differences import differences_view
from toggle_core.ui.empty import empty
from toggle_core.ui.fixing import needs_fix
from toggle_core.ui.labels import is_moving
from toggle_core.ui.live import live
from toggle_core.ui.notifications import notify_finished, watch, watched
from toggle_core.ui.preview import preview_view
from toggle_core.ui.project import code_view
from toggle_core.ui.review import plan_review
from toggle_core.ui.run_actions import run_actions
from toggle_core.ui.run_frame import RunFrame, read_frame
from toggle_core.ui.run_head import run_badges, run_title
from toggle_core.ui.run_list import RUN_PAGE, TASK_LENGTH
from toggle_core.ui.run_overview import overview, partial_output, plan_view, refusal_of
from toggle_core.ui.steps import steps_of
from toggle_core.ui.text import as_label, task_line
from toggle_core.ui.timeline import timeline
from toggle_core.words import Stage


def tab_changed() -> None:
    """Write the tab into the address."""
    st.session_state.tabs_given = False
    write_address(tab=st.session_state.tab)


def run() -> bool:
    """Show the run, as far as it has come."""
    try:
        frame = read_frame(services().database, run_id, watched())
    except RunNotFound:
        nothing("There is no such run.", "It may have been deleted, or the link is wrong.")
        return False
    found = frame.run
    refused = refusal_of(found) is not None
    with st.container(horizontal=True, vertical_alignment="top", key="run_head"):
        run_title(found, frame.versions)
        run_actions(found, refused=refused)
    run_badges(found)
    comes_from(found, frame.known)
    if refused:  # There is nothing to look at but what can be done.
        overview(found)
        notify_finished(frame.known, shown=found.id)
        return False
    if is_moving(found):
        show_tabs(frame)
        watch(found.id)
    else:
        made, beside = st.columns([2.3, 1], gap="medium")
        with made:
            show_tabs(frame)
        with beside:
            change(found)
            timeline(steps_of(found, frame.events))
    notify_finished(frame.known, shown=found.id)
    return is_moving(found)


def show_tabs(frame: RunFrame) -> None:
    """Show the tab that the address asks for; where it asks for none, the one of most use now."""
    seen = preview_of(frame.run)
    tabs = tabs_of(frame, seen)
    is_seen = bool(seen or frame.pictures)
    follow_address("tab", default=first_tab(frame.run, is_seen=is_seen), known=tabs)
    # Tabs of other names are another widget to Streamlit: what the earlier one has reported does
    # not count for it.
    if st.session_state.get("tabs_drawn") != list(tabs):
        st.session_state.tabs_drawn = list(tabs)
        st.session_state.tabs_given = True
    if st.session_state.tabs_given:
        st.session_state.tab = st.session_state.tab
    for tab, show in zip(
        st.tabs(list(tabs), key="tab", on_change=tab_changed), tabs.values(), strict=True
    ):
        if tab.open:
            with tab:
                show()


def first_tab(found: Run, *, is_seen: bool) -> str:
    """The tab that a run opens with: what waits for a person, what is done, or what was made.

    Args:
        found: the run.
        is_seen: whether there is anything to look at.
    """
    if found.stage is Stage.REVIEWING:
        return "Plan"
    return "Overview" if needs_fix(found) or is_moving(found) or not is_seen else "Preview"


def tabs_of(frame: RunFrame, seen: Preview) -> Mapping[str, Callable[[], None]]:
    """What there is to see of a run, always in the same order."""
    found = frame.run
    tabs: dict[str, Callable[[], None]] = {
        "Preview": lambda: preview_view(found, seen, frame.pictures),
        "Overview": lambda: about(frame),
        "Plan": lambda: (plan_review if found.stage is Stage.REVIEWING else plan_view)(found),
        "Code": lambda: code_view(found),
        "Checks": lambda: checks_view(found, frame.attempts, frame.pictures),
    }
    if frame.compared:
        tabs["Diff"] = lambda: differences_view(frame.compared)
    return tabs | {"Timeline": lambda: history(found)}


def about(frame: RunFrame) -> None:
    """Show what came of the run, or how far its answer has grown."""
    overview(frame.run, frame.events, frame.attempts)
    partial_output(frame.partial_output)


def history(found: Run) -> None:
    """Show the steps that are kept, and who was told of the end."""
    database = services().database
    checkpoints_view(found, list_checkpoints(database, found.id))
    deliveries_view(list_deliveries(database, found.id))


def comes_from(found: Run, known: Mapping[UUID, RunBrief]) -> None:
    """Link to the run that this one comes from, if it still exists.

    Args:
        found: the run.
        known: runs by their ids, its parent among them.
    """
    parent = known.get(found.parent_id) if found.parent_id else None
    if parent is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key="parent"):
        st.markdown(":gray[:material/subdirectory_arrow_right: Based on]", width="content")
        # Not a link: of one to the page it stands on, Streamlit leaves the address as it was.
        name = as_label(task_line(parent.task, TASK_LENGTH))
        if st.button(name, key="open_parent", type="tertiary"):
            st.switch_page(RUN_PAGE, query_params={"id": str(parent.id)})
        st.page_link(
            COMPARE_PAGE,
            label="Compare both",
            icon=":material/compare_arrows:",
            help="",
            query_params=compare_address(parent.id, found.id),
        )


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
