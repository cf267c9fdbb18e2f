"""A run that works, with promises that are left to its founder: which, why, and checked again."""

from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.gates.model import promises_of
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.asking import ask
from toggle_core.ui.checkpoints import start_from
from toggle_core.ui.text import as_label
from toggle_core.versions.lineage import checkpoint_of_code
from toggle_core.words import PromiseOutcome

KEYS: Final = (
    "Your keys never reach the checks: to try a promise with one, download the project, set the "
    "key there, and run `python check_promises.py`."
)


def works_view(run: Run) -> None:
    """Show the promises that could not be tried, and the button that tries them again.

    Args:
        run: that works, with some promises untried.
    """
    untried = [each for each in promises_of(run.gates) if each.outcome is PromiseOutcome.UNTRIED]
    if not untried:
        return
    many = f"{len(untried)} promises are" if len(untried) > 1 else "One promise is"
    with st.container(key="works", gap="small"):
        st.header(f"It works. {many} yours to try", anchor=False)
        for each in untried:
            st.markdown(f"“{as_label(each.sentence)}” {as_label(each.why)}")
        if any(each.id in _with_steps(run) for each in untried):
            _ways(run)


def _with_steps(run: Run) -> set[str]:
    """Ids of the promises that can be carried out once what they need is there."""
    promises = (run.promises or {}).get("promises", ())
    return {promise["id"] for promise in promises if promise.get("steps")}


def _ways(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Check again",
            key="check_again",
            icon=":material/play_circle:",
            on_click=_check_again,
            args=(run.id,),
        )
        st.caption(f"Checks the same code once what was missing is there. {KEYS}")


def _check_again(run_id: UUID) -> None:
    written = ask(lambda: checkpoint_of_code(services().database, run_id))
    if written is not None:
        start_from(run_id, written)
