"""Chart of what stops runs."""

from types import MappingProxyType
from typing import Final

import altair as alt
import pandas as pd
import streamlit as st

from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.reasons import reasons
from toggle_core.insights.rows import Period
from toggle_core.store.database import Database
from toggle_core.ui.charts import GRAY, HEIGHT, ORANGE, card, draw

WORDS: Final = MappingProxyType(
    {
        "promises": "A promise is broken",
        "tests": "Its own tests fail",
        "proof": "Tests notice too little",
        "start": "It does not start",
        "types": "Type errors",
        "security": "Security problems",
        "lint": "Lint errors",
        "syntax": "Syntax errors",
        "files": "Files missing or unsafe",
        "unchecked": "Not every check was possible",
        "not-built": "The built-in builder cannot",
        "model": "Trouble with the chat model",
        "overdue": "Time limit reached",
        "tokens-used-up": "Token limit reached",
        "build-failed": "It could not be built",
        "fault": "An unexpected error",
        "rejected": "The plan was rejected",
        "cancelled": "Cancelled",
    }
)
"""Each reason in a founder's words."""

THICKEST_BAR: Final = 18

BY_PEOPLE: Final = frozenset({"rejected", "cancelled"})


def reasons_chart(database: Database, period: Period) -> None:
    """What stops runs, the most frequent first."""
    rows = reasons(database, period)
    with card("What stops runs", Insight.REASONS, period):
        if not rows:
            st.caption("Nothing has stopped a run in this period.")
            return
        frame = pd.DataFrame(
            [
                {
                    "reason": WORDS.get(row.reason, row.reason),
                    "runs": row.runs,
                    "colour": GRAY if row.reason in BY_PEOPLE else ORANGE,
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
                tooltip=[
                    alt.Tooltip("reason:N", title="Reason"),
                    alt.Tooltip("runs:Q", title="Runs"),
                ],
            ),
            "What stops runs",
        )
