"""The four figures above the charts, each with its change against the period before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

import streamlit as st

from toggle_core.insights.figures import Figures, figures, period_before
from toggle_core.insights.rows import Selection
from toggle_core.store.database import Database
from toggle_core.ui.times import duration

NO_VALUE: Final = "\N{EN DASH}"
TENTHS: Final = 1
NOTE: Final = (
    "Working time and strength are medians; drafts count in the working time alone, which is an"
    " estimate within 2 %."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """How a figure is shown.

    Attributes:
        title: what it is called.
        value: of the figures of a period; None where there is none.
        words: a value, or a difference of values without its sign.
        more_is: whether more is better (``normal``) or worse (``inverse``).
        unit: behind a difference.
        about: whether it is an estimate.
    """

    title: str
    value: Callable[[Figures], float | None]
    words: Callable[[float], str]
    more_is: Literal["normal", "inverse"] = "normal"
    unit: str = ""
    about: bool = False


def _whole(number: float) -> str:
    return f"{number:,.0f}"


FIGURES: Final = (
    Figure("Ready", lambda each: each.ready, _whole),
    Figure(
        "Ready of checked",
        lambda each: None if each.rate is None else round(each.rate * 100),
        _whole,
        unit=" %",
    ),
    Figure(
        "Working time",
        lambda each: None if each.working_seconds is None else round(each.working_seconds, TENTHS),
        duration,
        "inverse",
        about=True,
    ),
    Figure("Test strength", lambda each: each.strength, _whole, unit=" %"),
)


def figures_row(database: Database, selection: Selection) -> None:
    """Show the figures of a period.

    Args:
        database: where.
        selection: which runs.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    today = datetime.now(UTC).date()
    before = period_before(selection, today)
    now = figures(database, selection)
    then = figures(database, before) if before else None
    with st.container(key="figures"):
        for place, figure in zip(st.columns(len(FIGURES)), FIGURES, strict=True):
            with place:
                _show(figure, now, then)
    if before:
        st.caption(f"{_days(selection, today)}, against {_days(before, today)}. {NOTE}")
    else:
        st.caption(NOTE)


def _show(figure: Figure, now: Figures, then: Figures | None) -> None:
    value = figure.value(now)
    if value is None:
        st.metric(figure.title, NO_VALUE, border=True, height="stretch")
        return
    words = f"{'about ' if figure.about else ''}{figure.words(value)}{figure.unit}"
    earlier = figure.value(then) if then else None
    if earlier is None:
        st.metric(figure.title, words, border=True, height="stretch")
    elif value == earlier:
        st.metric(
            figure.title,
            words,
            "no change",
            "off",
            delta_arrow="off",
            border=True,
            height="stretch",
        )
    else:
        unit = " points" if figure.unit else ""
        change = f"{'+' if value > earlier else '-'}{figure.words(abs(value - earlier))}{unit}"
        st.metric(figure.title, words, change, figure.more_is, border=True, height="stretch")


def _days(selection: Selection, today: date) -> str:
    """The first and the last day: ``1 Nov to 30 Nov``."""
    first = selection.created_from or today
    last = selection.created_to - timedelta(days=1) if selection.created_to else today
    return f"{first.day} {first:%b} to {last.day} {last:%b}"
