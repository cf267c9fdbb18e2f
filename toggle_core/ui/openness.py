"""A line on every page that says what is open to everybody."""

import streamlit as st

from toggle_core.access.exposure import api_hosts, openness
from toggle_core.errors import DatabaseAway
from toggle_core.startup import services


def tell_openness() -> None:
    """Say it where it is so. While the database is away the page says that instead."""
    host = st.get_option("server.address")
    try:
        opened = services()
        hosts = api_hosts(opened.settings, host)
        found = openness(opened.settings, opened.database, dashboard=host, api=hosts)
    except DatabaseAway:
        return
    if found is not None:
        with st.container(key="openness"):
            st.caption(f":material/lock_open: {found}")
