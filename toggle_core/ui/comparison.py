"""Two runs side by side: what stands on the page that compares them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.gates.model import GateResult
from toggle_core.history.comparison import RunPair, Side
from toggle_core.runs.model import Run
from toggle_core.ui.badges import standing_badge, verdict_badge
from toggle_core.ui.checks import ICONS, WORDS
from toggle_core.ui.differences import changed_files, changed_text
from toggle_core.ui.labels import STAGE_WORDS, standing_word, verdict_word
from toggle_core.ui.run_list import run_link
from toggle_core.ui.text import as_label, one_line
from toggle_core.ui.times import duration, when
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import Stage

COMPARE_PAGE: Final = "compare.py"
NAME_LENGTH: Final = 40
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what is compared, and its two values as Markdown."""

    name: str
    left: str
    right: str


def compare_address(left: UUID, right: UUID) -> dict[str, str]:
    """The parameters of the page that compares two runs.

    Args:
        left: the run to compare with.
        right: the run that is compared.
    """
    return {"left": str(left), "right": str(right)}


def comparison_view(pair: RunPair) -> None:
    """Show two runs side by side, then what differs in their plans and files.

    Args:
        pair: of the runs.
    """
    columns = st.columns(2)
    for column, name, side in zip(
        columns, ("first", "second"), (pair.left, pair.right), strict=True
    ):
        with column.container(border=True, key=f"card_{name}", gap="small"):
            _head(name, side.run)
    with st.container(key="compared"):
        _table("Summary", "Detail", in_short(pair))
        judged, spent = st.columns(2)
        with judged:
            unchecked = "Nothing was checked: the production toggle was off."
            _table("Checks", "Check", checks(pair), unchecked)
        with spent:
            _table("Time in each stage", "Stage", stages(pair))
    st.header("Plan", anchor=False)
    if pair.plan:
        changed_text(pair.plan, wrap=True)
    else:
        planned = pair.left.run.plan is not None
        st.caption("The plans are the same." if planned else "Neither has a plan yet.")
    st.header("Files", anchor=False)
    if pair.left.run.files or pair.right.run.files:
        changed_files(pair.files)
    else:
        st.caption("Neither has any files yet.")


def in_short(pair: RunPair) -> list[Row]:
    """What the two came to, and what it took."""
    facts: dict[str, Callable[[Side], str]] = {
        "Status": lambda side: standing_word(side.run),
        "Verdict": lambda side: verdict_word(side.run) or NONE,
        "Builder": lambda side: as_label(one_line(side.run.builder, NAME_LENGTH)),
        "Attempts": lambda side: f"{side.run.attempt}",
        "Worked on for": lambda side: duration(side.working_seconds),
        "Tokens read": lambda side: f"{side.run.tokens_in:,}",
        "Tokens written": lambda side: f"{side.run.tokens_out:,}",
        "Files": lambda side: f"{len(side.run.files)}",
    }
    return [Row(name, fact(pair.left), fact(pair.right)) for name, fact in facts.items()]


def checks(pair: RunPair) -> list[Row]:
    """What each gate said of the two."""
    return [
        Row(
            gate.capitalize(), _outcome(pair.left.said_by(gate)), _outcome(pair.right.said_by(gate))
        )
        for gate in pair.gates
    ]


def stages(pair: RunPair) -> list[Row]:
    """How long the two were in each stage."""
    return [
        Row(STAGE_WORDS[stage], *(_spent(side, stage) for side in (pair.left, pair.right)))
        for stage in pair.stages
    ]


def _spent(side: Side, stage: Stage) -> str:
    return duration(side.stages[stage]) if stage in side.stages else NONE


def _outcome(result: GateResult | None) -> str:
    return f"{ICONS[result.outcome]} {WORDS[result.outcome]}" if result else NONE


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
    if text == NONE:
        return f":gray[{NONE}]"
    return text if row.left == row.right else f"**{text}**"
