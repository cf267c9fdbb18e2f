"""What runs cost: in words, and as a chart by the week."""

from collections.abc import Mapping
from typing import Final

import altair as alt
import pandas as pd
import streamlit as st

from toggle_core.insights import queries
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.rows import Price, Selection, WeekCost, cost_of, model_prices
from toggle_core.settings import Settings
from toggle_core.startup import Services
from toggle_core.ui.charts import TEAL, WIDEST_BAR, card, draw

NOT_KNOWN: Final = "not known"
CENT: Final = 0.01

HOW: Final = (
    "An estimate: the prices of your settings times the tokens used, which are estimated themselves"
    " where a model does not count them. Weeks begin on Monday, in UTC."
)
NO_PRICE: Final = (
    "What a model costs is not known: set `TOGGLE_PRICE_IN` and `TOGGLE_PRICE_OUT` to its prices."
)

OTHERS: Final = "Prices are set for the model in use alone."


def prices_of(settings: Settings) -> Mapping[str, Price]:
    """The prices that are set, by the name of the builder."""
    return model_prices(settings.model, settings.price_in, settings.price_out)


def money(cost: float | None, currency: str) -> str:
    """A cost in words: ``1,204.50 USD``, ``0.0042``, ``not known``.

    Args:
        cost: in that currency; None where a price is not known.
        currency: three letters; empty where it is not set.
    """
    if cost is None:
        return NOT_KNOWN
    digits = 2 if cost == 0 or cost >= CENT else 4
    return f"{cost:,.{digits}f} {currency}".strip()


def run_cost(
    builder: str, tokens_in: int, tokens_out: int, settings: Settings, *, blank: str = ""
) -> str:
    """What a run has cost so far, for a list.

    Args:
        builder: of the run.
        tokens_in: read.
        tokens_out: written.
        settings: with prices and currency.
        blank: where it used no tokens.
    """
    if not tokens_in + tokens_out:
        return blank
    return money(cost_of(builder, tokens_in, tokens_out, prices_of(settings)), settings.currency)


def cost_chart(opened: Services, selection: Selection) -> None:
    """What models cost, by the week; those without a price are told in words."""
    settings = opened.settings
    rows = queries.cost_per_week(opened.database, selection, prices=prices_of(settings))
    with card("Cost of models by week", Insight.COST, selection):
        if not rows:
            st.caption("No model was used in this period. The built-in builder costs nothing.")
            return
        known = [row for row in rows if row.cost is not None]
        if known:
            _bars(known, settings.currency)
        unknown = sum(row.runs for row in rows if row.cost is None)
        if unknown:
            st.caption(f"Cost {NOT_KNOWN} for {_runs(unknown)}. {OTHERS if known else NO_PRICE}")


def _bars(rows: list[WeekCost], currency: str) -> None:
    total = sum(row.cost or 0.0 for row in rows)
    runs = _runs(sum(row.runs for row in rows))
    st.markdown(f"**About {money(total, currency)}** in all, {runs}")
    frame = pd.DataFrame(
        [
            {
                "week": pd.Timestamp(row.week),
                "model": row.builder,
                "cost": row.cost,
                "runs": row.runs,
                "words": money(row.cost, currency),
            }
            for row in rows
        ]
    )
    bars = alt.Chart(frame).mark_bar(cornerRadius=2, color=TEAL, size=WIDEST_BAR / 2)
    draw(
        bars.encode(
            alt.X(
                "yearmonthdate(week):O",
                title=None,
                axis=alt.Axis(format="%-d %b", labelAngle=0, labelOverlap=True),
            ),
            alt.Y("sum(cost):Q", title=None),
            tooltip=[
                alt.Tooltip("yearmonthdate(week):T", title="Week from"),
                alt.Tooltip("model:N", title="Model"),
                alt.Tooltip("words:N", title="Cost, about"),
                alt.Tooltip("runs:Q", title="Runs"),
            ],
        ),
        "Cost of models by week",
    )
    st.caption(HOW)


def _runs(number: int) -> str:
    return "1 run" if number == 1 else f"{number:,} runs"
