"""The charts of the Insights page. Each can be downloaded as CSV from the API."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from toggle_core.history.filter_text import filter_to_text
from toggle_core.insights import queries
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.durations import ACCURACY
from toggle_core.insights.hours import busiest_hours
from toggle_core.insights.rows import EVERY_RUN, DayRuns, Selection
from toggle_core.startup import Services
from toggle_core.store.database import Database
from toggle_core.ui.charts import (
    BLUE,
    GRAY,
    ORANGE,
    TEAL,
    VIOLET,
    WIDEST_BAR,
    YELLOW,
    card,
    day_bars,
    draw,
    frame_of,
    moment,
    share_line,
)
from toggle_core.ui.costs import money, prices_of
from toggle_core.ui.labels import STAGE_WORDS, Standing, builder_name
from toggle_core.ui.text import one_line
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import Stage, Status, Verdict

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
KINDS: Final = {
    Standing.READY: TEAL,
    Standing.WORKS: VIOLET,
    Standing.DRAFT: GRAY,
    Standing.NEEDS_YOU: ORANGE,
    Standing.CANCELLED: YELLOW,
    Standing.WORKING: BLUE,
}
"""How the runs of a day may stand, each in about the colour of its badge."""

HOUR_COLOURS: Final = (f"{TEAL}0D", TEAL)
"""From an hour without runs to the busiest."""

DRAFTS_ARE_LEFT_OUT: Final = "Drafts do not count here: they are not checked."
REVIEWS: Final = " A plan that waits for your review counts as working."
ESTIMATES: Final = (
    f"Estimates, within {ACCURACY * 100:.0f} %. Drafts count too: they skip the checks, so all"
    " stages together may be shorter than the checks alone."
)
COMPLETED: Final = "Completed runs with Production on. Drafts and failed runs do not count here."


def runs_chart(database: Database, selection: Selection) -> bool:
    """Runs per day, by what came of them. Returns whether there are any."""
    rows = queries.runs_per_day(database, selection)
    if not rows:
        return False
    frame = pd.DataFrame(
        [
            {
                "day": moment(row.day),
                "what": _kind(row).value.word,
                "number": row.runs,
                "runs": runs_address(row, selection),
            }
            for row in rows
        ]
    )
    with card("Runs per day", Insight.RUNS, selection):
        colours = {kind.value.word: colour for kind, colour in KINDS.items()}
        day_bars(frame, colours, selection, "Runs per day")
        working = any(row.status is Status.PROCESSING for row in rows)
        st.caption(f"Days are in UTC. Click a bar to see its runs.{REVIEWS if working else ''}")
    return True


def success_chart(database: Database, selection: Selection) -> None:
    """The share of checked runs that are ready, per day."""
    rows = queries.success_per_day(database, selection)
    frame = frame_of(rows, day=moment)
    with card("Success rate", Insight.SUCCESS, selection):
        if frame.empty:
            st.caption(f"No run with Production on has ended yet. {DRAFTS_ARE_LEFT_OUT}")
            return
        st.caption(DRAFTS_ARE_LEFT_OUT)
        share_line(
            frame, "rate", selection, "Success rate", ended="Ended", successful="Production-ready"
        )


def stages_chart(database: Database, selection: Selection) -> None:
    """Median and slowest 5 % of each stage, in seconds."""
    rows = queries.stage_durations(database, selection)
    frame = pd.DataFrame(
        [
            {"stage": _stage_words(row.stage), "what": what, "seconds": seconds}
            for row in rows
            for what, seconds in (("Median", row.median), ("Slowest 5 %", row.p95))
        ]
    )
    with card("Seconds per stage", Insight.STAGES, selection):
        if frame.empty:
            st.caption("No run has ended yet.")
            return
        st.caption(ESTIMATES)
        bars = alt.Chart(frame).mark_bar(cornerRadius=2)
        draw(
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
                tooltip=[
                    alt.Tooltip("stage:N", title="Stage"),
                    alt.Tooltip("what:N", title="Measure"),
                    alt.Tooltip("seconds:Q", title="Seconds", format=".1f"),
                ],
            ),
            "Seconds per stage",
        )


def attempts_chart(database: Database, selection: Selection) -> None:
    """How many attempts runs took."""
    frame = frame_of(queries.attempts_per_run(database, selection))
    with card("Attempts per run", Insight.ATTEMPTS, selection):
        if frame.empty:
            st.caption(f"No run with Production on is completed yet. {DRAFTS_ARE_LEFT_OUT}")
            return
        st.caption(COMPLETED)
        bars = alt.Chart(frame).mark_bar(cornerRadius=2, color=BLUE, size=WIDEST_BAR)
        draw(
            bars.encode(
                alt.X("attempts:O", title=None, axis=alt.Axis(labelAngle=0)),
                alt.Y("runs:Q", title=None, axis=alt.Axis(tickMinStep=1)),
                tooltip=[
                    alt.Tooltip("attempts:O", title="Attempts"),
                    alt.Tooltip("runs:Q", title="Runs"),
                    alt.Tooltip("ready:Q", title="Production-ready"),
                ],
            ),
            "Attempts per run",
        )


def hours_chart(database: Database, selection: Selection) -> None:
    """When runs are submitted, in the viewer's zone."""
    zone = viewer_zone().key
    rows = busiest_hours(database, selection, zone=zone)
    frame = pd.DataFrame(
        [{"weekday": WEEKDAYS[row.weekday], "hour": row.hour, "runs": row.runs} for row in rows]
    )
    with card("Busiest hours", Insight.HOURS, selection, zone=zone):
        st.caption(f"Hours in the time zone {zone}.")
        squares = alt.Chart(frame).mark_rect(cornerRadius=2)
        draw(
            squares.encode(
                alt.X("hour:O", title=None, axis=alt.Axis(labelAngle=0)),
                alt.Y("weekday:N", title=None, sort=list(WEEKDAYS)),
                alt.Color("runs:Q", title=None, scale=alt.Scale(range=HOUR_COLOURS), legend=None),
                tooltip=[
                    alt.Tooltip("weekday:N", title="Day"),
                    alt.Tooltip("hour:O", title="Hour"),
                    alt.Tooltip("runs:Q", title="Runs"),
                ],
            ),
            "Busiest hours",
        )


def tokens_table(opened: Services, selection: Selection) -> None:
    """Tokens, and their cost where prices are set, by builder."""
    settings = opened.settings
    prices = prices_of(settings)
    rows = queries.tokens_per_builder(opened.database, selection, prices=prices)
    frame = frame_of(rows)
    with card("Tokens by builder", Insight.TOKENS, selection):
        if frame.empty:
            st.caption("No run has ended yet.")
            return
        frame["builder"] = [one_line(builder_name(name), 60) for name in frame["builder"]]
        if prices:
            frame["cost"] = [money(row.cost, settings.currency) for row in rows]
        else:
            frame = frame.drop(columns="cost")
        st.dataframe(
            frame,
            hide_index=True,
            alt="Tokens by builder",
            column_config={
                "builder": "Builder",
                "runs": "Runs",
                "tokens_in": "Tokens read",
                "tokens_out": "Tokens written",
                "cost": "Cost, about",
            },
        )


def _kind(row: DayRuns) -> Standing:
    match row.status, row.verdict:
        case Status.COMPLETED, Verdict.READY:
            return Standing.READY
        case Status.COMPLETED, Verdict.NOT_READY if row.works:
            return Standing.WORKS
        case Status.COMPLETED, Verdict.DRAFT:
            return Standing.DRAFT
        case Status.CANCELLED, _:
            return Standing.CANCELLED
        case Status.PROCESSING, _:
            return Standing.WORKING
        case _:
            return Standing.NEEDS_YOU


def runs_address(row: DayRuns, selection: Selection = EVERY_RUN) -> str:
    """Where the history shows exactly the runs of a row.

    Args:
        row: of a day.
        selection: which runs the row is about.
    """
    shown = replace(
        selection.as_filter(),
        status=None if row.verdict else row.status,
        verdict=row.verdict,
        works=row.works if row.verdict is Verdict.NOT_READY else None,
        created_from=row.day,
        created_to=row.day + timedelta(days=1),
    )
    return f"/runs?{urlencode(filter_to_text(shown))}"


def _stage_words(stage: str) -> str:
    return STAGE_WORDS[Stage(stage)] if stage in set(Stage) else "All stages together"
