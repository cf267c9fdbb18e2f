"""The timeline of a run: one line for each step."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from toggle_core.ui.steps import Step
from toggle_core.ui.times import clock, duration
from toggle_core.ui.zones import viewer_zone

WORTH_SECONDS: Final = 1.0
"""Least time that is shown beside a step."""


def timeline(steps: Sequence[Step]) -> None:
    """Show steps with the time of day at which each ended, and how long it took.

    What took less than a second shows that after a click.

    Args:
        steps: oldest first.
    """
    zone = viewer_zone()
    st.header("Steps", anchor=False)
    with st.container(key="timeline", gap="small"):
        for step in steps:
            ended = step.at if step.seconds is None else step.at + timedelta(seconds=step.seconds)
            took = step.seconds or 0.0
            facts = [clock(ended, zone), *([duration(took)] if took >= WORTH_SECONDS else [])]
            label = f"{step.text}  :gray[:small[{', '.join(facts)}]]"
            if step.state == "waiting":
                st.expander(label, type="step", icon=":material/rate_review:")
                continue
            shown = st.status(label, type="step", state=step.state)
            if step.seconds is not None:
                shown.caption(f"This took {duration(step.seconds)}.")
