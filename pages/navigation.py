"""The entry script: navigation and what all pages share."""

import streamlit as st

page = st.navigation([st.Page("home.py", title="Build", default=True)], position="top")
page.run()
