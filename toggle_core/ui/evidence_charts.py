"""Charts of what verdicts rest on: promises, the strength of tests, kinds of evidence."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pandas as pd
import streamlit as st

from toggle_core.insights import evidence
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.rows import Selection
from toggle_core.store.database import Database
from toggle_core.ui.charts import (
    GRAY,
    ORANGE,
    TEAL,
    VIOLET,
    card,
    day_bars,
    frame_of,
    moment,
    share_line,
)
from toggle_core.ui.labels import EVIDENCE_WORDS
from toggle_core.words import Evidence

OUTCOMES: Final = MappingProxyType(
    {"kept": ("Kept", TEAL), "broken": ("Broken", ORANGE), "untried": ("Yours to try", VIOLET)}
)
"""What can become of a promise, as it is said and in which colour."""

KINDS: Final = MappingProxyType({Evidence.PROMISES: TEAL, Evidence.CHECKS: GRAY})

PERCENT: Final = 100


def promises_chart(database: Database, selection: Selection) -> None:
    """What became of the promises of each day."""
    rows = evidence.promises_per_day(database, selection)
    with card("Promises", Insight.PROMISES, selection):
        if not rows:
            st.caption("No promise was tried in this period.")
            return
        st.caption("Of all runs of a day, as their last attempt left them.")
        frame = pd.DataFrame(
            [
                {"day": moment(row.day), "what": word, "number": getattr(row, name)}
                for row in rows
                for name, (word, _) in OUTCOMES.items()
            ]
        )
        day_bars(frame, dict(OUTCOMES.values()), selection, "Promises per day")


def strength_chart(database: Database, selection: Selection) -> None:
    """The median strength of the tests of each day."""
    rows = evidence.strength_per_day(database, selection)
    with card("Strength of tests", Insight.STRENGTH, selection):
        if not rows:
            st.caption("No tests were put to the proof in this period.")
            return
        st.caption("Share of planned mistakes that tests noticed: the median of each day.")
        frame = frame_of(rows, day=moment, median=lambda percent: percent / PERCENT)
        share_line(frame, "median", selection, "Strength of tests", runs="Runs")


def verdicts_chart(database: Database, selection: Selection) -> None:
    """How many verdicts of each day rest on which kind of evidence."""
    rows = evidence.verdicts_per_day(database, selection)
    with card("What verdicts rest on", Insight.VERDICTS, selection):
        if not rows:
            st.caption("Nothing was checked in this period.")
            return
        frame = pd.DataFrame(
            [
                {
                    "day": moment(row.day),
                    "what": EVIDENCE_WORDS[row.evidence],
                    "number": row.ready + row.works + row.not_ready,
                }
                for row in rows
            ]
        )
        colours: Mapping[str, str] = {EVIDENCE_WORDS[kind]: KINDS[kind] for kind in KINDS}
        day_bars(frame, colours, selection, "What verdicts rest on")
