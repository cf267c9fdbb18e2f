"""The builder that is active, why it is that one, and a button that tries its connection."""

import streamlit as st

from toggle_core.builders.blueprints.builder import Blueprints
from toggle_core.builders.chat.trial import try_connection
from toggle_core.builders.registry import Choice
from toggle_core.ui.text import as_label


def trial(choice: Choice) -> None:
    """Show the active builder; where it is a chat model, offer to try the connection.

    Args:
        choice: of this process.
    """
    why = as_label(choice.why)
    st.header("Builder", anchor=False)
    if choice.chat is None and not isinstance(choice.builder, Blueprints):
        st.markdown(f"**{as_label(choice.builder.name)}**, a builder of your own. {why}")
        return
    if choice.chat is None:
        st.markdown(
            f"**The built-in builder** ({as_label(choice.builder.name)}) makes small, complete "
            f"Python projects, without any key and without a network. {why}"
        )
        return
    st.markdown(f"**{as_label(choice.builder.name)}**, a chat model. {why}")
    if not st.button("Try the connection", key="try", icon=":material/network_check:"):
        return
    with st.spinner("Asking the model for one word ..."):
        report = try_connection(choice.chat)
    if report.ok:
        st.success(as_label(report.sentence), icon=":material/check_circle:")
    else:
        st.error(as_label(report.sentence), icon=":material/error:")
