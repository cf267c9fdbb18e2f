"""Who uses the dashboard, where it asks for a login; and the page that asks."""

import time
from typing import Final

import streamlit as st

from toggle_core.errors import LoginNeeded
from toggle_core.login import Login, is_current, login_of, name_of
from toggle_core.startup import services
from toggle_core.ui.errors import tell_refusal
from toggle_core.ui.text import as_label, one_line
from toggle_core.ui.theme import LOGO

NAME_LENGTH: Final = 60

OUTCOMES: Final = {
    "unreachable": "The login service cannot be reached at the moment. Please try again in a "
    "minute; if it stays like this, tell whoever runs this app.",
    "unfinished": "The login was not finished. Please try again; if it happens again, tell "
    "whoever runs this app.",
    "declined": "The login was cancelled, so you are not logged in.",
}
"""What became of the last attempt, by the word that the address carries."""


def is_admitted() -> bool:
    """Whether whoever looks at the page may see anything of it.

    Raises:
        DatabaseAway: the app is only just starting, or stopping.
    """
    login = login_of(services().settings)
    return login is None or _person(login) is not None


def submitter() -> str | None:
    """Who asks for what is being done; None where the dashboard asks nobody who they are.

    Raises:
        LoginNeeded: it does ask, and whoever this is may not.
        DatabaseAway: the app is only just starting, or stopping.
    """
    login = login_of(services().settings)
    if login is None:
        return None
    person = _person(login)
    if person is None:
        raise LoginNeeded
    return person


def account() -> None:
    """Show who is logged in, with the way out; nothing where nobody is asked."""
    person = submitter()
    if person is None:
        return
    with (
        st.container(key="account", horizontal=True, horizontal_alignment="right"),
        st.popover(as_label(one_line(person, NAME_LENGTH)), icon=":material/account_circle:"),
    ):
        st.caption("Your runs carry this name.")
        st.button("Log out", key="log_out", icon=":material/logout:", on_click=st.logout)


def login_page() -> None:
    """Ask for a login, or tell who is logged in that they are not on the list."""
    claims = st.user.to_dict()
    with st.container(key="login", horizontal_alignment="center", gap="small"):
        st.image(LOGO, width=56)
        if is_current(claims, now=time.time()):
            _refused(name_of(claims))
        else:
            _invited(was_here="iat" in claims)


def _invited(*, was_here: bool) -> None:
    st.title("Production Toggle", anchor=False)
    told = OUTCOMES.get(st.query_params.get("login", ""))
    if told:
        tell_refusal(told)
    elif was_here:
        tell_refusal("You were logged in for a day. Please log in again.")
    st.markdown("Please log in to see and start runs.", text_alignment="center")
    st.button("Log in", key="log_in", type="primary", icon=":material/login:", on_click=st.login)


def _refused(name: str | None) -> None:
    who = as_label(one_line(name or "somebody without a name", NAME_LENGTH))
    st.title("This account has no access", anchor=False)
    st.markdown(
        f"You are logged in as **{who}**, and this name is not on the list of people who may use "
        "this app. Ask whoever runs it to add you, or use another account.",
        text_alignment="center",
    )
    st.button("Use another account", key="log_out", icon=":material/logout:", on_click=st.logout)


def _person(login: Login) -> str | None:
    return login.person(st.user.to_dict(), now=time.time())
