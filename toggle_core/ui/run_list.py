"""Runs as a list: a table on a wide screen, cards on a narrow one. Each row opens its run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.runs.columns import Cell, Declared, Kind, columns_of
from toggle_core.runs.model import Run, RunBrief, RunSummary
from toggle_core.ui.badges import short_badge
from toggle_core.ui.labels import STAGE_WORDS, builder_name, verdict_word
from toggle_core.ui.text import as_label, first_line, first_words, one_line, task_line
from toggle_core.ui.times import duration, when
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import Evidence

RUN_PAGE: Final = "run.py"
TASK_LENGTH: Final = 120
CELL_LENGTH: Final = 60
"""Characters sent for a cell; the browser cuts at the width there is."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of a list, beside the task.

    Attributes:
        title: its heading.
        width: its track of the CSS grid.
        text: content of a run's cell.
        markdown: whether the text is Markdown of our own, not text of others.
        code: whether it is set in the font of code.
        narrow: whether it is also shown on a narrow screen.
        below: stands before its values there, on a line below the others; None: it is not below.
    """

    title: str
    width: str
    text: Callable[[RunSummary], str]
    markdown: bool = False
    code: bool = False
    narrow: bool = False
    below: str | None = None


@dataclass(frozen=True, slots=True)
class RunList:
    """A list of runs: its key, which its CSS refers to, and its columns.

    Attributes:
        task_width: track of the CSS grid for the task.
        columns: beside the task.
    """

    key: str
    task_width: str
    columns: tuple[ShownColumn, ...]


def _started(run: RunSummary) -> str:
    zone = viewer_zone()
    return when(run.started_at or run.created_at, zone, datetime.now(UTC))


def _took(run: RunSummary) -> str:
    if run.working_seconds is None:
        return ""
    return duration(run.working_seconds).replace("less than ", "< ")  # the column is narrow


def _stage_or_verdict(run: RunSummary) -> str:
    """Where the run is; once it is completed, what the gates said of it."""
    return verdict_word(run) or STAGE_WORDS[run.stage]


def _promises(run: RunSummary) -> str:
    if run.evidence == Evidence.CHECKS:
        return "Seven checks"
    return f"{run.promises_kept} of {run.promises_count} kept" if run.promises_count else ""


def _strength(run: RunSummary) -> str:
    return "" if run.proof_strength is None else f"{run.proof_strength} %"


def _declared(declared: Declared, cell: Cell) -> ShownColumn:
    """A column that is shown as it is declared in ``runs.model``."""

    def text(run: RunSummary) -> str:
        value = getattr(run, declared.name)
        if value is None or value is False or value == cell.blank:
            return ""
        if declared.name == "builder":
            value = builder_name(value)
        match declared.kind:
            case Kind.FLAG:
                shown = "Yes"
            case Kind.INTEGER | Kind.NUMBER:
                shown = f"{value:,}"
            case Kind.MOMENT:
                shown = when(value, viewer_zone(), datetime.now(UTC))
            case _:
                shown = one_line(str(value), CELL_LENGTH)
        return f"{cell.prefix}{shown}"

    return ShownColumn(cell.title, cell.width, text)


STATUS: Final = ShownColumn("Status", "6.2rem", short_badge, markdown=True, narrow=True)
PROMISES: Final = ShownColumn("Promises", "6.6rem", _promises, narrow=True, below="")
STRENGTH: Final = ShownColumn("Strength", "4.2rem", _strength, narrow=True, below="tests notice ")
STAGE_OR_VERDICT: Final = ShownColumn("Stage", "8.6rem", _stage_or_verdict, narrow=True)
PLAN: Final = ShownColumn(
    "Plan", "minmax(0, 1.7fr)", lambda run: first_words(run.plan, CELL_LENGTH)
)
CODE: Final = ShownColumn(
    "Code", "minmax(0, 1.7fr)", lambda run: first_line(run.code, CELL_LENGTH), code=True
)
STARTED: Final = ShownColumn("Started", "7.6rem", _started, narrow=True)
TOOK: Final = ShownColumn("Took", "4.6rem", _took)
DECLARED: Final = tuple(
    _declared(each, each.column.cell) for each in columns_of(RunSummary) if each.column.cell
)

RECENT: Final = RunList(
    "recent",
    "minmax(0, 2.6fr)",
    (STATUS, STAGE_OR_VERDICT, PLAN, CODE, replace(STARTED, width="6.8rem")),
)
HISTORY: Final = RunList(
    "history",
    "minmax(0, 3.4fr)",
    (STATUS, STAGE_OR_VERDICT, PROMISES, STRENGTH, *DECLARED, TOOK, STARTED),
)
LISTS: Final = (RECENT, HISTORY)


def pick_key(run_id: UUID) -> str:
    """Key of the box that ticks a run."""
    return f"pick_{run_id.hex}"


def run_list(runs: Iterable[RunSummary], shown: RunList, *, pick: bool = False) -> None:
    """Show runs, one row each.

    Args:
        runs: in the order to be shown.
        shown: which list.
        pick: whether each row has a box to tick.
    """
    key = shown.key
    with st.container(key=key, gap=None):
        with st.container(key=f"{key}_head", gap=None):
            for title in ("Task", *(column.title for column in shown.columns)):
                st.text(title)
        for run in runs:
            _row(run, shown, pick)


def _row(run: RunSummary, shown: RunList, pick: bool) -> None:
    with st.container(key=f"{shown.key}_row_{run.id.hex}", gap=None):
        if pick:
            name = as_label(task_line(run.task, TASK_LENGTH))
            st.checkbox(f"Select {name}", key=pick_key(run.id), label_visibility="collapsed")
        run_link(run)
        for column in shown.columns:
            text = column.text(run)
            if column.markdown:
                st.markdown(text, wrap=False)
            else:
                st.text(text, wrap=False)


def run_link(run: RunBrief | RunSummary | Run) -> None:
    """A link to a run that is named for its task."""
    st.page_link(
        RUN_PAGE,
        label=as_label(task_line(run.task, TASK_LENGTH)),
        icon="",
        help="",
        query_params={"id": str(run.id)},
    )
