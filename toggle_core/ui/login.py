"""Who uses the dashboard, where it asks for a login; and the page that asks."""

import time
from typing import Final

import streamlit as st

from toggle_core.errors import DatabaseAway, LoginNeeded
from toggle_core.login import SUBJECT, Login, is_current, login_of, name_of
from toggle_core.settings import get_settings
from toggle_core.startup import services
from toggle_core.ui.errors import tell_refusal
from toggle_core.ui.text import as_label, one_line

NAME_LENGTH: Final = 60

OUTCOMES: Final = {
    "unreachable": "The login service cannot be reached at the moment. Please try again in a "
    "minute; if it stays like this, tell whoever runs this app.",
    "unfinished": "The login was not finished. Please try again; if it happens again, tell "
    "whoever runs this app.",
    "declined": "The login was cancelled, so you are not logged in.",
}
"""What became of the last attempt, by the word that the address carries."""

STYLE: Final = """<style>
.st-key-account { position: fixed; top: 0.65rem; right: 1rem; z-index: 999991; width: auto; }
.st-key-account button { border-color: transparent; background: none; min-height: 2rem; }
.st-key-login {
  max-width: 25rem; margin: 12vh auto 0; padding: 2.2rem 1.8rem; text-align: center;
  border: 1px solid var(--faint); border-radius: 18px;
  box-shadow: 0 1px 2px rgb(31 36 33 / 5%), 0 12px 32px -12px rgb(31 36 33 / 14%);
}
.st-key-login h1 { font-size: 1.5rem; text-align: center; padding: 0; overflow-wrap: anywhere; }
.st-key-login p { overflow-wrap: anywhere; }
.st-key-login [data-testid="stAlert"] { text-align: start; }
@media (max-width: 640px) {
  .st-key-account button [data-testid="stMarkdownContainer"] { display: none; }
  .st-key-login { margin-top: 4vh; }
}
</style>"""


def is_admitted() -> bool:
    """Whether whoever looks at the page may see anything of it."""
    login = _login()
    return login is None or _person(login) is not None


def submitter() -> str | None:
    """Who asks for what is being done; None where the dashboard asks nobody who they are.

    Raises:
        LoginNeeded: it does ask, and whoever this is may not.
    """
    login = _login()
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
    st.html(STYLE)
    name = _shown(person)
    with (
        st.container(key="account"),
        st.popover(name, icon=":material/account_circle:", key="account_menu"),
    ):
        st.caption(f"Logged in as **{name}**. Your runs carry this name.")
        st.button("Log out", key="log_out", icon=":material/logout:", on_click=st.logout)


def login_page() -> None:
    """Ask for a login, or tell who is logged in that they are not on the list."""
    claims = st.user.to_dict()
    st.html(STYLE)
    with st.container(key="login", horizontal_alignment="center"):
        if is_current(claims, now=time.time()):
            _refused(name_of(claims), claims.get("email"))
        else:
            _invited(was_here="iat" in claims)


def _invited(*, was_here: bool) -> None:
    st.title("Please log in", anchor=False)
    told = OUTCOMES.get(st.query_params.get("login", ""))
    if told:
        tell_refusal(told)
    elif was_here:
        tell_refusal("Your login has ended after half a day.")
    st.markdown("You can see and start runs then.", text_alignment="center")
    st.button(
        "Log in",
        key="log_in",
        type="primary",
        icon=":material/login:",
        width="stretch",
        on_click=st.login,
    )


def _refused(name: str | None, email: object) -> None:
    st.title("No access with this account", anchor=False)
    who = _shown(name or "somebody without a name")
    st.markdown(
        f"You are logged in as **{who}**, who is not on the list of people who may use this app. "
        "Ask whoever runs it to add you, or take another account."
    )
    if email and (name is None or name.startswith(SUBJECT)):
        st.markdown(
            f"Your address {_shown(str(email))} does not count, because the login service does "
            "not say that it is verified."
        )
    st.button(
        "Use another account",
        key="log_out",
        icon=":material/logout:",
        width="stretch",
        on_click=st.logout,
    )


def _login() -> Login | None:
    """Of the settings, which are there before the services are, and after."""
    try:
        settings = services().settings
    except DatabaseAway:
        settings = get_settings()
    return login_of(settings)


def _shown(name: str) -> str:
    return as_label(one_line(name, NAME_LENGTH))


def _person(login: Login) -> str | None:
    return login.person(st.user.to_dict(), now=time.time())
