"""Two runs side by side: what stands on the page that compares them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.history.comparison import RunPair
from toggle_core.insights.rows import NO_PRICES, Price
from toggle_core.runs.model import Run
from toggle_core.ui.badges import standing_badge, verdict_badge
from toggle_core.ui.comparison_rows import NONE, UNMEASURED, Row, checks, in_short, promises, stages
from toggle_core.ui.differences import changed_files, changed_text
from toggle_core.ui.proof import missed_view
from toggle_core.ui.run_list import run_link
from toggle_core.ui.times import when
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import Status

COMPARE_PAGE: Final = "compare.py"


def compare_address(left: UUID, right: UUID) -> dict[str, str]:
    """The parameters of the page that compares two runs.

    Args:
        left: the run to compare with.
        right: the run that is compared.
    """
    return {"left": str(left), "right": str(right)}


def comparison_view(
    pair: RunPair, prices: Mapping[str, Price] = NO_PRICES, currency: str = ""
) -> None:
    """Show two runs side by side, then what differs in their plans and files.

    Args:
        pair: of the runs.
        prices: of builders, by their names.
        currency: of the prices, three letters; empty where it is not set.
    """
    columns = st.columns(2)
    for column, name, side in zip(
        columns, ("first", "second"), (pair.left, pair.right), strict=True
    ):
        with column.container(border=True, key=f"card_{name}", gap="small"):
            _head(name, side.run)
    with st.container(key="compared"):
        _table("Summary", "Detail", in_short(pair, prices, currency))
        if pair.promises:
            _table("Promises", "Promise", promises(pair))
        judged, spent = st.columns(2)
        with judged:
            _table("Checks", "Check", checks(pair), _unchecked(pair))
        with spent:
            _table("Time in each stage", "Stage", stages(pair))
    if any(side.proof and side.proof.survivors for side in (pair.left, pair.right)):
        _missed_mistakes(pair)
    st.header("Plan", anchor=False)
    if pair.plan:
        changed_text(pair.plan, wrap=True)
    else:
        st.caption("The plans are the same." if pair.left.run.plan else _neither(pair, "a plan"))
    st.header("Files", anchor=False)
    if pair.left.run.files or pair.right.run.files:
        changed_files(pair.files)
    else:
        st.caption(_neither(pair, "any files"))


def _missed_mistakes(pair: RunPair) -> None:
    """Show the mistakes that the tests of each missed, side by side: each has its own draw."""
    st.header("Mistakes missed by tests", anchor=False)
    for column, name, side in zip(
        st.columns(2), ("First", "Second"), (pair.left, pair.right), strict=True
    ):
        with column.container(key=f"missed_{name.lower()}", gap="small"):
            st.markdown(f"**{name} run**")
            if side.proof is None:
                st.caption("Its tests were not put to the proof.")
            elif side.proof.survivors:
                missed_view(side.proof.survivors)
            else:
                st.caption("None: every mistake that was planted was noticed.")


def _unchecked(pair: RunPair) -> str:
    """Why neither of the two was checked."""
    runs = (pair.left.run, pair.right.run)
    if not any(run.production for run in runs):
        return "Nothing was checked: the production toggle was off."
    if any(run.status is Status.PROCESSING for run in runs):
        return "Neither has been checked yet."
    if all(run.production for run in runs):
        return "Neither was checked: both stopped before their checks."
    return "Neither was checked: one is a draft, and the other stopped before its checks."


def _neither(pair: RunPair, what: str) -> str:
    """Say that neither of the two has something, and whether it may come."""
    ended = all(side.run.status is not Status.PROCESSING for side in (pair.left, pair.right))
    return f"Neither has {what}: both stopped before that." if ended else f"Neither has {what} yet."


def _head(name: str, run: Run) -> None:
    zone = viewer_zone()
    st.caption(f"{name.capitalize()} run, {when(run.created_at, zone, datetime.now(UTC))}")
    run_link(run)
    st.markdown(f"{standing_badge(run)} {verdict_badge(run)}")


def _table(heading: str, first: str, rows: Iterable[Row], without: str = "") -> None:
    """A table as Markdown, with what differs in bold; a sentence where it has no rows."""
    lines = [
        f"| {row.name} | {_marked(row.left, row)} | {_marked(row.right, row)} |" for row in rows
    ]
    st.header(heading, anchor=False)
    if lines:
        st.markdown("\n".join([f"| {first} | First | Second |", "|:--|:--|:--|", *lines]))
    else:
        st.caption(without)


def _marked(text: str, row: Row) -> str:
    if text in {NONE, UNMEASURED}:
        return f":gray[{text}]"
    return text if row.left == row.right else f"**{text}**"
