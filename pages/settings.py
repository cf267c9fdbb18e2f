"""Settings: what builds, how all is doing, what checks, what is kept, how to connect a model."""

import streamlit as st

from toggle_core.gates.settings import GateSettings
from toggle_core.runs.keeping import what_is_kept
from toggle_core.runs.readiness import check_readiness
from toggle_core.runs.vitals import read_vitals
from toggle_core.startup import services
from toggle_core.ui.health import health
from toggle_core.ui.keeping import keeping
from toggle_core.ui.settings import checks, connect, limits
from toggle_core.ui.trial import trial

opened = services()
st.title("Settings", anchor=False)
with st.container(border=True, key="builder"):
    trial(opened.choice)
found = check_readiness(opened.database)
with st.container(border=True, key="health"):
    health(read_vitals(opened.database), found, opened.database_label)
with st.container(border=True, key="checks"):
    checks(found)
with st.container(border=True, key="limits"):
    limits(opened.settings, GateSettings(tests_seconds=opened.settings.tests_seconds))
with st.container(border=True, key="keeping"):
    keeping(what_is_kept(opened.database), opened.retention)
connect()
