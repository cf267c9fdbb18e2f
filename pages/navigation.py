"""The entry script: navigation, and what all pages share."""

import streamlit as st

from toggle_core.ui.document import has_style
from toggle_core.ui.login import account, is_admitted, login_page
from toggle_core.ui.openness import tell_openness
from toggle_core.ui.theme import LOGO, apply_theme
from toggle_core.ui.zones import show_zone_notice

# The icon comes first: that of a page, a Material symbol, would be fetched from its maker.
st.set_page_config(page_icon=str(LOGO), layout="wide")
admitted = is_admitted()
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
    position="top" if admitted else "hidden",
)
title = page.title if admitted else "Log in"
st.set_page_config(page_title=f"{title} · Production Toggle")
apply_theme(is_styled=has_style(st.context.url))
tell_openness()
if admitted:
    account()
    show_zone_notice()
    page.run()
else:
    login_page()
