"""Charts of what stops runs, and of the checks that fail: each bar leads to its runs."""

from dataclasses import replace
from typing import Final

import streamlit as st

from toggle_core.history.filter_text import filter_to_text
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.queries import gate_outcomes
from toggle_core.insights.reasons import reasons
from toggle_core.insights.rows import GateOutcomes, Selection
from toggle_core.store.database import Database
from toggle_core.ui.charts import GRAY, ORANGE, LinkedBar, card, linked_bars
from toggle_core.ui.labels import REASON_WORDS

BY_PEOPLE: Final = frozenset({"rejected", "cancelled"})


def reasons_chart(database: Database, selection: Selection) -> None:
    """What stops runs, the most frequent first."""
    rows = reasons(database, selection)
    with card("What stops runs", Insight.REASONS, selection):
        if not rows:
            st.caption("Nothing has stopped a run in this period.")
            return
        st.caption("Click a bar to see its runs.")
        bars = [
            LinkedBar(
                REASON_WORDS.get(row.reason, row.reason),
                row.runs,
                GRAY if row.reason in BY_PEOPLE else ORANGE,
                parameters_of(row.reason, selection),
            )
            for row in rows
        ]
        linked_bars(bars, "Reason", "What stops runs", key="reasons_list")


def gates_chart(database: Database, selection: Selection) -> None:
    """In how many runs each check did not pass, the most frequent first."""
    rows = gate_outcomes(database, selection)
    with card("Checks that fail most", Insight.GATES, selection):
        if not rows:
            st.caption("Nothing was checked in this period.")
            return
        failed = [row for row in rows if row.failed_runs]
        if not failed:
            st.caption("Every check that was carried out has passed.")
            return
        st.caption("Runs in which the check failed at least once. Click a bar to see them.")
        bars = [
            LinkedBar(
                row.gate,
                row.failed_runs,
                ORANGE,
                parameters_of_check(row.gate, selection),
                attempts_in_words(row),
            )
            for row in failed
        ]
        linked_bars(bars, "Check", "Checks that fail most", key="gates_list")


def attempts_in_words(row: GateOutcomes) -> str:
    """How often a check failed, such as ``failed in 17 of 60 attempts (28 %)``."""
    judged = row.passed + row.failed
    attempts = "attempt" if judged == 1 else "attempts"
    return f"failed in {row.failed:,} of {judged:,} {attempts} ({100 * row.failure_rate:.0f} %)"


def parameters_of(reason: str, selection: Selection) -> dict[str, str]:
    """The address's parameters with which the history shows the runs of a reason.

    Args:
        reason: a word of ``words.REASON_CODES``.
        selection: which runs.
    """
    return filter_to_text(replace(selection.as_filter(), reason_code=reason))


def parameters_of_check(gate: str, selection: Selection) -> dict[str, str]:
    """The address's parameters with which the history shows the runs in which a check failed.

    Args:
        gate: a word of ``words.GATES``.
        selection: which runs.
    """
    return filter_to_text(replace(selection.as_filter(), failed_check=gate))
