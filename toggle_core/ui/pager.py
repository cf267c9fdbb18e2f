"""The way through a long list: Newest, Newer, Older, Oldest, with the place in the URL."""

from typing import Final

import streamlit as st

from toggle_core.errors import CursorRefused
from toggle_core.history.cursor import Cursor, Direction, read_cursor
from toggle_core.history.reads import Page
from toggle_core.history.sorting import Sort
from toggle_core.ui.address import let_show, write_address

CURSOR: Final = "cursor"
"""Name of the parameter in the URL."""

SIZE: Final = "size"
"""Name of the parameter for the size of a page, and key of its menu."""
SIZES: Final = (25, 50, 100)

WAYS_BY_DATE: Final = ("Newest", "Newer", "Older", "Oldest")
WAYS: Final = ("First", "Previous", "Next", "Last")


def pager(page: Page, sort: Sort = Sort.NEWEST) -> None:
    """Show the four ways, where there is more than one page.

    Args:
        page: that is shown.
        sort: the order of the list.
    """
    if page.previous is None and page.next is None:
        return
    first, previous, following, last = WAYS_BY_DATE if sort is Sort.NEWEST else WAYS
    before, after = page.previous is not None, page.next is not None
    _way(first, "first_page", None, open_=before)
    _way(previous, "chevron_left", page.previous, open_=before)
    _way(following, "chevron_right", page.next, open_=after)
    _way(last, "last_page", Cursor.last_page(sort), open_=after)


def page_size() -> int:
    """How many runs a page has: as the address asks, or else as was chosen last."""
    asked = st.query_params.get(SIZE, st.session_state.get("size_kept", ""))
    return int(asked) if asked in map(str, SIZES) else SIZES[0]


def size_menu(count: int) -> None:
    """A menu of the sizes of a page, where there is more than the smallest.

    Args:
        count: of the runs that there are.
    """
    if count <= SIZES[0]:
        return
    let_show(SIZE, page_size())
    st.selectbox(
        "Runs per page",
        SIZES,
        key=SIZE,
        format_func=lambda size: f"{size} per page",
        label_visibility="collapsed",
        width=140,
        on_change=_resize,
    )


def _resize() -> None:
    """Write the size into the address, and begin at the first run."""
    size: int = st.session_state[SIZE]
    st.session_state.size_kept = str(size)
    write_address(**{SIZE: "" if size == SIZES[0] else str(size), CURSOR: ""})


def cursor_in_url(sort: Sort = Sort.NEWEST) -> Cursor | None:
    """Where the page begins that the address asks for; the first run where that is unreadable.

    Args:
        sort: the order of the list.
    """
    text = st.query_params.get(CURSOR)
    try:
        return read_cursor(text, sort) if text else None
    except CursorRefused:
        return None


def nearest(cursor: Cursor) -> Cursor | None:
    """The page beside one on which no run is left, as after they were deleted.

    Args:
        cursor: of the empty page.
    """
    return Cursor.last_page(cursor.sort) if cursor.direction is Direction.NEXT else None


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
