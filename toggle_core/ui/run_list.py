"""Runs as a list: a table on a wide screen, cards on a narrow one. Each row opens its run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.history.sorting import Sort
from toggle_core.runs.columns import Cell, Declared, Kind
from toggle_core.runs.model import Run, RunBrief, RunSummary
from toggle_core.ui.badges import short_badge
from toggle_core.ui.labels import (
    KIND_WORDS,
    REASON_WORDS,
    SORT_WORDS,
    STAGE_WORDS,
    builder_name,
    verdict_word,
)
from toggle_core.ui.pictures import front_image
from toggle_core.ui.text import (
    as_label,
    first_line,
    first_words,
    one_line,
    project_title,
    task_line,
)
from toggle_core.ui.times import when
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import Status

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
        orders: the two orders by its values, the one that a first press asks for first.
        whole_row: whether it has a line of its own on a narrow screen.
    """

    title: str
    width: str
    text: Callable[[RunSummary], str]
    markdown: bool = False
    code: bool = False
    narrow: bool = False
    below: str | None = None
    orders: tuple[Sort, Sort] | None = None
    whole_row: bool = False


@dataclass(frozen=True, slots=True)
class RunList:
    """A list of runs: its key, which its CSS refers to, and its columns.

    Attributes:
        title: heading of the first column, which names each run.
        task_width: track of the CSS grid for that column.
        columns: beside it.
        label: the name of a run, as Markdown; None: its task.
    """

    key: str
    title: str
    task_width: str
    columns: tuple[ShownColumn, ...]
    label: Callable[[RunSummary], str] | None = None


def _started(run: RunSummary) -> str:
    zone = viewer_zone()
    return when(run.started_at or run.created_at, zone, datetime.now(UTC))


def _stage_or_verdict(run: RunSummary) -> str:
    """Where the run is; once it has ended, what the gates said of it, or that it stopped."""
    if run.status in {Status.FAILED, Status.CANCELLED}:
        return "Stopped"
    return verdict_word(run) or STAGE_WORDS[run.stage]


def declared_column(declared: Declared, cell: Cell) -> ShownColumn:
    """A column that is shown as it is declared in ``runs.model``.

    Args:
        declared: the column.
        cell: how it is shown.
    """

    def text(run: RunSummary) -> str:
        value = getattr(run, declared.name)
        if value is None or value is False or value == cell.blank:
            return ""
        if declared.name == "builder":
            value = builder_name(value)
        elif declared.name == "reason_code":
            value = REASON_WORDS.get(value, value)
        elif declared.name == "kind":
            value = KIND_WORDS[value]
        elif declared.name == "failed_checks":
            value = value.replace(",", ", ")
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
STAGE_OR_VERDICT: Final = ShownColumn("Stage", "8.6rem", _stage_or_verdict, narrow=True)
PLAN: Final = ShownColumn(
    "Plan", "minmax(0, 1.7fr)", lambda run: first_words(run.plan, CELL_LENGTH)
)
CODE: Final = ShownColumn(
    "Code", "minmax(0, 1.7fr)", lambda run: first_line(run.code, CELL_LENGTH), code=True
)
STARTED: Final = ShownColumn("Started", "7.6rem", _started, narrow=True)

RECENT: Final = RunList(
    "recent",
    "Task",
    "minmax(0, 2.6fr)",
    (STATUS, STAGE_OR_VERDICT, PLAN, CODE, replace(STARTED, width="6.8rem")),
)


def pick_key(run_id: UUID) -> str:
    """Key of the box that ticks a run."""
    return f"pick_{run_id.hex}"


def version_of(run: RunSummary) -> str:
    """A run as a version of its project, as Markdown: ``To-do list``, ``To-do list v2``.

    A name with a version is emphasised, so that the style can shorten it alone.
    """
    name = as_label(one_line(project_title(run.project_name), TASK_LENGTH))
    return f"*{name}* :gray[v{run.version}]" if run.version > 1 else name


def run_list(
    runs: Iterable[RunSummary],
    shown: RunList,
    *,
    pick: bool = False,
    sort: Sort | None = None,
    order: Callable[[Sort], None] | None = None,
    fronts: Mapping[UUID, str] = MappingProxyType({}),
) -> None:
    """Show runs, one row each.

    Args:
        runs: in the order to be shown.
        shown: which list.
        pick: whether each row has a box to tick.
        sort: the order of the list.
        order: called with the order that a press on a heading asks for; None: headings are words.
        fronts: addresses of pictures of front pages, by the ids of their runs.
    """
    key = shown.key
    with st.container(key=key, gap=None):
        with st.container(key=f"{key}_head", gap=None):
            st.text(shown.title)
            for column in shown.columns:
                if order and column.orders:
                    _heading(column, column.orders, sort, order)
                else:
                    st.text(column.title)
        for run in runs:
            _row(run, shown, pick, fronts.get(run.id, ""))


def _heading(
    column: ShownColumn,
    orders: tuple[Sort, Sort],
    sort: Sort | None,
    order: Callable[[Sort], None],
) -> None:
    """The title of a column as a button: orders the list by it, and then the other way round."""
    first, other = orders
    icons: dict[Sort | None, str] = {first: "arrow_downward", other: "arrow_upward"}
    icon = icons.get(sort, "unfold_more")
    wanted = other if sort is first else first
    st.button(
        column.title,
        key=f"order_by_{column.title.lower()}",
        type="tertiary",
        icon=f":material/{icon}:",
        icon_position="right",
        help=SORT_WORDS[wanted],
        on_click=order,
        args=(wanted,),
    )


def _row(run: RunSummary, shown: RunList, pick: bool, front: str) -> None:
    with st.container(key=f"{shown.key}_row_{run.id.hex}", gap=None):
        if pick:
            name = as_label(task_line(run.task, TASK_LENGTH))
            st.checkbox(f"Select {name}", key=pick_key(run.id), label_visibility="collapsed")
        run_link(run, shown.label(run) if shown.label else None)
        for column in shown.columns:
            text = column.text(run)
            if column.markdown:
                st.markdown(text, wrap=False)
            else:
                st.text(text, wrap=False)
        if front:  # last, so that the columns are counted without it
            front_image(front)


def run_link(run: RunBrief | RunSummary | Run, label: str | None = None) -> None:
    """A link to a run.

    Args:
        run: which.
        label: Markdown; None: its task.
    """
    st.page_link(
        RUN_PAGE,
        label=label or as_label(task_line(run.task, TASK_LENGTH)),
        icon="",
        help="",
        query_params={"id": str(run.id)},
    )
