"""The part of a page that keeps itself up to date while something is being worked on."""

from collections.abc import Callable
from typing import Final

import streamlit as st
from streamlit_autorefresh import st_autorefresh

from toggle_core.errors import DatabaseAway
from toggle_core.ui.errors import tell_away
from toggle_core.ui.login import is_admitted

REFRESH_MILLISECONDS: Final = 2_000


@st.fragment
def live(show: Callable[[], bool]) -> None:
    """Show something, and again every two seconds as long as it asks for it.

    Only this fragment runs again, so what is typed elsewhere stays. A page has one such part, at
    its top level (streamlit issue 16708). While the database is away it keeps trying.

    Args:
        show: reads, then shows; returns whether something is still being worked on.
    """
    with st.container(key="live"):
        try:
            if not is_admitted():  # The login has ended; the page as a whole says so.
                st.rerun()
            unfinished = show()
        except DatabaseAway:
            tell_away()
            unfinished = True
    if unfinished:
        with st.container(key="timer"):
            st_autorefresh(interval=REFRESH_MILLISECONDS, key="tick")
