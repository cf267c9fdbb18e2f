"""Saved views: filters with a name, in a menu of the history."""

from uuid import UUID

import streamlit as st

from toggle_core.errors import DatabaseAway, ToggleError
from toggle_core.runs.views import SavedView, delete_view, list_views, save_view
from toggle_core.startup import services
from toggle_core.ui.asking import AWAY
from toggle_core.ui.errors import tell_refusal
from toggle_core.ui.filters import show_filter, wanted_runs, wanted_sort
from toggle_core.ui.login import submitter
from toggle_core.ui.text import as_label, one_line
from toggle_core.words import VIEW_NAME_LIMIT

NAME_LENGTH = 40


def views_menu() -> None:
    """A menu of the saved views, and a box to save what is shown under a name.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with st.popover("Views", icon=":material/bookmark:", key="views_menu"):
        views = list_views(services().database)
        for view in views:
            _view(view)
        if not views:
            st.caption("Save the filters that you use often, and find them here.")
        if refusal := st.session_state.pop("view_refusal", None):
            tell_refusal(refusal)
        st.text_input(
            "Save what is shown as",
            key="view_name",
            max_chars=VIEW_NAME_LIMIT,
            placeholder="For example: failed this month",
        )
        st.button("Save view", key="save_view", icon=":material/bookmark_add:", on_click=_save)


def _view(view: SavedView) -> None:
    name = as_label(one_line(view.name, NAME_LENGTH))
    with st.container(horizontal=True, vertical_alignment="center", key=f"view_{view.id.hex}"):
        st.button(
            name,
            key=f"open_{view.id.hex}",
            type="tertiary",
            on_click=show_filter,
            args=(view.wanted, view.sort),
        )
        st.space("stretch")
        st.button(
            "Remove",
            key=f"remove_{view.id.hex}",
            icon=":material/close:",
            type="tertiary",
            on_click=_remove,
            args=(view.id,),
        )


def _save() -> None:
    try:
        submitter()
        name: str = st.session_state.view_name
        save_view(services().database, name, wanted_runs(), wanted_sort())
    except DatabaseAway:
        st.session_state.view_refusal = AWAY
    except ToggleError as error:
        st.session_state.view_refusal = str(error)
    else:
        st.session_state.view_name = ""


def _remove(view_id: UUID) -> None:
    try:
        submitter()
        delete_view(services().database, view_id)
    except DatabaseAway:
        st.session_state.view_refusal = AWAY
    except ToggleError as error:
        st.session_state.view_refusal = str(error)
