"""The address of a page says what is shown: it can be shared, and the browser's Back works.

Streamlit's own binding of widgets leaves steps in the history that lead nowhere when a page is
left, so the address is written and followed here. It is the one truth; widgets follow it.
"""

from collections.abc import Collection

import streamlit as st


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
    # Only where it differs: an echo would take away what is typed in the meantime.
    if st.session_state.get(key) != asked:
        st.session_state[key] = asked


def write_address(**changes: str) -> None:
    """Change parameters of the address, as one step of the browser's history.

    Args:
        changes: new values by name; an empty one takes the parameter away.
    """
    parameters = st.query_params.to_dict() | changes
    st.query_params.from_dict({name: value for name, value in parameters.items() if value})
