"""Insights: what the history comes to."""

import streamlit as st
from altair.utils.schemapi import debug_mode

from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import Selection
from toggle_core.startup import services
from toggle_core.ui.costs import cost_chart
from toggle_core.ui.empty import empty
from toggle_core.ui.evidence_charts import promises_chart, strength_chart, verdicts_chart
from toggle_core.ui.figures import figures_row
from toggle_core.ui.insight_filters import chosen_selection
from toggle_core.ui.insights import (
    attempts_chart,
    hours_chart,
    runs_chart,
    stages_chart,
    success_chart,
    tokens_table,
)
from toggle_core.ui.live import live
from toggle_core.ui.reasons_chart import gates_chart, reasons_chart

COUNTING_SECONDS = 1.0


@debug_mode(False)
def charts() -> bool:
    """Show every chart, and again while days are still being counted.

    Altair would check each part of a chart when it is made, and all of them once more when it is
    drawn: without the first it takes half the time.
    """
    opened = services()
    selection = chosen_selection(opened.database)
    pending = count_changed_days(opened.database, seconds=COUNTING_SECONDS)
    if pending:
        days = "1 day is" if pending == 1 else f"{pending:,} days are"
        st.caption(f"{days} still being counted. This page updates by itself.")
    above = st.container()
    if runs_chart(opened.database, selection):
        with above:
            figures_row(opened.database, selection)
        left, right = st.columns(2)
        with left:
            promises_chart(opened.database, selection)
            success_chart(opened.database, selection)
            gates_chart(opened.database, selection)
        with right:
            reasons_chart(opened.database, selection)
            strength_chart(opened.database, selection)
            stages_chart(opened.database, selection)
        left, right = st.columns(2)
        with left:
            verdicts_chart(opened.database, selection)
        with right:
            attempts_chart(opened.database, selection)
        left, right = st.columns(2)
        with left:
            cost_chart(opened, selection)
        with right:
            tokens_table(opened, selection)
        hours_chart(opened.database, selection)
    else:
        nothing(narrowed=selection != Selection(selection.created_from))
    return bool(pending)


def nothing(*, narrowed: bool) -> None:
    """Say that there are no runs, and what to do.

    Args:
        narrowed: whether filters may be the reason.
    """
    if narrowed:
        empty("No run matches.", "Choose a longer period, or fewer filters.")
        return
    box = empty("There is nothing to count yet.", "It begins with the first run of this period.")
    box.page_link("home.py", label="Build something", icon=":material/edit_note:", help="")


st.title("Insights", anchor=False)
live(charts)
