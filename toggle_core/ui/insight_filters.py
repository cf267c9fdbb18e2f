"""Which runs the Insights page is about: in the address, and set by calm widgets."""

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from toggle_core.history.filter_choices import known_builders
from toggle_core.history.filter_text import filter_from_text
from toggle_core.insights.rows import Selection
from toggle_core.store.database import Database
from toggle_core.ui.address import follow_address, let_show, write_address
from toggle_core.ui.filters import project_names
from toggle_core.ui.labels import KIND_WORDS, builder_name
from toggle_core.ui.text import as_label, one_line

PERIODS: Final = {"7 days": 7, "30 days": 30, "90 days": 90, "All": 0}
USUAL_PERIOD: Final = "30 days"
ANY: Final = ""
NAME_LENGTH: Final = 40

TOGGLE_WORDS: Final = {ANY: "Any", "true": "Checked runs", "false": "Drafts"}

FILTERS: Final = ("builder", "kind", "production", "project_id")
"""The parameters beside the period, named as those of the history."""
LABELS: Final = ("Builder", "Kind of program", "Production toggle", "Project")


def chosen_selection(database: Database) -> Selection:
    """Let a person choose the period and narrow the runs.

    Args:
        database: where builders and projects are known.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    wanted = filter_from_text(st.query_params.to_dict())
    follow_address("period", default=USUAL_PERIOD, known=PERIODS)
    with st.container(horizontal=True, vertical_alignment="center", key="insight_filters"):
        chosen = st.segmented_control(
            "Period",
            list(PERIODS),
            required=True,
            key="period",
            label_visibility="collapsed",
            on_change=_period_changed,
        )
        days = PERIODS[chosen or USUAL_PERIOD]
        today = datetime.now(UTC).date()
        selection = Selection(
            created_from=today - timedelta(days=days - 1) if days else None,
            builder=wanted.builder,
            production=wanted.production,
            project_id=wanted.project_id,
            kind=wanted.kind,
        )
        _menu(database, selection)
    return selection


def _menu(database: Database, selection: Selection) -> None:
    """A button that unfolds what narrows the runs, and what narrows them now in words."""
    builders = {name: builder_name(name) for name in known_builders(database)}
    if selection.builder:
        builders.setdefault(selection.builder, selection.builder)
    projects = project_names(database, selection.project_id)
    shown = {
        "builder": selection.builder or ANY,
        "kind": selection.kind or ANY,
        "production": {None: ANY, True: "true", False: "false"}[selection.production],
        "project_id": str(selection.project_id) if selection.project_id else ANY,
    }
    words = {
        "builder": {ANY: "Any"}
        | {name: one_line(builders[name], NAME_LENGTH) for name in builders},
        "kind": {ANY: "Any"} | KIND_WORDS,
        "production": TOGGLE_WORDS,
        "project_id": {ANY: "Any"} | projects,
    }
    narrowed = [name for name in FILTERS if shown[name]]
    title = f"Filters ({len(narrowed)})" if narrowed else "Filters"
    with st.popover(title, icon=":material/filter_list:", key="insight_filters_menu"):
        for name, label in zip(FILTERS, LABELS, strict=True):
            let_show(name, shown[name])
            st.selectbox(
                label,
                list(words[name]),
                key=name,
                format_func=words[name].__getitem__,
                on_change=_changed,
            )
        st.button("Clear filters", key="clear_insight_filters", type="tertiary", on_click=_clear)
    if narrowed:
        st.caption(" · ".join(as_label(words[name][shown[name]]) for name in narrowed))


def _period_changed() -> None:
    """Write the period into the address."""
    chosen: str = st.session_state.period
    write_address(period="" if chosen == USUAL_PERIOD else chosen)


def _changed() -> None:
    write_address(**{name: st.session_state[name] or "" for name in FILTERS})


def _clear() -> None:
    write_address(**dict.fromkeys(FILTERS, ""))
