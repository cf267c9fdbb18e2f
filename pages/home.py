"""Build: submit a task, and watch what is happening."""

from contextlib import suppress

import streamlit as st

from toggle_core.errors import DatabaseAway
from toggle_core.runs.cursor import OLDEST_PAGE
from toggle_core.runs.query import RunFilter
from toggle_core.runs.reads import count_runs, list_runs
from toggle_core.startup import services
from toggle_core.ui.cards import CARDS, cards
from toggle_core.ui.live import live
from toggle_core.ui.prompt import ideas, prompt
from toggle_core.ui.receipt import receipt
from toggle_core.ui.run_list import RECENT, run_list
from toggle_core.words import Status

RECENT_RUNS = 10
PROCESSING = RunFilter(status=Status.PROCESSING)


def happening() -> bool:
    """Show the receipt, what is being worked on, and the newest runs."""
    database = services().database
    newest = list_runs(database, limit=RECENT_RUNS).runs
    active = list_runs(database, PROCESSING, limit=CARDS, cursor=OLDEST_PAGE).runs
    if submitted := st.session_state.get("receipt"):
        for run in list_runs(database, RunFilter(ids=(submitted,))).runs:
            receipt(run)
    if active:
        st.subheader("Happening now", anchor=False)
        cards(active)
        if others := count_runs(database, PROCESSING) - len(active):
            st.caption(f"And {others:,} more.")
    if newest:
        st.subheader("Recent runs", anchor=False)
        run_list(newest, RECENT, key="recent")
        st.page_link("runs.py", label="All runs", icon=":material/arrow_forward:", help="")
    else:
        st.subheader("How it works", anchor=False)
        st.markdown(
            "1. Say in a sentence what you need, or pick an example above.\n"
            "2. Press **Submit Task** and watch the plan and the code being written and checked.\n"
            "3. Read the result here and download it as a project that runs on your computer."
        )
    return bool(active)


with st.container(key="hero", gap="small"):
    st.title("What should we build today?", anchor=False)
    st.markdown("Describe it in your own words. We plan it, write it and check it while you watch.")
prompt()
with suppress(DatabaseAway):  # The live part says so, and comes back by itself.
    ideas(services().builder.ideas)
live(happening)
