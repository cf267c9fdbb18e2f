"""What a person sees when something is wrong: one calm sentence, never a traceback."""

import logging
import secrets
from typing import Final

import streamlit as st

from toggle_core.errors import DatabaseAway, ToggleError
from toggle_core.ui.text import as_label

logger = logging.getLogger(__name__)


COMES_BACK: Final = "This page will reconnect automatically."


def tell_away(hope: str = COMES_BACK) -> None:
    """Say that the database is away.

    Args:
        hope: how the page comes back.
    """
    st.warning(
        "**The database cannot be reached at the moment.** Nothing that was accepted is lost. "
        f"{hope}",
        icon=":material/cloud_off:",
    )


def tell_refusal(sentence: str) -> None:
    """Say why something was not done.

    Args:
        sentence: of the error, as plain text.
    """
    st.warning(as_label(sentence), icon=":material/info:")


def tell_failure(error: Exception) -> bool:
    """Show an error that no page expected: for ``on_script_error`` of ``st.App``.

    Args:
        error: as it was raised.

    Returns:
        True: nothing else is to be shown.
    """
    if isinstance(error, DatabaseAway):
        tell_away("Reload this page in a moment, if it does not come back by itself.")
    elif isinstance(error, ToggleError):
        tell_refusal(str(error))
    else:
        reference = secrets.token_hex(4)
        logger.error("A page failed, reference %s", reference, exc_info=error)
        st.error(
            "**This page could not be shown as a whole.** Your runs are safe. Reload the page; "
            f"if it happens again, say reference `{reference}` to whoever runs this app.",
            icon=":material/error:",
        )
    return True
