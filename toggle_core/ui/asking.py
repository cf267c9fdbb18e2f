"""Asking for something on a page: what was refused is told, and a new run is led to."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

import streamlit as st

from toggle_core.errors import DatabaseAway, ToggleError
from toggle_core.runs.model import Receipt
from toggle_core.ui.errors import tell_refusal
from toggle_core.ui.login import submitter
from toggle_core.ui.run_list import RUN_PAGE

T = TypeVar("T")

AWAY = (
    "This was not done, because the database could not be reached. What you typed is kept: press "
    "the button again in a few seconds."
)


def ask(what: Callable[[], T]) -> T | None:
    """Ask for something in a callback; a refusal is kept for the page to tell.

    A callback runs before its page does, so it is here that a login which has ended is noticed.

    Args:
        what: asks.

    Returns:
        What it returns, such as a receipt; None where it was refused.
    """
    try:
        submitter()
        return what()
    except DatabaseAway:
        st.session_state.action_refusal = AWAY
    except ToggleError as error:
        st.session_state.action_refusal = str(error)
    return None


def ask_for_run(what: Callable[[], Receipt]) -> Receipt | None:
    """Ask for a new run in a callback, which the page leads to.

    Args:
        what: asks.

    Returns:
        The receipt, None where it was refused.
    """
    receipt = ask(what)
    if receipt is not None:
        st.session_state.successor = receipt.task_id
        st.session_state.press = uuid4()
    return receipt


def press_of(run_id: UUID, *asked: str) -> str:
    """An idempotency key: a second press of the same button finds the run of the first.

    Args:
        run_id: of the run whose page holds the button.
        asked: what was asked for.
    """
    press: UUID = st.session_state.setdefault("press", uuid4())
    return str(uuid5(run_id, ":".join((press.hex, *asked))))


def tell_outcome() -> None:
    """Tell what was refused at the last press, or open the run that it made."""
    if sentence := st.session_state.pop("action_refusal", None):
        tell_refusal(sentence)
    if successor := st.session_state.pop("successor", None):
        st.switch_page(RUN_PAGE, query_params={"id": str(successor)})
