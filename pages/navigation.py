"""The entry script: navigation, and what all pages share."""

import streamlit as st

from toggle_core.ui.theme import LOGO, apply_theme

# The icon comes first: that of a page, a Material symbol, would be fetched from its maker.
st.set_page_config(page_icon=str(LOGO), layout="wide")
page = st.navigation(
    [
        st.Page("home.py", title="Build", icon=":material/edit_note:", default=True),
        st.Page("runs.py", title="Runs", icon=":material/view_list:"),
        st.Page("insights.py", title="Insights", icon=":material/monitoring:"),
        st.Page("settings.py", title="Settings", icon=":material/tune:"),
        st.Page("run.py", title="Run", icon=":material/article:", visibility="hidden"),
        st.Page(
            "compare.py", title="Compare", icon=":material/compare_arrows:", visibility="hidden"
        ),
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · Production Toggle")
apply_theme()
page.run()
