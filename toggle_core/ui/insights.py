"""The charts of the Insights page. Each can be downloaded as CSV from the API."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from toggle_core.insights import queries
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.rows import DayRuns, Period, model_prices
from toggle_core.startup import Services
from toggle_core.store.database import Database
from toggle_core.ui.labels import STAGE_WORDS, Standing
from toggle_core.ui.text import one_line
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import MEANINGS, Stage, Status, Verdict

PERIODS: Final = {"7 days": 7, "30 days": 30, "90 days": 90, "All": 0}
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HEIGHT: Final = 240
TEAL: Final = "#178577"
YELLOW: Final = "#E0B354"
ORANGE: Final = "#E08A5B"
GRAY: Final = "#A8A29E"
BLUE: Final = "#6EA8E5"
"""Readable on the light and on the dark ground of the theme."""

KINDS: Final = {
    Standing.READY: TEAL,
    Standing.DRAFT: GRAY,
    Standing.NEEDS_YOU: ORANGE,
    Standing.CANCELLED: YELLOW,
    Standing.WORKING: BLUE,
}
"""How the runs of a day may stand, each in about the colour of its badge."""

HOUR_COLOURS: Final = (f"{TEAL}0D", TEAL)
"""From an hour without runs to the busiest."""

DRAFTS_ARE_LEFT_OUT: Final = "Drafts do not count here: they are not checked."
WIDEST_BAR: Final = 48
LEGEND_COLUMNS: Final = 3
"""Five in a line are too wide for a phone."""

DAY_AXIS: Final = alt.Axis(format="%-d %b", labelAngle=0, labelOverlap=True)


def period_chooser() -> Period:
    """Let a person choose the days that count."""
    chosen = st.segmented_control(
        "Period",
        list(PERIODS),
        default="30 days",
        required=True,
        key="period",
        label_visibility="collapsed",
    )
    days = PERIODS[chosen]
    today = datetime.now(UTC).date()
    return Period(created_from=today - timedelta(days=days - 1)) if days else Period()


def runs_chart(database: Database, period: Period) -> bool:
    """Runs per day, by what came of them. Returns whether there are any."""
    rows = queries.runs_per_day(database, period)
    if not rows:
        return False
    frame = pd.DataFrame(
        [{"day": _moment(row.day), "what": _kind(row).value.word, "runs": row.runs} for row in rows]
    )
    days = _days(period, rows[0].day)
    with _card("Runs per day", Insight.RUNS, period):
        bars = alt.Chart(frame).mark_bar(cornerRadius=2, size=_bar_width(period))
        _draw(
            bars.encode(
                alt.X("yearmonthdate(day):T", title=None, axis=DAY_AXIS, scale=days),
                alt.Y("sum(runs):Q", title=None, axis=alt.Axis(tickMinStep=1)),
                alt.Color(
                    "what:N",
                    title=None,
                    scale=alt.Scale(
                        domain=[kind.value.word for kind in KINDS], range=list(KINDS.values())
                    ),
                    legend=alt.Legend(orient="top", columns=LEGEND_COLUMNS),
                ),
                tooltip=["yearmonthdate(day):T", "what:N", "sum(runs):Q"],
            ),
            "Runs per day",
        )
    return True


def success_chart(database: Database, period: Period) -> None:
    """The share of checked runs that are ready, per day."""
    rows = queries.success_per_day(database, period)
    frame = _frame(rows, day=_moment)
    with _card("Success rate", Insight.SUCCESS, period):
        if frame.empty:
            st.caption(f"No run with Production on has ended yet. {DRAFTS_ARE_LEFT_OUT}")
            return
        st.caption(DRAFTS_ARE_LEFT_OUT)
        line = alt.Chart(frame).mark_line(point=True, color=TEAL)
        _draw(
            line.encode(
                alt.X(
                    "yearmonthdate(day):T",
                    title=None,
                    axis=DAY_AXIS,
                    scale=_days(period, rows[0].day),
                ),
                alt.Y(
                    "rate:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
                ),
                tooltip=["yearmonthdate(day):T", "ended:Q", "successful:Q"],
            ),
            "Success rate per day",
        )


def stages_chart(database: Database, period: Period) -> None:
    """Median and slowest 5 % of each stage, in seconds."""
    rows = queries.stage_durations(database, period)
    frame = pd.DataFrame(
        [
            {"stage": _stage_words(row.stage), "what": what, "seconds": seconds}
            for row in rows
            for what, seconds in (("Median", row.median), ("Slowest 5 %", row.p95))
        ]
    )
    with _card("Seconds per stage", Insight.STAGES, period):
        if frame.empty:
            st.caption("No run has ended yet.")
            return
        bars = alt.Chart(frame).mark_bar(cornerRadius=2)
        _draw(
            bars.encode(
                alt.X("seconds:Q", title=None),
                alt.Y("stage:N", title=None, sort=None, axis=alt.Axis(labelLimit=180)),
                alt.YOffset("what:N"),
                alt.Color(
                    "what:N",
                    title=None,
                    scale=alt.Scale(range=[TEAL, ORANGE]),
                    legend=alt.Legend(orient="top"),
                ),
                tooltip=["stage:N", "what:N", alt.Tooltip("seconds:Q", format=".1f")],
            ),
            "Seconds per stage",
        )


def gates_chart(database: Database, period: Period) -> None:
    """How often each check did not pass."""
    frame = _frame(queries.gate_outcomes(database, period))
    with _card("Checks that fail most", Insight.GATES, period):
        if frame.empty:
            st.caption("Nothing was checked in this period.")
            return
        frame["meaning"] = frame["gate"].map(MEANINGS)
        bars = alt.Chart(frame).mark_bar(cornerRadius=2, color=ORANGE)
        _draw(
            bars.encode(
                alt.X(
                    "failure_rate:Q",
                    title=None,
                    axis=alt.Axis(format=".0%"),
                    scale=alt.Scale(domain=[0, 1]),
                ),
                alt.Y("gate:N", title=None, sort="-x"),
                tooltip=["meaning:N", "passed:Q", "failed:Q", "skipped:Q"],
            ),
            "Checks that fail most",
        )


def attempts_chart(database: Database, period: Period) -> None:
    """How many attempts runs took."""
    frame = _frame(queries.attempts_per_run(database, period))
    with _card("Attempts per run", Insight.ATTEMPTS, period):
        if frame.empty:
            st.caption("No run has ended yet.")
            return
        bars = alt.Chart(frame).mark_bar(cornerRadius=2, color=BLUE, size=WIDEST_BAR)
        _draw(
            bars.encode(
                alt.X("attempts:O", title=None, axis=alt.Axis(labelAngle=0)),
                alt.Y("runs:Q", title=None, axis=alt.Axis(tickMinStep=1)),
                tooltip=["attempts:O", "runs:Q", "ready:Q"],
            ),
            "Attempts per run",
        )


def hours_chart(database: Database, period: Period) -> None:
    """When runs are submitted, in the viewer's zone."""
    zone = viewer_zone().key
    rows = queries.busiest_hours(database, period, zone=zone)
    frame = pd.DataFrame(
        [{"weekday": WEEKDAYS[row.weekday], "hour": row.hour, "runs": row.runs} for row in rows]
    )
    with _card("Busiest hours", Insight.HOURS, period, zone=zone):
        st.caption(f"Hours in the time zone {zone}.")
        squares = alt.Chart(frame).mark_rect(cornerRadius=2)
        _draw(
            squares.encode(
                alt.X("hour:O", title=None, axis=alt.Axis(labelAngle=0)),
                alt.Y("weekday:N", title=None, sort=list(WEEKDAYS)),
                alt.Color("runs:Q", title=None, scale=alt.Scale(range=HOUR_COLOURS), legend=None),
                tooltip=["weekday:N", "hour:O", "runs:Q"],
            ),
            "Busiest hours",
        )


def tokens_table(opened: Services, period: Period) -> None:
    """Tokens, and their cost where prices are set, by builder."""
    settings = opened.settings
    prices = model_prices(settings.model, settings.price_in, settings.price_out)
    frame = _frame(queries.tokens_per_builder(opened.database, period, prices=prices))
    with _card("Tokens by builder", Insight.TOKENS, period):
        if frame.empty:
            st.caption("No run has ended yet.")
            return
        frame["builder"] = [one_line(name, 60) for name in frame["builder"]]
        frame = frame.dropna(axis="columns", how="all")  # no cost where no prices are set
        st.dataframe(
            frame,
            hide_index=True,
            alt="Tokens by builder",
            column_config={
                "builder": "Builder",
                "runs": "Runs",
                "tokens_in": "Tokens read",
                "tokens_out": "Tokens written",
                "cost": st.column_config.NumberColumn("Cost", format="%.2f"),
            },
        )


@contextmanager
def _card(heading: str, insight: Insight, period: Period, **asked: str) -> Iterator[None]:
    """A frame with a heading, and the way to the numbers behind the chart."""
    if period.created_from:
        asked["created_from"] = period.created_from.isoformat()
    address = f"/download/insights/{insight}.csv?{urlencode(asked)}"
    with st.container(border=True, key=f"insight_{insight.name.lower()}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(heading, anchor=False, width="content")
            st.space("stretch")
            st.link_button(
                "CSV",
                address,
                key=f"csv_{insight.name.lower()}",
                icon=":material/download:",
                type="tertiary",
            )
        yield


def _draw(chart: alt.Chart, name: str) -> None:
    st.altair_chart(chart.properties(height=HEIGHT, background="transparent"), alt=name)


def _frame(rows: Sequence[Any], **changed: Any) -> pd.DataFrame:
    frame = pd.DataFrame([asdict(row) for row in rows])
    for column, change in changed.items():
        if column in frame:
            frame[column] = [change(value) for value in frame[column]]
    return frame


def _days(period: Period, first: date) -> alt.Scale:
    """From the first day of the period to today, a week at least: fewer would be named twice."""
    today = datetime.now(UTC).date()
    begin = min(period.created_from or first, today - timedelta(days=6))
    ends = (begin, today + timedelta(days=1))
    return alt.Scale(
        domain=[alt.DateTime(year=day.year, month=day.month, date=day.day) for day in ends]
    )


def _bar_width(period: Period) -> int:
    """Pixels of a day's bar, so that all days of the period have room on a wide screen."""
    if period.created_from is None:
        return 4
    days = (datetime.now(UTC).date() - period.created_from).days + 1
    return min(WIDEST_BAR, max(2, 540 // days))


def _kind(row: DayRuns) -> Standing:
    match row.status, row.verdict:
        case Status.COMPLETED, Verdict.READY:
            return Standing.READY
        case Status.COMPLETED, Verdict.DRAFT:
            return Standing.DRAFT
        case Status.CANCELLED, _:
            return Standing.CANCELLED
        case Status.PROCESSING, _:
            return Standing.WORKING
        case _:
            return Standing.NEEDS_YOU


def _moment(day: date) -> pd.Timestamp:
    return pd.Timestamp(day)


def _stage_words(stage: str) -> str:
    return STAGE_WORDS[Stage(stage)] if stage in set(Stage) else "The whole run"
