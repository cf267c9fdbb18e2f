"""Settings: the builder and its model, health, checks, limits, storage."""

import streamlit as st

from toggle_core.gates.settings import GateSettings
from toggle_core.startup import services
from toggle_core.status.readiness import check_readiness
from toggle_core.status.storage_usage import what_is_kept
from toggle_core.status.system_status import read_vitals
from toggle_core.ui.connect_model import connection, other_workers
from toggle_core.ui.health import health
from toggle_core.ui.live import live
from toggle_core.ui.settings import checks, limits
from toggle_core.ui.storage_usage import keeping
from toggle_core.ui.trial import trial


def blocks() -> bool:
    """Show every block. What the database knows is read first, so that no frame stays empty."""
    opened = services()
    with st.container(border=True, key="builder"):
        trial(opened)
        connection(opened)
    vitals = read_vitals(opened.database)
    other_workers(opened, vitals)
    found = check_readiness(opened.database)
    kept = what_is_kept(opened.database)
    with st.container(border=True, key="health"):
        health(vitals, found, opened.database_label)
    with st.container(border=True, key="checks"):
        checks(found)
    with st.container(border=True, key="limits"):
        limits(opened.settings, GateSettings(tests_seconds=opened.settings.tests_seconds))
    with st.container(border=True, key="keeping"):
        keeping(kept, opened.retention)
    return False


st.title("Settings", anchor=False)
live(blocks)
