"""What the charts of the Insights page share: their cards, colours and axes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from toggle_core.history.filter_text import filter_to_text
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.rows import Selection

NO_PADDING: Final = {"left": 0, "top": 4, "right": 0, "bottom": 0}
LEGEND_OFFSET: Final = 10
HEIGHT: Final = 240
TEAL: Final = "#178577"
YELLOW: Final = "#E0B354"
ORANGE: Final = "#E08A5B"
GRAY: Final = "#A8A29E"
BLUE: Final = "#6EA8E5"
VIOLET: Final = "#9B7FE0"
"""Readable on the light and on the dark ground of the theme."""

WIDEST_BAR: Final = 48
LEGEND_COLUMNS: Final = 3
"""More in a line are too wide for a phone."""

MOST_TICKS: Final = 30
"""Days that are marked on an axis, those whose labels have no room included."""

NOON: Final = 12

HISTORY_PAGE: Final = "runs.py"

THICKEST_BAR: Final = 18


@dataclass(frozen=True, slots=True)
class LinkedBar:
    """A bar that leads to the runs that it counts.

    Attributes:
        word: beside it.
        runs: how many.
        colour: of the bar.
        parameters: of the address with which the history shows these runs.
        more: what else is to be known of it, in words.
    """

    word: str
    runs: int
    colour: str
    parameters: Mapping[str, str]
    more: str = ""


@contextmanager
def card(heading: str, insight: Insight, selection: Selection, **asked: str) -> Iterator[None]:
    """A frame with a heading, and the way to the numbers behind the chart.

    Args:
        heading: its title.
        insight: what it shows.
        selection: which runs.
        asked: further parameters of the numbers.
    """
    query = urlencode(filter_to_text(selection.as_filter()) | asked)
    address = f"/download/insights/{insight}.csv?{query}"
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


def draw(chart: alt.Chart, name: str) -> None:
    """Show a chart, named for those who cannot see it."""
    shown = chart.properties(height=HEIGHT, background="transparent", padding=NO_PADDING)
    st.altair_chart(shown.configure_legend(padding=0, offset=LEGEND_OFFSET), alt=name)


def day_bars(
    frame: pd.DataFrame, colours: Mapping[str, str], selection: Selection, name: str
) -> None:
    """Show what each day comes to as a bar of several colours.

    Args:
        frame: a row for each ``day`` and ``what``, with their ``number``, and ``runs``, the address
            that a click opens, where there is one.
        colours: of each ``what``, in the order of the legend.
        selection: of which runs; its days are those of the axis.
        name: of the chart.
    """
    told = set(frame.loc[frame["number"] > 0, "what"])
    shown = {what: colour for what, colour in colours.items() if what in told} or colours
    bars = alt.Chart(frame).mark_bar(cornerRadius=2, width=alt.RelativeBandSize(band=0.75))
    draw(
        bars.encode(
            alt.X(
                "yearmonthdate(day):T",
                title=None,
                axis=day_axis(selection, frame["day"].iloc[0].date()),
                scale=day_scale(selection, frame["day"].iloc[0].date()),
            ),
            alt.Y("sum(number):Q", title=None, axis=alt.Axis(tickMinStep=1)),
            alt.Color(
                "what:N",
                title=None,
                scale=alt.Scale(domain=list(shown), range=list(shown.values())),
                legend=alt.Legend(orient="top", columns=LEGEND_COLUMNS, padding=0, offset=12),
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(day):T", title="Day"),
                alt.Tooltip("what:N", title="What"),
                alt.Tooltip("sum(number):Q", title="Number"),
            ],
            **({"href": alt.Href("runs:N")} if "runs" in frame else {}),
        ),
        name,
    )


def share_line(
    frame: pd.DataFrame, share: str, selection: Selection, name: str, **facts: str
) -> None:
    """Show a share, 0 to 1, from day to day.

    Args:
        frame: a row for each ``day``.
        share: the column that holds it.
        selection: of which runs; its days are those of the axis.
        name: of the chart.
        facts: titles of other columns that are shown of a day.
    """
    line = alt.Chart(frame).mark_line(point=True, color=TEAL)
    draw(
        line.encode(
            alt.X(
                "yearmonthdate(day):T",
                title=None,
                axis=day_axis(selection, frame["day"].iloc[0].date()),
                scale=day_scale(selection, frame["day"].iloc[0].date()),
            ),
            alt.Y(
                f"{share}:Q",
                title=None,
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            tooltip=[
                alt.Tooltip("yearmonthdate(day):T", title="Day"),
                alt.Tooltip(f"{share}:Q", title=name, format=".0%"),
                *(alt.Tooltip(f"{column}:Q", title=title) for column, title in facts.items()),
            ],
        ),
        name,
    )


def linked_bars(
    rows: Sequence[LinkedBar], what: str, name: str, *, key: str, label_limit: int = 190
) -> None:
    """Show bars that lead to their runs by a click, and below the same as a list of links.

    Args:
        rows: in the order to be shown.
        what: the title of their words.
        name: of the chart.
        key: of the list.
        label_limit: pixels for the words beside the bars.
    """
    frame = pd.DataFrame(
        [
            {
                "what": row.word,
                "runs": row.runs,
                "more": row.more,
                "colour": row.colour,
                "address": f"/runs?{urlencode(row.parameters)}",
            }
            for row in rows
        ]
    )
    more = [alt.Tooltip("more:N", title="Attempts")] if any(row.more for row in rows) else []
    thickness = min(THICKEST_BAR, 0.7 * HEIGHT / len(frame))
    bars = alt.Chart(frame).mark_bar(cornerRadius=2, size=thickness)
    draw(
        bars.encode(
            alt.X("runs:Q", title=None, axis=alt.Axis(tickMinStep=1)),
            alt.Y("what:N", title=None, sort=None, axis=alt.Axis(labelLimit=label_limit)),
            alt.Color("colour:N", scale=None),
            alt.Href("address:N"),
            tooltip=[
                alt.Tooltip("what:N", title=what),
                alt.Tooltip("runs:Q", title="Runs"),
                *more,
            ],
        ),
        name,
    )
    with st.expander("As a list", key=key):
        for row in rows:
            more_words = f", {row.more}" if row.more else ""
            st.page_link(
                HISTORY_PAGE,
                label=f"{row.word} :gray[{row.runs:,}{more_words}]",
                icon="",
                help="",
                query_params=row.parameters,
            )


def frame_of(rows: Sequence[Any], **changed: Any) -> pd.DataFrame:
    """Rows as a frame.

    Args:
        rows: frozen dataclasses.
        changed: functions that change the values of columns.
    """
    frame = pd.DataFrame([asdict(row) for row in rows])
    for column, change in changed.items():
        if column in frame:
            frame[column] = [change(value) for value in frame[column]]
    return frame


def day_scale(selection: Selection, first: date) -> alt.Scale:
    """From the first day of the period to today, a week at least: fewer would be named twice."""
    begin, today = _days(selection, first)
    return alt.Scale(domain=[_time(begin), _time(today + timedelta(days=1))])


def day_axis(selection: Selection, first: date) -> alt.Axis:
    """Days are named at their noon, so that each label stands below the middle of its day."""
    begin, today = _days(selection, first)
    count = (today - begin).days + 1
    step = -(-count // MOST_TICKS)
    named = [_time(today - timedelta(days=ago), NOON) for ago in range(0, count, step)]
    return alt.Axis(format="%-d %b", labelAngle=0, labelOverlap=True, values=named[::-1])


def _days(selection: Selection, first: date) -> tuple[date, date]:
    today = datetime.now(UTC).date()
    return min(selection.created_from or first, today - timedelta(days=6)), today


def _time(day: date, hour: int = 0) -> alt.DateTime:
    return alt.DateTime(year=day.year, month=day.month, date=day.day, hours=hour)


def moment(day: date) -> pd.Timestamp:
    """A day as charts take it."""
    return pd.Timestamp(day)
