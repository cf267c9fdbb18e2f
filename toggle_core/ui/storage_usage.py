"""The storage and retention section of Settings."""

from datetime import UTC, datetime

import streamlit as st

from toggle_core.locations import COMMAND
from toggle_core.status.storage_usage import Kept, in_words, size_in_words
from toggle_core.store.retention import Policy
from toggle_core.store.sweeping import Sweep
from toggle_core.ui.times import when
from toggle_core.ui.zones import viewer_zone


def keeping(kept: Kept, policy: Policy) -> None:
    """Show what is kept for how long, and how much room it takes.

    Args:
        kept: what the database knows.
        policy: what the settings say.
    """
    sizes = kept.sizes
    st.header("Storage and retention", anchor=False)
    st.markdown(f":material/history: {in_words(policy)}")
    st.markdown(
        f":material/hard_drive: Database **{size_in_words(sizes.whole)}**: "
        f"runs {size_in_words(sizes.runs)}, checkpoints {size_in_words(sizes.steps)}, "
        f"event log {size_in_words(sizes.events)}, pictures {size_in_words(sizes.pictures)}."
    )
    st.markdown(f":material/mop: {_last(kept.last_sweep)}")
    st.caption(
        "Change it with TOGGLE\\_KEEP\\_HISTORY\\_DAYS and TOGGLE\\_KEEP\\_CHECKPOINTS\\_DAYS in "
        f"the file `.env`. `{COMMAND} backup FILE` writes everything into one file."
    )


def _last(sweep: Sweep | None) -> str:
    """What the last sweep did, in a sentence."""
    if sweep is None or sweep.ended_at is None:
        return "Last clean-up: not yet. A worker cleans up every ten minutes."
    at = when(sweep.ended_at, viewer_zone(), datetime.now(UTC))
    done = sweep.done
    if not done.checkpoints:
        return f"Last clean-up: {at}. Nothing was old enough to remove."
    runs = done.runs_pruned + done.runs_cleared
    steps = "1 step" if done.checkpoints == 1 else f"{done.checkpoints:,} steps"
    of = "1 run" if runs == 1 else f"{runs:,} runs"
    return f"Last clean-up: {at}. Removed {steps} of {of}, about {size_in_words(done.bytes)}."
