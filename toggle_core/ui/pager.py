"""The way through a long list: Newest, Newer, Older, Oldest, with the place in the URL."""

from typing import Final

import streamlit as st

from toggle_core.errors import CursorRefused
from toggle_core.runs.cursor import OLDEST_PAGE, Cursor, read_cursor
from toggle_core.runs.reads import Page
from toggle_core.ui.address import write_address

CURSOR: Final = "cursor"
"""Name of the parameter in the URL."""


def pager(page: Page) -> None:
    """Show the four ways, where there is more than one page.

    Args:
        page: that is shown.
    """
    if page.newer is None and page.older is None:
        return
    _way("Newest", "first_page", None, open_=page.newer is not None)
    _way("Newer", "chevron_left", page.newer, open_=page.newer is not None)
    _way("Older", "chevron_right", page.older, open_=page.older is not None)
    _way("Oldest", "last_page", OLDEST_PAGE, open_=page.older is not None)


def cursor_in_url() -> Cursor | None:
    """Where the page begins that the address asks for; the newest run where that is unreadable."""
    text = st.query_params.get(CURSOR)
    try:
        return read_cursor(text) if text else None
    except CursorRefused:
        return None


def _way(label: str, icon: str, cursor: Cursor | None, *, open_: bool) -> None:
    st.button(
        label,
        key=f"page_{label.lower()}",
        icon=f":material/{icon}:",
        type="tertiary",
        disabled=not open_,
        on_click=_go,
        args=(cursor,),
    )


def _go(cursor: Cursor | None) -> None:
    write_address(**{CURSOR: str(cursor or "")})
