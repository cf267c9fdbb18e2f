"""The tabs above the history: how runs stand, in a founder's words, with how many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import streamlit as st

from toggle_core.errors import DatabaseAway
from toggle_core.history.counts import Count, StateCounts, count_by_state
from toggle_core.history.filter_text import filter_to_text
from toggle_core.history.query import RunFilter
from toggle_core.startup import services
from toggle_core.ui.address import let_show, write_address
from toggle_core.words import Status, Verdict

ALL: Final = "all"
THOUSAND: Final = 1_000
MILLION: Final = 1_000_000

TAB: Final = "state"
"""Key of the widget."""

TAB_FILTERS: Final = ("status", "needs_you", "verdict", "works")
"""The attributes of a filter that a tab sets, which are also the names of their parameters."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: what it is called, and which runs it shows."""

    word: str
    status: Status | None = None
    needs_you: bool | None = None
    verdict: Verdict | None = None
    works: bool | None = None


TABS: Final[Mapping[str, Tab]] = MappingProxyType(
    {
        ALL: Tab("All"),
        "working": Tab("Working", Status.PROCESSING, needs_you=False),
        "ready": Tab("Ready", verdict=Verdict.READY),
        "works": Tab("Works", works=True),
        "needs-you": Tab("Needs you", needs_you=True),
        "draft": Tab("Draft", verdict=Verdict.DRAFT),
        "cancelled": Tab("Cancelled", Status.CANCELLED),
    }
)
"""Every run is in ``All`` and in exactly one of the others."""


def tab_of(wanted: RunFilter) -> str | None:
    """The tab that shows the runs of a filter, None where none says the same."""
    asked = [getattr(wanted, name) for name in TAB_FILTERS]
    return next(
        (
            word
            for word, tab in TABS.items()
            if [getattr(tab, name) for name in TAB_FILTERS] == asked
        ),
        None,
    )


def state_tabs(wanted: RunFilter) -> None:
    """Show the tabs, the one of the filter marked.

    Args:
        wanted: the filter that the address says.
    """
    let_show(TAB, tab_of(wanted))
    st.segmented_control(
        "Status",
        list(TABS),
        format_func=_words(wanted).__getitem__,
        key=TAB,
        label_visibility="collapsed",
        wrap=True,
        on_change=_changed,
    )


def count_in_short(count: Count) -> str:
    """A number for a tab, such as ``9,999``; one that is estimated says so: ``~780k``, ``~1.2M``.

    Args:
        count: as counted or estimated.
    """
    if count.exact:
        return f"{count.number:,}"
    if count.number < MILLION:
        return f"~{count.number // THOUSAND}k"
    return f"~{count.number / MILLION:g}M"


def _words(wanted: RunFilter) -> Mapping[str, str]:
    """The words of the tabs, with how many runs there are in each."""
    try:
        counts = count_by_state(services().database, wanted)
    except DatabaseAway:  # The live part says so, and comes back by itself.
        return {name: tab.word for name, tab in TABS.items()}
    return {
        name: f"{tab.word} :small[{count_in_short(_count(counts, tab))}]"
        for name, tab in TABS.items()
    }


def _count(counts: StateCounts, tab: Tab) -> Count:
    return counts.of(tab.status, tab.needs_you, tab.verdict, tab.works)


def _changed() -> None:
    """Write the tab into the address, and begin at the first run; none at all means all."""
    tab = TABS[st.session_state[TAB] or ALL]
    shown = RunFilter(tab.status, needs_you=tab.needs_you, verdict=tab.verdict, works=tab.works)
    write_address(**dict.fromkeys(TAB_FILTERS, "") | filter_to_text(shown), cursor="")
