"""Settings: what builds, what checks, what is kept, and how to connect a chat model."""

import streamlit as st

from toggle_core.runs.keeping import what_is_kept
from toggle_core.runs.readiness import check_readiness
from toggle_core.startup import services
from toggle_core.ui.keeping import keeping
from toggle_core.ui.settings import checks, connect, limits, workers
from toggle_core.ui.trial import trial

opened = services()
st.title("Settings", anchor=False)
with st.container(border=True, key="builder"):
    trial(opened.choice)
with st.container(border=True, key="workers"):
    found = check_readiness(opened.database)
    workers(found, opened.database_label)
    checks(found)
with st.container(border=True, key="limits"):
    limits(opened.settings)
with st.container(border=True, key="keeping"):
    keeping(what_is_kept(opened.database), opened.retention)
connect()
