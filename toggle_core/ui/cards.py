"""Cards for what is being worked on right now."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from toggle_core.runs.model import RunBrief
from toggle_core.ui.badges import standing_badge
from toggle_core.ui.labels import STAGE_WORDS, progress_of
from toggle_core.ui.progress import reached
from toggle_core.ui.run_list import run_link
from toggle_core.words import Stage

CARDS: Final = 3


def cards(runs: Sequence[RunBrief]) -> None:
    """Show runs side by side, first what has been worked on for longest, last what waits.

    Args:
        runs: that are being processed, at most ``CARDS``.
    """
    ordered = sorted(runs, key=lambda run: (run.stage is Stage.QUEUED, run.created_at))
    for column, run in zip(st.columns(CARDS), ordered, strict=False):
        with column.container(border=True, key=f"card_{run.id.hex}", gap="small"):
            st.markdown(standing_badge(run))
            run_link(run)
            st.progress(reached(run.id, progress_of(run)), text=STAGE_WORDS[run.stage])
