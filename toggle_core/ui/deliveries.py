"""Deliveries of the events of a run to webhooks, a line for each."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from toggle_core.runs.webhooks import Delivery
from toggle_core.ui.text import as_label
from toggle_core.ui.times import clock
from toggle_core.ui.zones import viewer_zone
from toggle_core.words import DeliveryState

ICONS: Final = {
    DeliveryState.PENDING: ":material/schedule:",
    DeliveryState.DELIVERED: ":material/check_circle:",
    DeliveryState.FAILED: ":material/error:",
}
EVERY_RUN: Final = "The webhook of all runs"


def deliveries_view(deliveries: Sequence[Delivery]) -> None:
    """Show what became of each delivery; nothing where there is none.

    Args:
        deliveries: the first first.
    """
    if not deliveries:
        return
    zone = viewer_zone()
    st.header("Webhooks", anchor=False)
    with st.container(key="deliveries", gap="small"):
        for delivery in deliveries:
            st.markdown(f"{ICONS[delivery.state]} `{delivery.event_type}` {_told(delivery, zone)}")


def _told(delivery: Delivery, zone: tzinfo) -> str:
    """What became of a delivery, in a sentence. Of an address only its host: a token may follow."""
    host = urlsplit(delivery.url).hostname if delivery.url else None
    who = f"**{as_label(host or EVERY_RUN)}**"
    why = f": {as_label(delivery.error)}" if delivery.error else "."
    if delivery.state is DeliveryState.DELIVERED:
        at = f" at {clock(delivery.last_attempt_at, zone)}" if delivery.last_attempt_at else ""
        return f"{who} was told{at}."
    if delivery.state is DeliveryState.FAILED:
        tried = "once" if delivery.attempts == 1 else f"{delivery.attempts} times"
        return f"{who} was not told, tried {tried}{why}"
    if not delivery.attempts or delivery.next_attempt_at is None:
        return f"{who} is being told."
    return f"{who} is told again at {clock(delivery.next_attempt_at, zone)}{why}"
