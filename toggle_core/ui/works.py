"""A run that works, with promises that are left to its founder: which, why, and checked again."""

from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.gates.harness.promises.needs import NEEDS_A_BROWSER, needed_keys
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

BROWSER: Final = (
    "To have these tried for you, install Chromium on the machine that runs the checks (Settings "
    "shows how), and check again."
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
        promised = {promise["id"]: promise for promise in (run.promises or {})["promises"]}
        own = [promised[each.id] for each in untried if each.id in promised]
        if any(promise["steps"] and not needed_keys(promise) for promise in own):
            st.button(
                "Check again",
                key="check_again",
                icon=":material/play_circle:",
                help="Checks the same code once what was missing is there.",
                on_click=_check_again,
                args=(run.id,),
            )
        if any(needed_keys(promise) for promise in own):
            st.caption(KEYS)
        if any(each.why == NEEDS_A_BROWSER for each in untried):
            st.caption(BROWSER)


def _check_again(run_id: UUID) -> None:
    written = ask(lambda: checkpoint_of_code(services().database, run_id))
    if written is not None:
        start_from(run_id, written)
