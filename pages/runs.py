"""Runs: the history, newest first."""

from urllib.parse import urlencode

import streamlit as st

from toggle_core.runs.query import SEARCH_LIMIT, RunFilter
from toggle_core.runs.reads import EXACT_COUNT, count_runs, list_runs
from toggle_core.startup import services
from toggle_core.ui.address import follow_address, write_address
from toggle_core.ui.empty import empty
from toggle_core.ui.live import live
from toggle_core.ui.pager import cursor_in_url, pager
from toggle_core.ui.picking import is_picking, picked_actions, picking_switch
from toggle_core.ui.run_list import HISTORY, run_list
from toggle_core.ui.watch import tell_finished
from toggle_core.ui.words import ALL_RUNS, FILTER_WORDS, count_in_words, is_moving
from toggle_core.words import Status

RUNS_ON_A_PAGE = 25


def wanted() -> RunFilter:
    """The filter that is set right now."""
    state = st.session_state
    status = None if state.status == ALL_RUNS else Status(state.status)
    return RunFilter(status=status, search=state.q)


def filter_changed() -> None:
    """Write the filter into the address, and begin at the newest run."""
    state = st.session_state
    status = "" if state.status == ALL_RUNS else state.status
    write_address(q=state.q, status=status, cursor="")


def history() -> bool:
    """Show one page of the runs that are wanted."""
    st.session_state.list_address = st.query_params.to_dict()
    database = services().database
    tell_finished()
    page = list_runs(database, wanted(), limit=RUNS_ON_A_PAGE, cursor=cursor_in_url())
    if not page.runs:
        nothing()
        return False
    picked_actions(page.runs)
    run_list(page.runs, HISTORY, key="history", pick=is_picking())
    with st.container(horizontal=True, vertical_alignment="center", key="pager"):
        pager(page)
        st.space("stretch")
        if not is_picking():
            picking_switch()
        count = count_runs(database, wanted())
        st.caption(count_in_words(count, exact_up_to=EXACT_COUNT), width="content")
    return any(is_moving(run) for run in page.runs)


def nothing() -> None:
    """Say why the list is empty, and what to do."""
    if wanted() == RunFilter() and cursor_in_url() is None:
        box = empty("Nothing has been built yet.", "What you submit is kept here.")
        box.page_link("home.py", label="Build something", icon=":material/edit_note:", help="")
        return
    box = empty("No run matches.", "Try another word or another status.")
    if box.button("Show all runs", key="show_all"):
        write_address(q="", status="", cursor="")
        st.rerun()  # All of the page: the filters stand outside of the part that refreshes.


follow_address("q", limit=SEARCH_LIMIT)
follow_address("status", default=ALL_RUNS, known=FILTER_WORDS)

st.title("Runs", anchor=False)
with st.container(horizontal=True, vertical_alignment="center", key="filters"):
    st.text_input(
        "Search",
        key="q",
        type="search",
        live="400ms",
        placeholder="Search tasks",
        label_visibility="collapsed",
        width=230,
        max_chars=SEARCH_LIMIT,
        on_change=filter_changed,
    )
    st.segmented_control(
        "Status",
        list(FILTER_WORDS),
        format_func=FILTER_WORDS.__getitem__,
        required=True,
        key="status",
        label_visibility="collapsed",
        wrap=True,
        on_change=filter_changed,
    )
    st.space("stretch")
    asked = {"status": wanted().status, "q": wanted().search.strip()}
    query = urlencode({name: value for name, value in asked.items() if value})
    st.link_button("Export CSV", f"/api/runs.csv?{query}", key="export", icon=":material/download:")
live(history)
