"""The builder that is active, why it is that one, and a button that tries its connection."""

import streamlit as st

from toggle_core.builders.blueprints.builder import Blueprints
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.chat.trial import try_connection
from toggle_core.startup import Services
from toggle_core.ui.connect_model import disconnect
from toggle_core.ui.text import as_label


def trial(opened: Services) -> None:
    """Show the active builder; where it is a chat model, offer to try the connection.

    Args:
        opened: the services of this process.
    """
    choice = opened.choice
    why = as_label(choice.why)
    name = as_label(choice.builder.name)
    with st.container(horizontal=True, vertical_alignment="center", key="builder_head"):
        st.header("Connect a chat model", anchor=False)
        is_built_in = isinstance(choice.builder, Blueprints)
        now = "built-in builder" if is_built_in else name
        st.markdown(f":gray-badge[now: {now}]", width="content")
    if choice.chat is None and not is_built_in:
        st.markdown(f"**{name}**, a builder of your own. {why}")
        return
    if choice.chat is None:
        st.markdown(
            "Connect one and the app can build anything you describe, not only its "
            f"{len(catalogue().blueprints)} templates. It takes effect at once, without a restart."
        )
        return
    st.markdown(f"**{name}**, a chat model. {why}")
    with st.container(horizontal=True, key="builder_actions"):
        is_tried = st.button("Try the connection", key="try", icon=":material/network_check:")
        disconnect(opened)
    if not is_tried:
        return
    with st.spinner("Asking the model for one word ..."):
        report = try_connection(choice.chat)
    if report.ok:
        st.success(as_label(report.sentence), icon=":material/check_circle:")
    else:
        st.error(as_label(report.sentence), icon=":material/error:")
