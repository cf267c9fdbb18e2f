"""Build: submit a task, and watch what is happening."""

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from toggle_core.errors import DatabaseAway
from toggle_core.history.briefs import get_briefs, list_processing
from toggle_core.history.reads import list_runs
from toggle_core.runs.model import RunBrief
from toggle_core.startup import services
from toggle_core.store.snapshot import at_one_moment
from toggle_core.ui.cards import CARDS, cards
from toggle_core.ui.live import live
from toggle_core.ui.notifications import notify_finished, title_of_count, watched
from toggle_core.ui.pictures import fronts_of
from toggle_core.ui.project_cards import latest_of_projects, project_cards
from toggle_core.ui.prompt import ideas, prompt
from toggle_core.ui.receipt import receipt
from toggle_core.ui.run_list import RECENT, run_list
from toggle_core.ui.splash import TITLE

RECENT_RUNS = 10


def happening() -> bool:
    """Show the receipt, what waits for a review or is worked on, projects and the newest runs.

    Each has a place of its own that stays: else, when a part above it comes or goes, the browser
    shows the part below twice for a moment.
    """
    submitted = st.session_state.get("receipt")
    # Receipt, cards and list say the same of a run.
    with at_one_moment(services().database) as now:
        newest = list_runs(now, limit=RECENT_RUNS).runs
        processing = list_processing(now, CARDS)
        known = get_briefs(now, watched() | ({submitted} if submitted else set()))
        received = known.get(submitted)
        fronts = fronts_of(now, [received], "receipt") if received else {}
    with st.container(key="receipt_place"):
        if received:
            receipt(received, fronts.get(received.id, ""))
    with st.container(key="waiting_place"):
        if processing.in_review:
            on_cards("Waiting for you", processing.in_review, processing.in_review_count)
    with st.container(key="now_place"):
        if processing.moving:
            on_cards("Happening now", processing.moving, processing.moving_count)
    with st.container(key="projects_place"):
        if projects := latest_of_projects(newest):
            st.header("Your projects", anchor=False)
            project_cards(projects)
    title_of_count("Build", processing.moving_count)
    notify_finished(known)
    with st.container(key="newest_place"):
        if newest:
            st.header("Recent runs", anchor=False)
            run_list(newest, RECENT)
            st.page_link("runs.py", label="All runs", icon=":material/arrow_forward:", help="")
        else:
            how_it_works()
    return bool(processing.moving)


def on_cards(title: str, runs: Sequence[RunBrief], count: int) -> None:
    """Show cards for what has been there for longest, and how many others there are."""
    st.header(title, anchor=False)
    cards(runs)
    if others := count - len(runs):
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
    st.title(TITLE, anchor=False)
    st.markdown("Describe it in your own words. We plan it, write it and check it while you watch.")
prompt()
with suppress(DatabaseAway):  # The live part says so, and comes back by itself.
    ideas(services().builder.ideas)
live(happening)
