"""The timeline of a run: one line for each step."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from toggle_core.ui.steps import Step
from toggle_core.ui.times import clock, duration
from toggle_core.ui.zones import viewer_zone


def timeline(steps: Sequence[Step]) -> None:
    """Show steps with the time of day of each; a click on one tells how long it took.

    Args:
        steps: oldest first.
    """
    zone = viewer_zone()
    st.header("Steps", anchor=False)
    with st.container(key="timeline", gap="small"):
        for step in steps:
            ended = step.at if step.seconds is None else step.at + timedelta(seconds=step.seconds)
            label = f"{step.text}  :gray[:small[{clock(ended, zone)}]]"
            if step.state == "waiting":
                st.expander(label, type="step", icon=":material/rate_review:")
                continue
            shown = st.status(label, type="step", state=step.state)
            if step.seconds is not None:
                shown.caption(f"This took {duration(step.seconds)}.")
