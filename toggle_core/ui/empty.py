"""Where there is nothing to show: why, and what to do next."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def empty(what: str, hint: str) -> DeltaGenerator:
    """Say calmly that there is nothing.

    Args:
        what: there is not, a short sentence.
        hint: a sentence that explains or advises.

    Returns:
        The container, for the way on: a link or a button.
    """
    box = st.container(border=True, key="empty", horizontal_alignment="center")
    box.markdown(f"**{what}** {hint}", text_alignment="center")
    return box
