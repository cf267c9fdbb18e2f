"""Run: one run, from its plan to its files."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import streamlit as st

from toggle_core.errors import RunNotFound
from toggle_core.history.briefs import get_briefs
from toggle_core.history.checkpoints import timeline as list_checkpoints
from toggle_core.history.project_versions import list_versions
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.attempts import list_attempts
from toggle_core.runs.model import Event, Run, RunBrief
from toggle_core.runs.partial_output import get_partial_output
from toggle_core.runs.preview import preview_of
from toggle_core.runs.webhooks import list_deliveries
from toggle_core.startup import services
from toggle_core.ui.address import follow_address, write_address
from toggle_core.ui.change import change
from toggle_core.ui.checkpoints import checkpoints_view
from toggle_core.ui.checks import checks_view
from toggle_core.ui.comparison import COMPARE_PAGE, compare_address
from toggle_core.ui.deliveries import deliveries_view
from toggle_core.ui.differences import comparisons, differences_view
from toggle_core.ui.empty import empty
from toggle_core.ui.fixing import needs_fix
from toggle_core.ui.labels import is_moving
from toggle_core.ui.live import live
from toggle_core.ui.notifications import notify_finished, watch, watched
from toggle_core.ui.preview import preview_view
from toggle_core.ui.project import code_view
from toggle_core.ui.review import plan_review
from toggle_core.ui.run_actions import run_actions
from toggle_core.ui.run_head import run_badges, run_title
from toggle_core.ui.run_list import RUN_PAGE, TASK_LENGTH
from toggle_core.ui.run_overview import overview, partial_output, plan_view, refusal_of
from toggle_core.ui.steps import steps_of
from toggle_core.ui.text import as_label, task_line
from toggle_core.ui.timeline import timeline
from toggle_core.versions.lineage import files_before
from toggle_core.words import Stage, Status


def tab_changed() -> None:
    """Write the tab into the address."""
    write_address(tab=st.session_state.tab)


def run() -> bool:
    """Show the run, as far as it has come."""
    database = services().database
    try:
        found = get_run(database, run_id)
    except RunNotFound:
        nothing("There is no such run.", "It may have been deleted, or the link is wrong.")
        return False
    refused = refusal_of(found) is not None
    with st.container(horizontal=True, vertical_alignment="top", key="run_head"):
        run_title(found, list_versions(database, found.project_id))
        run_actions(found, refused=refused)
    run_badges(found)
    known = get_briefs(database, watched() | ({found.parent_id} if found.parent_id else set()))
    comes_from(found, known)
    if refused:  # There is nothing to look at but what can be done.
        overview(found)
        notify_finished(known)
        return False
    events = list_events(database, found.id)
    if is_moving(found):
        show_tabs(tabs_of(found, events))
        watch(found.id)
    else:
        made, beside = st.columns([2.3, 1], gap="medium")
        with made:
            show_tabs(tabs_of(found, events))
        with beside:
            change(found)
            timeline(steps_of(found, events))
    notify_finished(known)
    return is_moving(found)


def show_tabs(tabs: Mapping[str, Callable[[], None]]) -> None:
    """Show the tab that the address asks for, the first where it asks for none."""
    follow_address("tab", default=next(iter(tabs)), known=tabs)
    for tab, show in zip(
        st.tabs(list(tabs), key="tab", on_change=tab_changed), tabs.values(), strict=True
    ):
        if tab.open:
            with tab:
                show()


def tabs_of(found: Run, events: Sequence[Event]) -> Mapping[str, Callable[[], None]]:
    """What there is to see of a run: first what waits for a person, or the preview."""
    database = services().database
    seen = preview_of(found)
    reviewing = found.stage is Stage.REVIEWING
    plan = {"Plan": lambda: plan_review(found)} if reviewing else {}
    preview = {"Preview": lambda: preview_view(found, seen)}
    others = {
        "Overview": lambda: about(found, events),
        "Plan": plan.get("Plan", lambda: plan_view(found)),
        "Code": lambda: code_view(found),
        "Checks": lambda: checks_view(found, list_attempts(database, found.id)),
        "Diff": lambda: differences(found),
        "Timeline": lambda: history(found),
    }
    first = reviewing or needs_fix(found) or is_moving(found) or not seen
    return (plan | others | preview) if first else preview | others


def about(found: Run, events: Sequence[Event]) -> None:
    """Show what came of the run, or how far its answer has grown."""
    overview(found, events)
    if found.status is Status.PROCESSING:
        partial_output(get_partial_output(services().database, found.id))


def history(found: Run) -> None:
    """Show the steps that are kept, and who was told of the end."""
    database = services().database
    checkpoints_view(found, list_checkpoints(database, found.id))
    deliveries_view(list_deliveries(database, found.id))


def differences(found: Run) -> None:
    """Show what differs between the attempts, and from the run it comes from."""
    database = services().database
    attempts = list_attempts(database, found.id)
    differences_view(comparisons(found.files, files_before(database, found), attempts))


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
