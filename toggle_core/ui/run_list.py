"""Runs as a list: a table on a wide screen, cards on a narrow one. Each row opens its run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.runs.model import Run, RunBrief, RunSummary
from toggle_core.ui.badges import standing_badge
from toggle_core.ui.text import as_label, first_line, first_words, one_line
from toggle_core.ui.times import duration, when
from toggle_core.ui.words import STAGE_WORDS, VERDICT_WORDS
from toggle_core.ui.zones import viewer_zone

RUN_PAGE: Final = "run.py"
TASK_LENGTH: Final = 120
CELL_LENGTH: Final = 60
"""Characters sent for a cell; the browser cuts at the width there is."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column beside the task.

    Attributes:
        title: what stands above it.
        text: what stands in a run's cell.
        markdown: whether the text is Markdown of our own, not text of others.
    """

    title: str
    text: Callable[[RunSummary], str]
    markdown: bool = False


def _started(run: RunSummary) -> str:
    zone = viewer_zone()
    return when(run.started_at or run.created_at, zone, datetime.now(UTC))


def _took(run: RunSummary) -> str:
    if run.started_at is None or run.finished_at is None:
        return ""
    took = duration((run.finished_at - run.started_at).total_seconds())
    return took.replace("less than ", "< ")  # the column is narrow


def _stage_or_verdict(run: RunSummary) -> str:
    """Where the run is; once it is completed, what the gates said of it."""
    return VERDICT_WORDS[run.verdict] if run.verdict else STAGE_WORDS[run.stage]


STATUS: Final = Column("Status", standing_badge, markdown=True)
VERDICT: Final = Column("Verdict", lambda run: VERDICT_WORDS[run.verdict] if run.verdict else "")
STAGE: Final = Column("Stage", lambda run: STAGE_WORDS[run.stage])
STAGE_OR_VERDICT: Final = Column("Stage", _stage_or_verdict)
PLAN: Final = Column("Plan", lambda run: first_words(run.plan, CELL_LENGTH))
CODE: Final = Column("Code", lambda run: first_line(run.code, CELL_LENGTH))
BUILDER: Final = Column("Builder", lambda run: one_line(run.builder, CELL_LENGTH))
STARTED: Final = Column("Started", _started)
TOOK: Final = Column("Took", _took)

RECENT: Final = (STATUS, STAGE_OR_VERDICT, PLAN, CODE, STARTED)
HISTORY: Final = (STATUS, VERDICT, STAGE, BUILDER, TOOK, STARTED)


def pick_key(run_id: UUID) -> str:
    """Key of the box that ticks a run."""
    return f"pick_{run_id.hex}"


def run_list(
    runs: Iterable[RunSummary], columns: tuple[Column, ...], *, key: str, pick: bool = False
) -> None:
    """Show runs, one row each.

    Args:
        runs: in the order to be shown.
        columns: beside the task.
        key: of the list, for its style.
        pick: whether each row has a box to tick.
    """
    with st.container(key=key, gap=None):
        with st.container(key=f"{key}_head", gap=None):
            for title in ("Task", *(column.title for column in columns)):
                st.text(title)
        for run in runs:
            _row(run, columns, key, pick)


def _row(run: RunSummary, columns: tuple[Column, ...], key: str, pick: bool) -> None:
    with st.container(key=f"{key}_row_{run.id.hex}", gap=None):
        if pick:
            name = as_label(one_line(run.task, TASK_LENGTH))
            st.checkbox(f"Select {name}", key=pick_key(run.id), label_visibility="collapsed")
        run_link(run)
        for column in columns:
            text = column.text(run)
            if column.markdown:
                st.markdown(text, wrap=False)
            else:
                st.text(text, wrap=False)


def run_link(run: RunBrief | RunSummary | Run) -> None:
    """A link to a run that is named for its task."""
    st.page_link(
        RUN_PAGE,
        label=as_label(one_line(run.task, TASK_LENGTH)),
        icon="",
        help="",
        query_params={"id": str(run.id)},
    )
