"""The tabs above the history."""

import pytest

from toggle_core.history.counts import STATES, Count
from toggle_core.history.query import RunFilter
from toggle_core.ui.state_tabs import ALL, TABS, count_in_short, tab_of
from toggle_core.words import Status, Verdict


def test_every_state_is_in_exactly_one_tab_beside_all() -> None:
    for state in STATES:
        holding = [
            name
            for name, tab in TABS.items()
            if tab.status in {None, state.status}
            and tab.needs_you in {None, state.needs_you}
            and tab.verdict in {None, state.verdict}
            and tab.works in {None, state.works}
        ]
        assert len(holding) == 2
        assert holding[0] == ALL


@pytest.mark.parametrize("name", TABS)
def test_a_tab_is_known_by_its_filter_whatever_else_is_asked(name: str) -> None:
    tab = TABS[name]
    wanted = RunFilter(
        search="shop",
        status=tab.status,
        needs_you=tab.needs_you,
        verdict=tab.verdict,
        works=tab.works,
    )
    assert tab_of(wanted) == name


@pytest.mark.parametrize(
    "wanted",
    [
        RunFilter(status=Status.FAILED),
        RunFilter(Status.COMPLETED),
        RunFilter(needs_you=False),
        RunFilter(verdict=Verdict.NOT_READY),
    ],
)
def test_a_filter_that_no_tab_shows_has_none(wanted: RunFilter) -> None:
    assert tab_of(wanted) is None


def test_an_estimated_number_says_so() -> None:
    assert count_in_short(Count(9_999)) == "9,999"
    assert count_in_short(Count(590_000, exact=False)) == "~590k"
    assert count_in_short(Count(1_200_000, exact=False)) == "~1.2M"
    assert count_in_short(Count(23_000_000, exact=False)) == "~23M"
