"""What will be checked, a row for each promise: edit, strike or add one before any code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import streamlit as st

from toggle_core.gates.promises.model import FEWEST
from toggle_core.gates.promises.reading import LONGEST_SENTENCE
from toggle_core.gates.promises.review import reviewed_promises
from toggle_core.runs.model import Run
from toggle_core.ui.promises import HOW_TRIED, left_out_view, steps_view
from toggle_core.ui.text import as_label, visible

NEW_STEPS: Final = (
    "Steps are written for it where the builder can. If not, you would try it yourself, and the run"
    " could end as Works, not as Ready."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A promise in the review.

    Attributes:
        run_id: of the run.
        name: of the row, unique in the review.
        promise: as it was; None: the person has added it.
    """

    run_id: UUID
    name: str
    promise: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """Of the text box."""
        return f"sentence_{self.run_id.hex}_{self.name}"

    @property
    def was(self) -> str:
        """The sentence before the review."""
        return visible(self.promise["sentence"]) if self.promise else ""

    @property
    def sentence(self) -> str:
        """The sentence as it stands there now, on one line."""
        return " ".join(st.session_state.get(self.key, self.was).split())

    @property
    def is_struck(self) -> bool:
        """Whether it will not be checked."""
        return self.name in _struck(self.run_id) or not self.sentence

    @property
    def is_changed(self) -> bool:
        """Whether it says something else now, or is new."""
        return self.promise is None or self.sentence != " ".join(self.was.split())


def promise_review(run: Run) -> None:
    """Show the promises of a run, each with its steps, and let a person change them.

    Args:
        run: whose stage is ``reviewing``; nothing is shown where it has no promises.
    """
    if not run.promises:
        return
    rows = _rows(run)
    left = sum(not row.is_struck for row in rows)
    st.header("What will be checked", anchor=False)
    count = "1 promise" if left == 1 else f"{left} promises"
    st.caption(f"{count}, {FEWEST} are needed for Ready. {HOW_TRIED}")
    with st.container(key="reviewed", gap=None):
        for number, row in enumerate(rows, 1):
            with st.container(key=f"reviewed_{number}", gap=None):
                _row(row, number)
    _add_row(run.id)
    left_out_view(run.promises)


def changes_of(run: Run) -> int:
    """How many promises a person has changed, struck or added."""
    if not run.promises:
        return 0
    return sum(_counts(row) for row in _rows(run))


def promises_to_send(run: Run) -> dict[str, Any] | None:
    """The promises as they stand in the review; None where nothing was changed."""
    if not run.promises or not changes_of(run):
        return None
    rows = [row for row in _rows(run) if not row.is_struck]
    sentences = {
        row.promise["id"]: row.sentence if row.is_changed else row.promise["sentence"]
        for row in rows
        if row.promise
    }
    added = [row.sentence for row in rows if not row.promise]
    return reviewed_promises(run.promises, sentences, added)


def _counts(row: Row) -> bool:
    """Whether a row is a change: one that was added and emptied again is none."""
    return row.promise is not None if row.is_struck else row.is_changed


def _rows(run: Run) -> list[Row]:
    promises = run.promises["promises"] if run.promises else ()
    known = [Row(run.id, str(number), promise) for number, promise in enumerate(promises)]
    return known + [Row(run.id, f"added_{number}") for number in _added(run.id)]


def _row(row: Row, number: int) -> None:
    struck = row.name in _struck(row.run_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if struck:
            st.markdown(f":gray[~~{as_label(row.sentence or row.was)}~~]", width="stretch")
        else:
            st.session_state.setdefault(row.key, row.was)
            st.text_area(
                f"Promise {number}",
                key=row.key,
                height="content",
                max_chars=LONGEST_SENTENCE,
                label_visibility="collapsed",
                persist_state="session",
            )
        # One button for both, so that it keeps the focus.
        st.button(
            f"Put promise {number} back" if struck else f"Strike promise {number}",
            key=f"strike_{row.key}",
            icon=":material/undo:" if struck else ":material/close:",
            type="tertiary",
            on_click=_strike,
            args=(row, not struck),
        )
    if not struck:
        _below(row)


def _below(row: Row) -> None:
    """How a promise is tried, or what becomes of it as it stands there now."""
    if not row.sentence:
        st.caption("An empty promise is struck.")
    elif row.promise and not row.is_changed:
        steps_view(row.promise)
    elif row.promise:
        st.caption(f"Was: “{as_label(row.was)}” {NEW_STEPS}")
    else:
        st.caption(f"Yours. {NEW_STEPS}")


def _add_row(run_id: UUID) -> None:
    typed = f"new_promise_{run_id.hex}"
    with (
        st.form(f"add_promise_{run_id.hex}", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="center", gap="small", key="add_promise"),
    ):
        st.text_input(
            "Add a promise",
            key=typed,
            max_chars=LONGEST_SENTENCE,
            placeholder="Add a promise: “When I …, then …”",
            label_visibility="collapsed",
        )
        st.form_submit_button("Add", icon=":material/add:", on_click=_add, args=(run_id, typed))


def _struck(run_id: UUID) -> set[str]:
    """Names of the rows that are struck."""
    struck: set[str] = st.session_state.setdefault(f"struck_{run_id.hex}", set())
    return struck


def _added(run_id: UUID) -> list[int]:
    """Numbers of the rows that were added."""
    added: list[int] = st.session_state.setdefault(f"added_{run_id.hex}", [])
    return added


def _strike(row: Row, strike: bool) -> None:
    if strike:
        _struck(row.run_id).add(row.name)
    else:
        _struck(row.run_id).discard(row.name)


def _add(run_id: UUID, typed: str) -> None:
    sentence = " ".join(str(st.session_state[typed]).split())
    if not sentence:
        return
    number = max(_added(run_id), default=0) + 1
    _added(run_id).append(number)
    st.session_state[Row(run_id, f"added_{number}").key] = sentence
