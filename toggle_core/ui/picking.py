"""Choose several runs of the list, and ask the same of all of them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final
from uuid import UUID, uuid4

import streamlit as st

from toggle_core.errors import DatabaseAway, LoginNeeded
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import list_statuses
from toggle_core.runs import control
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.model import Receipt, RunSummary
from toggle_core.startup import services
from toggle_core.ui.asking import AWAY, ask, press_of
from toggle_core.ui.comparison import COMPARE_PAGE, compare_address
from toggle_core.ui.errors import tell_refusal
from toggle_core.ui.login import submitter
from toggle_core.ui.run_list import pick_key
from toggle_core.versions import lineage
from toggle_core.words import Status

TWO: Final = 2
MOST: Final = 1_000
"""Runs that can be selected at once, beyond the page that is shown."""
MOST_AGAIN: Final = 100
"""Runs that can be submitted again at once."""
WHOLE: Final = "picked_whole"
"""Keeps the filter of which all runs are selected."""


def is_picking() -> bool:
    """Whether the rows of the list have a box to tick."""
    return bool(st.session_state.get("picking"))


def picking_switch() -> None:
    """A quiet button that shows or hides the boxes."""
    st.button(
        "Done" if is_picking() else "Select several",
        key="pick_off" if is_picking() else "pick_on",
        icon=":material/checklist:",
        type="tertiary",
        on_click=_switch,
        args=(not is_picking(),),
    )


def picked_outcome() -> None:
    """Say what became of the last press, also where it has left no run to show."""
    if told := st.session_state.pop("picked_told", None):
        st.toast(told)
    if refused := st.session_state.pop("action_refusal", None):
        tell_refusal(refused)


def picked_actions(runs: Sequence[RunSummary], count: int, wanted: RunFilter) -> None:
    """What can be done with the runs that are ticked, or with all runs of the filter.

    Args:
        runs: of the page that is shown.
        count: of all runs of the filter, counted up to ``EXACT_COUNT`` + 1.
        wanted: the filter.
    """
    if not is_picking():
        return
    whole = _has_whole(runs, wanted)
    ticked = [run for run in runs if st.session_state.get(pick_key(run.id))]
    picked = (
        list_statuses(services().database, wanted, MOST)
        if whole
        else {run.id: run.status for run in ticked}
    )
    working = [run_id for run_id, status in picked.items() if status is Status.PROCESSING]
    with st.container(horizontal=True, vertical_alignment="center", key="picked"):
        st.markdown(f"**{len(picked):,} selected**", width="content")
        _more(runs, ticked, count, wanted, whole=whole)
        _compare_button([] if whole else ticked)
        st.button(
            "Cancel",
            key="cancel_picked",
            icon=":material/cancel:",
            disabled=not working,
            on_click=_each,
            args=(working, _cancel, "asked to stop"),
        )
        st.button(
            "Run again",
            key="again_picked",
            icon=":material/replay:",
            disabled=not picked or len(picked) > MOST_AGAIN,
            help=f"At most {MOST_AGAIN} at once." if len(picked) > MOST_AGAIN else None,
            on_click=_each,
            args=(list(picked), _run_again, "submitted again"),
        )
        with st.popover("Delete", icon=":material/delete:", disabled=not picked):
            st.markdown(
                f"**Delete {len(picked):,} for good?** Their plans, files and steps are gone then. "
                "What is still being worked on stays."
            )
            st.button(
                "Yes, delete",
                key="delete_picked",
                type="primary",
                on_click=_delete,
                args=(list(picked),),
            )
        st.space("stretch")
        picking_switch()


def _has_whole(runs: Sequence[RunSummary], wanted: RunFilter) -> bool:
    """Whether all runs of the filter are selected. A box that is unticked ends it."""
    state = st.session_state
    if state.get(WHOLE) != wanted:
        return False
    if any(state.get(pick_key(run.id)) is False for run in runs):
        del state[WHOLE]
        return False
    _tick(runs)
    return True


def _more(
    runs: Sequence[RunSummary],
    ticked: Sequence[RunSummary],
    count: int,
    wanted: RunFilter,
    *,
    whole: bool,
) -> None:
    """A button that selects the page, then all runs of the filter, then none."""
    if whole or (len(ticked) == len(runs) and count <= len(runs)):
        st.button(
            "Select none", key="pick_none", type="tertiary", on_click=_pick_none, args=(runs,)
        )
    elif len(ticked) < len(runs):
        st.button(
            "Select this page", key="pick_page", type="tertiary", on_click=_tick, args=(runs,)
        )
    else:
        st.button(
            f"Select all {count:,}" if count <= MOST else "Select all",
            key="pick_whole",
            type="tertiary",
            disabled=count > MOST,
            help=f"At most {MOST:,} at once: narrow the list first." if count > MOST else None,
            on_click=st.session_state.__setitem__,
            args=(WHOLE, wanted),
        )


def _tick(runs: Sequence[RunSummary]) -> None:
    for run in runs:
        st.session_state[pick_key(run.id)] = True


def _pick_none(runs: Sequence[RunSummary]) -> None:
    st.session_state.pop(WHOLE, None)
    for run in runs:
        st.session_state[pick_key(run.id)] = False


def _compare_button(picked: Sequence[RunSummary]) -> None:
    pressed = st.button(
        "Compare",
        key="compare_picked",
        icon=":material/compare_arrows:",
        disabled=len(picked) != TWO,
        help=None if len(picked) == TWO else "Select two runs to see them side by side.",
    )
    if pressed:
        older, newer = sorted(picked, key=lambda run: (run.created_at, run.id))
        st.switch_page(COMPARE_PAGE, query_params=compare_address(older.id, newer.id))


def _switch(on: bool) -> None:
    st.session_state.picking = on
    st.session_state.pop(WHOLE, None)


def _each(ids: Sequence[UUID], what: Callable[[UUID], Receipt], words: str) -> None:
    """Ask something of every run, and untick those that it was done with."""
    done = [run_id for run_id in ids if ask(partial(what, run_id)) is not None]
    for run_id in done:
        st.session_state[pick_key(run_id)] = False
    st.session_state.pop(WHOLE, None)
    st.session_state.press = uuid4()
    st.session_state.picked_told = f"{len(done)} of {len(ids)} {words}."


def _delete(ids: Sequence[UUID]) -> None:
    try:
        submitter()
        outcome = delete_runs(services().database, ids)
    except DatabaseAway:
        st.session_state.action_refusal = AWAY
        return
    except LoginNeeded as error:
        st.session_state.action_refusal = str(error)
        return
    st.session_state.pop(WHOLE, None)
    if outcome.refused:
        st.session_state.action_refusal = next(iter(outcome.refused.values()))
    st.session_state.picked_told = f"{len(outcome.done)} of {len(ids)} deleted."


def _cancel(run_id: UUID) -> Receipt:
    return control.cancel(services().database, run_id)


def _run_again(run_id: UUID) -> Receipt:
    opened = services()
    key = press_of(run_id, "picked")
    return lineage.run_again(
        opened.database,
        run_id,
        builder=opened.builder.name,
        idempotency_key=key,
        intake=opened.intake,
        submitted_by=submitter(),
    )
