"""Runs: the history, newest first."""

from urllib.parse import urlencode

import streamlit as st

from toggle_core.errors import CursorRefused
from toggle_core.runs.cursor import Cursor, read_cursor
from toggle_core.runs.query import SEARCH_LIMIT, RunFilter
from toggle_core.runs.reads import EXACT_COUNT, count_runs, list_runs
from toggle_core.startup import services
from toggle_core.ui.live import live
from toggle_core.ui.pager import CURSOR, pager, to_newest
from toggle_core.ui.run_list import HISTORY, run_list
from toggle_core.ui.words import STATUS_WORDS, count_in_words
from toggle_core.words import Status

RUNS_ON_A_PAGE = 25


def history() -> bool:
    """Show one page of the runs that are wanted."""
    database = services().database
    page = list_runs(database, wanted, limit=RUNS_ON_A_PAGE, cursor=here)
    if not page.runs:
        nothing()
        return False
    run_list(page.runs, HISTORY, key="history")
    with st.container(horizontal=True, vertical_alignment="center", key="pager"):
        pager(page)
        st.space("stretch")
        count = count_runs(database, wanted)
        st.caption(count_in_words(count, exact_up_to=EXACT_COUNT), width="content")
    return any(run.status is Status.PROCESSING for run in page.runs)


def nothing() -> None:
    """Say why the list is empty, and what to do."""
    with st.container(border=True, key="empty", horizontal_alignment="center"):
        if wanted == RunFilter() and here is None:
            st.markdown("**Nothing has been built yet.** What you submit is kept here.")
            st.page_link("home.py", label="Build something", icon=":material/edit_note:", help="")
        else:
            st.markdown("**No run matches.** Try another word, or look at all runs.")
            st.button("Show all runs", on_click=show_all, key="show_all")


def show_all() -> None:
    """Take every filter away."""
    st.session_state.q = ""
    st.session_state.status = None
    to_newest()


def cursor_of_link() -> Cursor | None:
    """Where the page begins that the address asks for; at the newest run where that is unclear."""
    text = st.query_params.get(CURSOR)
    try:
        return read_cursor(text) if text else None
    except CursorRefused:
        return None


st.title("Runs", anchor=False)
with st.container(horizontal=True, vertical_alignment="center", key="filters"):
    search = st.text_input(
        "Search",
        key="q",
        type="search",
        live="400ms",
        placeholder="Search tasks",
        label_visibility="collapsed",
        width=230,
        max_chars=SEARCH_LIMIT,
        on_change=to_newest,
        bind="query-params",
    )
    status = st.segmented_control(
        "Status",
        list(Status),
        key="status",
        format_func=STATUS_WORDS.__getitem__,
        label_visibility="collapsed",
        on_change=to_newest,
        bind="query-params",
    )
    st.space("stretch")
    wanted = RunFilter(status=Status(status) if status else None, search=search or "")
    here = cursor_of_link()
    asked = {"status": wanted.status, "q": wanted.search.strip()}
    query = urlencode({name: value for name, value in asked.items() if value})
    st.link_button("Export CSV", f"/api/runs.csv?{query}", key="export", icon=":material/download:")
live(history)
