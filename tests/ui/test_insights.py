"""Insights: what the history comes to."""

import pytest

from tests.ui.conftest import Finish
from tests.ui.viewer import page, submitted, texts
from toggle_core.runs.insight_csv import Insight
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")


def test_an_empty_history_says_what_to_do() -> None:
    app = page("insights")
    assert not app.exception
    assert "nothing to count yet" in texts(app)


def test_runs_of_which_none_has_ended_are_counted(opened_services: Services) -> None:
    submitted(opened_services, "Count me")
    app = page("insights")
    assert not app.exception
    assert "No run has ended yet." in texts(app)


def test_every_insight_has_a_chart_and_its_numbers_as_csv(finished: Finish) -> None:
    finished("Count me")
    app = page("insights")
    assert not app.exception
    for insight in Insight:
        card = app.get_by_key(f"insight_{insight.name.lower()}")
        assert card is not None
        assert app.get_by_key(f"csv_{insight.name.lower()}") is not None


def test_the_period_can_be_chosen(finished: Finish) -> None:
    finished("Count me")
    app = page("insights")
    app.button_group(key="period").set_value("All").run()
    assert not app.exception
