"""The columns of the list of runs: what there is, what is shown at first, and what a viewer chose.

What is chosen stands in the address and is kept for the session; the browser keeps it for longer
(``ui.document``).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

import streamlit as st

from toggle_core.history.sorting import Sort
from toggle_core.runs.columns import columns_of
from toggle_core.runs.model import RunSummary
from toggle_core.startup import services
from toggle_core.ui.address import let_show, write_address
from toggle_core.ui.badges import short_badge
from toggle_core.ui.costs import run_cost
from toggle_core.ui.labels import EVIDENCE_WORDS, STAGE_WORDS, Standing, standing_of, verdict_word
from toggle_core.ui.run_list import RunList, ShownColumn, declared_column, version_of
from toggle_core.ui.text import first_words, one_line, task_line
from toggle_core.ui.times import duration, with_day
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import Evidence

CELL_LENGTH: Final = 160
"""Characters sent of what happened; the browser cuts at the width there is."""

PARAMETER: Final = "columns"
"""Name of the parameter in the address."""

KEPT: Final = f"{PARAMETER}_kept"
"""Key of what was chosen last in the session."""

COOKIE: Final = "toggle_columns"
"""Name of the cookie in which the browser keeps it (``ui.document``)."""

TASK_WIDTH: Final = "minmax(9rem, 2.2fr)"


def _what_happened(run: RunSummary) -> str:
    """In one line: what was made, where the run is, or why it stopped."""
    match standing_of(run):
        case Standing.WAITING | Standing.WORKING | Standing.TO_REVIEW:
            return STAGE_WORDS[run.stage]
        case Standing.DRAFT:
            return "Not checked: the production toggle was off"
        case Standing.WORKS:
            return verdict_word(run)
        case Standing.READY if run.version > 1:
            return task_line(run.task, CELL_LENGTH)
        case Standing.READY:
            return first_words(run.plan, CELL_LENGTH)
    return one_line(run.reason or "", CELL_LENGTH)


def _promises(run: RunSummary) -> str:
    if run.evidence == Evidence.CHECKS:
        return "Seven checks"
    return f"{run.promises_kept} of {run.promises_count} kept" if run.promises_count else ""


def _strength(run: RunSummary) -> str:
    return "" if run.proof_strength is None else f"{run.proof_strength} %"


def _evidence(run: RunSummary) -> str:
    return "" if run.evidence is None else EVIDENCE_WORDS[Evidence(run.evidence)]


def _tokens(run: RunSummary) -> str:
    tokens = run.tokens_in + run.tokens_out
    return f"{tokens:,}" if tokens else ""


def _cost(run: RunSummary) -> str:
    return run_cost(run.builder, run.tokens_in, run.tokens_out, services().settings)


def _started(run: RunSummary) -> str:
    return with_day(run.started_at or run.created_at, viewer_zone(), datetime.now(UTC))


def _seconds(name: str) -> Callable[[RunSummary], str]:
    def shown(run: RunSummary) -> str:
        seconds: float | None = getattr(run, name)
        # The columns are narrow.
        return "" if seconds is None else duration(seconds).replace("less than ", "< ")

    return shown


COMPOSED: Final = {
    "state": ShownColumn("State", "6.2rem", short_badge, markdown=True, narrow=True),
    "promises": ShownColumn("Promises", "6.6rem", _promises, narrow=True, below=""),
    "strength": ShownColumn(
        "Strength",
        "5.2rem",
        _strength,
        narrow=True,
        below="tests notice ",
        orders=(Sort.STRONGEST, Sort.WEAKEST),
    ),
    "happened": ShownColumn(
        "What happened", "minmax(8rem, 2.6fr)", _what_happened, narrow=True, whole_row=True
    ),
}
LAST: Final = {
    "took": ShownColumn(
        "Took", "5rem", _seconds("working_seconds"), orders=(Sort.LONGEST, Sort.SHORTEST)
    ),
    "started": ShownColumn(
        "Started", "7.4rem", _started, narrow=True, orders=(Sort.NEWEST, Sort.OLDEST)
    ),
}
OTHERS: Final = {
    "waited": ShownColumn("Waited", "5rem", _seconds("waiting_seconds")),
    "reviewed": ShownColumn("Review", "5rem", _seconds("review_seconds")),
    "tokens": ShownColumn("Tokens", "5rem", _tokens, orders=(Sort.MOST_TOKENS, Sort.FEWEST_TOKENS)),
    "cost": ShownColumn("Cost, about", "6.4rem", _cost),
    "evidence": ShownColumn("Evidence", "9.6rem", _evidence),
    "id": ShownColumn("Id", "minmax(8rem, 18rem)", lambda run: str(run.id), code=True),
}
_DECLARED: Final = [(each, each.column.cell) for each in columns_of(RunSummary)]
_CELLS: Final = [(each, cell) for each, cell in _DECLARED if cell]

OFFERED: Final = (
    COMPOSED | {each.public: declared_column(each, cell) for each, cell in _CELLS} | OTHERS | LAST
)
"""All columns beside the project, by their names in the address, in the order they are shown."""

AT_FIRST: Final = (
    *COMPOSED,
    *(each.public for each, cell in _CELLS if cell.at_first),
    *LAST,
)
"""The names of those that are shown where nobody has chosen."""


def history_of(names: tuple[str, ...]) -> RunList:
    """The list of runs with some columns.

    Args:
        names: keys of ``OFFERED``.
    """
    columns = tuple(column for name, column in OFFERED.items() if name in names)
    return RunList("history", "Project", TASK_WIDTH, columns, label=version_of)


HISTORY: Final = history_of(AT_FIRST)


def chosen_columns() -> tuple[str, ...]:
    """The names of the columns that the address asks for, or else those that were chosen last."""
    if KEPT not in st.session_state:
        st.session_state[KEPT] = unquote(st.context.cookies.get(COOKIE, ""))
    asked = st.query_params.get(PARAMETER, st.session_state[KEPT])
    st.session_state[KEPT] = asked
    known = tuple(name for name in OFFERED if name in asked.split(","))
    return known or AT_FIRST


def columns_menu() -> None:
    """A button that unfolds a box for each column."""
    chosen = chosen_columns()
    with st.popover("Columns", icon=":material/view_column:", key="columns_menu"):
        st.caption(f"{len(chosen)} of {len(OFFERED)} shown")
        places = st.columns(2)
        half = (len(OFFERED) + 1) // 2
        for number, (name, column) in enumerate(OFFERED.items()):
            key = _box(name)
            let_show(key, name in chosen)
            places[number // half].checkbox(column.title, key=key, on_change=_changed)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Remembered in this browser.", width="stretch")
            st.button("Reset", key="columns_reset", type="tertiary", on_click=_reset)


def _box(name: str) -> str:
    return f"column_{name}"


def _changed() -> None:
    """Write what is ticked into the address. Without a tick the columns of the start are shown."""
    chosen = tuple(name for name in OFFERED if st.session_state.get(_box(name)))
    _write("" if chosen in {(), AT_FIRST} else ",".join(chosen))


def _reset() -> None:
    _write("")


def _write(text: str) -> None:
    st.session_state[KEPT] = text
    write_address(**{PARAMETER: text})
