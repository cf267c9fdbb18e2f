"""Runs: the history, newest first."""

from contextlib import suppress

import streamlit as st

from toggle_core.errors import DatabaseAway
from toggle_core.history.briefs import get_briefs
from toggle_core.history.query import SEARCH_LIMIT, RunFilter
from toggle_core.history.reads import EXACT_COUNT, count_runs, list_runs
from toggle_core.startup import services
from toggle_core.ui.address import follow_address, write_address
from toggle_core.ui.empty import empty
from toggle_core.ui.export_menu import export_menu
from toggle_core.ui.filters import filters_menu, order_by, show_filter, wanted_runs, wanted_sort
from toggle_core.ui.history_columns import HISTORY, chosen_columns, columns_menu, history_of
from toggle_core.ui.labels import count_in_words, is_moving
from toggle_core.ui.live import live
from toggle_core.ui.notifications import notify_finished, watched
from toggle_core.ui.pager import cursor_in_url, nearest, page_size, pager, size_menu
from toggle_core.ui.picking import is_picking, picked_actions, picked_outcome, picking_switch
from toggle_core.ui.pictures import fronts_of
from toggle_core.ui.run_list import run_list
from toggle_core.ui.state_tabs import state_tabs
from toggle_core.ui.theme import columns_css
from toggle_core.ui.views_menu import views_menu
from toggle_core.ui.zones import zone_name


def search_changed() -> None:
    """Write the search into the address, and begin at the first run."""
    write_address(q=st.session_state.q, cursor="")


def history() -> bool:
    """Show one page of the runs that are wanted."""
    st.session_state.list_address = st.query_params.to_dict()
    database = services().database
    notify_finished(get_briefs(database, watched()))
    wanted, sort = wanted_runs(), wanted_sort()
    cursor = cursor_in_url(sort)
    page = list_runs(database, wanted, sort=sort, limit=page_size(), cursor=cursor)
    if not page.runs and cursor is not None:
        page = list_runs(database, wanted, sort=sort, limit=page_size(), cursor=nearest(cursor))
    picked_outcome()
    if not page.runs:
        nothing()
        return False
    count = count_runs(database, wanted)
    picked_actions(page.runs, count, wanted)
    shown = history_of(chosen_columns())
    if shown != HISTORY:
        st.html(f"<style>{columns_css(shown)}</style>")
    fronts = fronts_of(database, page.runs, "runs")
    run_list(page.runs, shown, pick=is_picking(), sort=sort, order=order_by, fronts=fronts)
    with st.container(horizontal=True, vertical_alignment="center", key="pager"):
        st.caption(
            f"{count_in_words(count, exact_up_to=EXACT_COUNT)}. Times are in {zone_name()}.",
            width="content",
        )
        st.space("stretch")
        if not is_picking():
            picking_switch()
        size_menu(count)
        pager(page, sort)
    return any(is_moving(run) for run in page.runs)


def nothing() -> None:
    """Say why the list is empty, and what to do."""
    if wanted_runs() == RunFilter():
        box = empty("Nothing has been built yet.", "What you submit is kept here.")
        box.page_link("home.py", label="Build something", icon=":material/edit_note:", help="")
        return
    box = empty("No run matches.", "Try another word, or fewer filters.")
    if box.button("Show all runs", key="show_all"):
        show_filter(RunFilter())
        st.rerun()  # All of the page: the filters stand outside of the part that refreshes.


follow_address("q", limit=SEARCH_LIMIT)

with st.container(horizontal=True, vertical_alignment="center", key="runs_head"):
    st.title("Runs", anchor=False, width="content")
    st.space("stretch")
    with st.container(width="content"):
        export_menu()
with st.container(horizontal=True, vertical_alignment="center", key="filters"):
    st.text_input(
        "Search",
        key="q",
        type="search",
        live="400ms",
        placeholder="Search tasks, or leave some out: -bakery",
        label_visibility="collapsed",
        max_chars=SEARCH_LIMIT,
        on_change=search_changed,
    )
    with suppress(DatabaseAway):  # The live part says so, and comes back by itself.
        filters_menu()
        views_menu()
    columns_menu()
state_tabs(wanted_runs())
live(history)
