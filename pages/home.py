"""Build: submit a task, and watch what is happening."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from toggle_core.errors import DatabaseAway
from toggle_core.runs.cursor import Cursor
from toggle_core.runs.model import RunSummary
from toggle_core.runs.query import RunFilter
from toggle_core.runs.reads import PAGE_LIMIT, count_runs, list_runs
from toggle_core.startup import services
from toggle_core.ui.cards import CARDS, cards
from toggle_core.ui.live import live
from toggle_core.ui.prompt import ideas, prompt
from toggle_core.ui.receipt import receipt
from toggle_core.ui.run_list import RECENT, run_list
from toggle_core.ui.watch import tell_finished, title_of_count
from toggle_core.ui.words import is_moving
from toggle_core.words import Status

RECENT_RUNS = 10
PROCESSING = RunFilter(status=Status.PROCESSING)


def happening() -> bool:
    """Show the receipt, what waits for a review, what is being worked on, and the newest runs.

    Each has a place of its own that stays: else, when a part above it comes or goes, the browser
    shows the part below twice for a moment.
    """
    database = services().database
    newest = list_runs(database, limit=RECENT_RUNS).runs
    page = list_runs(database, PROCESSING, limit=PAGE_LIMIT, cursor=Cursor.last_page())
    processing = page.runs[::-1]
    active = [run for run in processing if is_moving(run)]
    waiting = [run for run in processing if not is_moving(run)]
    with st.container(key="receipt_place"):
        if submitted := st.session_state.get("receipt"):
            for run in list_runs(database, RunFilter(ids=(submitted,))).runs:
                receipt(run)
    with st.container(key="waiting_place"):
        if waiting:
            on_cards("Waiting for you", waiting, len(waiting))
    with st.container(key="now_place"):
        if active:
            count = count_runs(database, PROCESSING) - len(waiting)
            on_cards("Happening now", active, count)
    title_of_count("Build", len(active))
    tell_finished()
    with st.container(key="newest_place"):
        if newest:
            st.header("Recent runs", anchor=False)
            run_list(newest, RECENT, key="recent")
            st.page_link("runs.py", label="All runs", icon=":material/arrow_forward:", help="")
        else:
            how_it_works()
    return bool(active)


def on_cards(title: str, runs: Sequence[RunSummary], count: int) -> None:
    """Show cards for what has been there for longest, and how many others there are."""
    st.header(title, anchor=False)
    cards(runs[:CARDS])
    if others := count - len(runs[:CARDS]):
        st.caption(f"And {others:,} more.")


def how_it_works() -> None:
    """Explain the page to who has never been here."""
    st.header("How it works", anchor=False)
    st.markdown(
        "1. Say in a sentence what you need, or pick an example above.\n"
        "2. Press **Submit Task** and watch the plan and the code being written and checked.\n"
        "3. Read the result here and download it as a project that runs on your computer."
    )


with st.container(key="hero", gap="small"):
    st.title("What should we build today?", anchor=False)
    st.markdown("Describe it in your own words. We plan it, write it and check it while you watch.")
prompt()
with suppress(DatabaseAway):  # The live part says so, and comes back by itself.
    ideas(services().builder.ideas)
live(happening)
