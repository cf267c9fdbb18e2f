"""Saved views: filters with a name, in a menu of the history."""

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from toggle_core.errors import DatabaseAway, ToggleError
from toggle_core.history.saved_views import (
    SavedView,
    delete_view,
    list_views,
    rename_view,
    save_view,
)
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
    if st.session_state.get("renaming") == view.id:
        _new_name(view)
        return
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
            "Rename",
            key=f"rename_{view.id.hex}",
            icon=":material/edit:",
            type="tertiary",
            on_click=_begin_renaming,
            args=(view,),
        )
        st.button(
            "Remove",
            key=f"remove_{view.id.hex}",
            icon=":material/close:",
            type="tertiary",
            on_click=_remove,
            args=(view.id,),
        )


def _new_name(view: SavedView) -> None:
    """A box with the name of a view, in place of its row."""
    with st.container(key=f"view_{view.id.hex}", gap="small"):
        st.text_input("New name", key=_new_name_key(view.id), max_chars=VIEW_NAME_LIMIT)
        with st.container(horizontal=True):
            st.button("Save name", key="save_name", on_click=_rename, args=(view.id,))
            st.button("Leave it", key="keep_name", type="tertiary", on_click=_end_renaming)


def _new_name_key(view_id: UUID) -> str:
    return f"new_name_{view_id.hex}"


def _begin_renaming(view: SavedView) -> None:
    st.session_state.renaming = view.id
    st.session_state[_new_name_key(view.id)] = view.name


def _end_renaming() -> None:
    st.session_state.pop("renaming", None)


def _rename(view_id: UUID) -> None:
    name: str = st.session_state[_new_name_key(view_id)]
    if _done(lambda: rename_view(services().database, view_id, name)):
        _end_renaming()


def _save() -> None:
    name: str = st.session_state.view_name
    if _done(lambda: save_view(services().database, name, wanted_runs(), wanted_sort())):
        st.session_state.view_name = ""


def _remove(view_id: UUID) -> None:
    _done(lambda: delete_view(services().database, view_id))


def _done(what: Callable[[], object]) -> bool:
    """Do something in a callback; a refusal is kept for the menu to tell."""
    try:
        submitter()
        what()
    except DatabaseAway:
        st.session_state.view_refusal = AWAY
    except ToggleError as error:
        st.session_state.view_refusal = str(error)
    else:
        return True
    return False
