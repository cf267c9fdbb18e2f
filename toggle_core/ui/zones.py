"""The time zone of the viewer, in which pages show times."""

from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from toggle_core.history.time_zones import find_zone
from toggle_core.ui.text import as_label, one_line

UTC_ZONE: Final = ZoneInfo("UTC")
NAME_LENGTH: Final = 60


def viewer_zone() -> ZoneInfo:
    """The zone that the browser reports, UTC where it reports none that is known here."""
    return find_zone(st.context.timezone) or UTC_ZONE


def zone_name() -> str:
    """What pages call the zone of their times: ``your time zone, Europe/Berlin``."""
    zone = viewer_zone().key
    return "UTC" if zone == UTC_ZONE.key else f"your time zone, {zone}"


def show_zone_notice() -> None:
    """Say that times are in UTC, where the browser reports a zone that is not known here."""
    name = st.context.timezone
    if name and find_zone(name) is None:
        with st.container(key="zone_notice"):
            st.caption(
                f":material/schedule: Your browser reports the time zone "
                f"{as_label(one_line(name, NAME_LENGTH))}, which is not known here. "
                "Times are in UTC."
            )
