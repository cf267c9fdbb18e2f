"""Which runs the history shows, and in which order: in the address, and set by calm widgets."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import streamlit as st

from toggle_core.history.filter_choices import known_builders, known_submitters, named_projects
from toggle_core.history.filter_text import READ, filter_from_text, filter_to_text
from toggle_core.history.query import PERCENT, RunFilter
from toggle_core.history.sorting import Sort
from toggle_core.startup import services
from toggle_core.store.database import Database
from toggle_core.ui.address import let_show, write_address
from toggle_core.ui.labels import (
    EVIDENCE_WORDS,
    KIND_WORDS,
    REASON_WORDS,
    SORT_WORDS,
    builder_name,
)
from toggle_core.ui.state_tabs import TAB_FILTERS, tab_of
from toggle_core.ui.text import one_line, project_title
from toggle_core.ui.zones import UTC_ZONE, viewer_zone
from toggle_core.words import GATES, Verdict

ANY: Final = ""
NAME_LENGTH: Final = 40

VERDICT_WORDS: Final = {
    ANY: "Any",
    Verdict.DRAFT.value: "Draft, not checked",
    Verdict.READY.value: "Production-ready",
    Verdict.NOT_READY.value: "Not ready",
}

TOGGLE_WORDS: Final = {ANY: "Any", "true": "On", "false": "Off"}

MENU: Final = (
    "verdict",
    "reason_code",
    "failed_check",
    "kind",
    "evidence",
    "strength_from",
    "production",
    "builder",
    "submitted_by",
    "project_id",
    "created_from",
    "last_day",
    "duration_from",
    "duration_to",
)
"""The widgets of the menu, by the names of their parameters; the last day is told as its end."""

TIMES: Final = ("duration_from", "duration_to")
RANGES: Final = (("created_from", "last_day"), TIMES)
"""The widgets that are the two ends of something. A day is its own end, a duration is not."""

ONE_DAY: Final = timedelta(days=1)


def wanted_runs() -> RunFilter:
    """The filter that the address says."""
    return filter_from_text(st.query_params.to_dict())


def wanted_sort() -> Sort:
    """The order that the address says."""
    asked = st.query_params.get("sort")
    return Sort(asked) if asked in set(Sort) else Sort.NEWEST


def show_filter(wanted: RunFilter, sort: Sort = Sort.NEWEST) -> None:
    """Write a filter into the address, and begin at its first run."""
    parameters = dict.fromkeys(READ, "") | filter_to_text(wanted)
    order = "" if sort is Sort.NEWEST else sort.value
    write_address(**parameters, sort=order, cursor="")


def filters_menu() -> None:
    """A button that unfolds what else the history can be narrowed by; its name tells how much is.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    wanted = wanted_runs()
    _follow(wanted)
    narrowed = len(filter_to_text(wanted).keys() - _shown_elsewhere(wanted))
    name = f"Filters ({narrowed})" if narrowed else "Filters"
    with st.popover(name, icon=":material/filter_list:", key="filters_menu"):
        # First, as a list that unfolds while the menu scrolls closes again; on a phone, which shows
        # no headings to press, it is the way to another order.
        let_show("sort", wanted_sort().value)
        st.selectbox(
            "Order",
            [sort.value for sort in Sort],
            key="sort",
            format_func=lambda sort: SORT_WORDS[Sort(sort)],
            on_change=_sorted,
        )
        # Only completed runs have a verdict, so the state that a tab asks for gives way to it.
        _choice("verdict", "Verdict", VERDICT_WORDS, status="", needs_you="", works="")
        # What is not ready for a reason has the state that goes with it.
        beside = {"status": "", "needs_you": "", "works": "", "verdict": ""}
        _choice("reason_code", "Reason", {ANY: "Any"} | _reasons(wanted), **beside)
        _choice("failed_check", "Failed check", {ANY: "Any"} | {gate: gate for gate in GATES})
        _choice("kind", "Kind of program", {ANY: "Any"} | KIND_WORDS)
        _choice(
            "evidence",
            "Evidence",
            {ANY: "Any"} | {str(kind): word for kind, word in EVIDENCE_WORDS.items()},
        )
        st.number_input(
            "Tests notice at least, in %",
            key="strength_from",
            min_value=0,
            max_value=PERCENT,
            step=5,
            on_change=_changed,
        )
        _choice("production", "Production toggle", TOGGLE_WORDS)
        database = services().database
        builders = _named(known_builders(database), wanted.builder)
        _choice("builder", "Builder", {name: builder_name(builders[name]) for name in builders})
        people = _named(known_submitters(database), wanted.submitted_by)
        if len(people) > 1:
            _choice("submitted_by", "Submitted by", people)
        if wanted.project_id:
            name = project_names(database, wanted.project_id)[str(wanted.project_id)]
            _choice("project_id", "Project", {ANY: "Any", str(wanted.project_id): name})
        first, last = st.columns(2)
        first.date_input("From", key="created_from", on_change=_bound, args=("created_from",))
        last.date_input("To", key="last_day", on_change=_bound, args=("last_day",))
        if viewer_zone() != UTC_ZONE:  # in which the list shows its times
            st.caption("Days are in UTC.")
        first, last = st.columns(2)  # Again, so that the Tab key goes line by line.
        for column, key, title in (
            (first, "duration_from", "Took at least, in seconds"),
            (last, "duration_to", "Took less than, in seconds"),
        ):
            column.number_input(title, key=key, min_value=0.0, on_change=_bound, args=(key,))
        st.button("Clear filters", key="clear_filters", type="tertiary", on_click=_clear)


def project_names(database: Database, chosen: UUID | None) -> dict[str, str]:
    """The names of the newest projects, and of one that is chosen, by their ids as texts.

    Args:
        database: where.
        chosen: which one; None: none.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    return {
        str(project_id): one_line(project_title(name), NAME_LENGTH) or "A deleted project"
        for project_id, name in named_projects(database, chosen).items()
    }


def _reasons(wanted: RunFilter) -> dict[str, str]:
    """Every reason in words; one without words, by its code where the address asks for it."""
    asked = wanted.reason_code
    return ({asked: asked} if asked and asked not in REASON_WORDS else {}) | REASON_WORDS


def _named(names: list[str], chosen: str | None) -> dict[str, str]:
    known = sorted({*names, *([chosen] if chosen else [])})
    return {ANY: "Any"} | {name: one_line(name, NAME_LENGTH) for name in known}


def _choice(key: str, title: str, words: dict[str, str], **beside: str) -> None:
    """A box of a parameter, which changes others of the address beside it."""
    st.selectbox(
        title,
        list(words),
        key=key,
        format_func=words.__getitem__,
        on_change=_changed,
        kwargs=beside,
    )


def _follow(wanted: RunFilter) -> None:
    """Let the widgets of the menu show what the address says."""
    texts = filter_to_text(wanted)
    for key in (
        "verdict",
        "reason_code",
        "failed_check",
        "kind",
        "evidence",
        "production",
        "builder",
        "submitted_by",
        "project_id",
    ):
        let_show(key, texts.get(key, ANY))
    let_show("strength_from", wanted.strength_from)
    let_show("created_from", wanted.created_from)
    let_show("last_day", wanted.created_to and wanted.created_to - ONE_DAY)
    let_show("duration_from", wanted.duration_from)
    let_show("duration_to", wanted.duration_to)


def _bound(key: str) -> None:
    """Take a bound over; the other one gives way where no run could be between the two."""
    first, end = next(pair for pair in RANGES if key in pair)
    low: Any = st.session_state.get(first)
    high: Any = st.session_state.get(end)
    both = low is not None and high is not None
    if both and (low >= high if key in TIMES else low > high):
        st.session_state[end if key == first else first] = None
    _changed()


def _changed(**beside: str) -> None:
    values: dict[str, Any] = {key: st.session_state.get(key) for key in MENU}
    last_day: date | None = values.pop("last_day")
    values["created_to"] = last_day and last_day + ONE_DAY
    texts = {key: "" if value is None else str(value) for key, value in values.items()}
    write_address(**texts | beside, cursor="")


def _shown_elsewhere(wanted: RunFilter) -> set[str]:
    """The parameters that stand in the search and the tabs, as far as a tab says the same."""
    return {"q"} if tab_of(wanted) is None else {"q", *TAB_FILTERS}


def _clear() -> None:
    """Empty the menu. Its verdict goes as well, also where a tab shows it."""
    kept = _shown_elsewhere(wanted_runs()) - {"verdict"}
    write_address(**{name: "" for name in READ if name not in kept}, cursor="")


def _sorted() -> None:
    order_by(Sort(st.session_state.sort))


def order_by(sort: Sort) -> None:
    """Write an order into the address, and begin at its first run."""
    write_address(sort="" if sort is Sort.NEWEST else sort.value, cursor="")
