"""Runs: the history, newest first."""

from urllib.parse import urlencode

import streamlit as st

from toggle_core.runs.query import SEARCH_LIMIT, RunFilter
from toggle_core.runs.reads import EXACT_COUNT, count_runs, list_runs
from toggle_core.startup import services
from toggle_core.ui.empty import empty
from toggle_core.ui.live import live
from toggle_core.ui.pager import cursor_in_url, pager, to_newest
from toggle_core.ui.run_list import HISTORY, run_list
from toggle_core.ui.words import ALL_RUNS, STATUS_WORDS, count_in_words, status_of_word
from toggle_core.words import Status

RUNS_ON_A_PAGE = 25


def wanted() -> RunFilter:
    """The filter that is set right now."""
    state = st.session_state
    return RunFilter(status=status_of_word(state.status), search=state.q or "")


def history() -> bool:
    """Show one page of the runs that are wanted."""
    database = services().database
    page = list_runs(database, wanted(), limit=RUNS_ON_A_PAGE, cursor=cursor_in_url())
    if not page.runs:
        nothing()
        return False
    run_list(page.runs, HISTORY, key="history")
    with st.container(horizontal=True, vertical_alignment="center", key="pager"):
        pager(page)
        st.space("stretch")
        count = count_runs(database, wanted())
        st.caption(count_in_words(count, exact_up_to=EXACT_COUNT), width="content")
    return any(run.status is Status.PROCESSING for run in page.runs)


def nothing() -> None:
    """Say why the list is empty, and what to do."""
    if wanted() == RunFilter() and cursor_in_url() is None:
        box = empty("Nothing has been built yet.", "What you submit is kept here.")
        box.page_link("home.py", label="Build something", icon=":material/edit_note:", help="")
        return
    box = empty("No run matches.", "Try another word or another status.")
    if box.button("Show all runs", key="show_all", on_click=to_newest):
        st.session_state.without_filters = True
        st.rerun()


if st.session_state.pop("without_filters", False):
    st.session_state.q = ""
    st.session_state.status = ALL_RUNS
elif (status_in_url := st.query_params.get("status")) in STATUS_WORDS:
    # A link may name a status as the API does.
    st.query_params["status"] = STATUS_WORDS[Status(status_in_url)]
    st.rerun()

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
        on_change=to_newest,
        bind="query-params",
    )
    st.segmented_control(
        "Status",
        [ALL_RUNS, *STATUS_WORDS.values()],
        default=ALL_RUNS,
        required=True,
        key="status",
        label_visibility="collapsed",
        wrap=True,
        on_change=to_newest,
        bind="query-params",
    )
    st.space("stretch")
    asked = {"status": wanted().status, "q": wanted().search.strip()}
    query = urlencode({name: value for name, value in asked.items() if value})
    st.link_button("Export CSV", f"/api/runs.csv?{query}", key="export", icon=":material/download:")
live(history)
