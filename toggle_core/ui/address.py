"""The address of a page says what is shown: it can be shared, and the browser's Back works.

Streamlit's own binding of widgets leaves steps in the history that lead nowhere when a page is
left, so the address is written and followed here. It is the one truth; widgets follow it.
"""

from collections.abc import Collection
from datetime import date
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id


def follow_address(
    key: str, *, default: str = "", known: Collection[str] | None = None, limit: int | None = None
) -> None:
    """Give a widget the value of its parameter, before it is shown.

    Args:
        key: of the widget, and name of the parameter.
        default: where the address says nothing, or nothing that is known.
        known: values there are; None where any text will do.
        limit: characters at most.
    """
    asked = st.query_params.get(key, default)[:limit]
    if known is not None and asked not in known:
        asked = default
    let_show(key, asked)


def let_show(key: str, value: str | date | float | None) -> None:
    """Let a widget show a value, before it is drawn.

    A value is given once, where the widget has another one: given again it would take away what is
    chosen in the meantime. But the browser draws a widget some time after it has heard of it, when
    the widget's script has come, and then as the latest run of the page told it. So until the
    browser has reported a value of the widget it is given in every run; else one that is chosen
    from early would be reported as empty, and the address would lose what it says.

    Tabs report nothing before somebody goes to another one, and are given theirs until then.

    Args:
        key: of the widget.
        value: to be shown.
    """
    if st.session_state.get(key) != value or not _has_reported(key):
        st.session_state[key] = value


def _has_reported(key: str) -> bool:
    """Whether the browser sent a value of the widget with what this run is the answer to.

    Streamlit has no public way to know it: two of the names above are its own.
    """
    context = get_script_run_ctx()
    reported = context.session_state.get_widget_states() if context else []
    return any(user_key_from_element_id(state.id) == key for state in reported)


def here() -> str:
    """Scheme and host under which the viewer sees this app, such as ``http://localhost:3030``."""
    address = urlsplit(st.context.url or "")
    return f"{address.scheme}://{address.netloc}"


def write_address(**changes: str) -> None:
    """Change parameters of the address, as one step of the browser's history.

    Args:
        changes: new values by name; an empty one takes the parameter away.
    """
    parameters = st.query_params.to_dict() | changes
    st.query_params.from_dict({name: value for name, value in parameters.items() if value})
