"""Chart of what stops runs."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from toggle_core.history.filter_text import filter_to_text
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.reasons import reasons
from toggle_core.insights.rows import Selection
from toggle_core.store.database import Database
from toggle_core.ui.charts import GRAY, HEIGHT, ORANGE, card, draw
from toggle_core.ui.labels import REASON_WORDS

HISTORY_PAGE: Final = "runs.py"

THICKEST_BAR: Final = 18

BY_PEOPLE: Final = frozenset({"rejected", "cancelled"})


def reasons_chart(database: Database, selection: Selection) -> None:
    """What stops runs, the most frequent first; each bar leads to its runs."""
    rows = reasons(database, selection)
    with card("What stops runs", Insight.REASONS, selection):
        if not rows:
            st.caption("Nothing has stopped a run in this period.")
            return
        st.caption("Click a bar to see its runs.")
        frame = pd.DataFrame(
            [
                {
                    "reason": REASON_WORDS.get(row.reason, row.reason),
                    "runs": row.runs,
                    "colour": GRAY if row.reason in BY_PEOPLE else ORANGE,
                    "address": f"/runs?{urlencode(parameters_of(row.reason, selection))}",
                }
                for row in rows
            ]
        )
        thickness = min(THICKEST_BAR, 0.7 * HEIGHT / len(frame))
        bars = alt.Chart(frame).mark_bar(cornerRadius=2, size=thickness)
        draw(
            bars.encode(
                alt.X("runs:Q", title=None, axis=alt.Axis(tickMinStep=1)),
                alt.Y("reason:N", title=None, sort=None, axis=alt.Axis(labelLimit=190)),
                alt.Color("colour:N", scale=None),
                alt.Href("address:N"),
                tooltip=[
                    alt.Tooltip("reason:N", title="Reason"),
                    alt.Tooltip("runs:Q", title="Runs"),
                ],
            ),
            "What stops runs",
        )
        with st.expander("As a list", key="reasons_list"):
            for row in rows:
                st.page_link(
                    HISTORY_PAGE,
                    label=f"{REASON_WORDS.get(row.reason, row.reason)} :gray[{row.runs:,}]",
                    icon="",
                    help="",
                    query_params=parameters_of(row.reason, selection),
                )


def parameters_of(reason: str, selection: Selection) -> dict[str, str]:
    """The address's parameters with which the history shows the runs of a bar.

    Args:
        reason: a word of ``words.REASON_CODES``.
        selection: which runs.
    """
    return filter_to_text(replace(selection.as_filter(), reason_code=reason))
