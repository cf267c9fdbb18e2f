"""Axes of the charts on Insights."""

from datetime import UTC, datetime, timedelta

import pytest

from toggle_core.insights.rows import Selection
from toggle_core.ui.charts import MOST_TICKS, day_axis


@pytest.mark.parametrize("days", [1, 7, 30, 400])
def test_days_are_named_below_their_middle_and_today_is_the_last(days: int) -> None:
    today = datetime.now(UTC).date()
    first = today - timedelta(days=days - 1)
    named = [each.to_dict() for each in day_axis(Selection(created_from=first), first).values]
    assert {each["hours"] for each in named} == {12}
    ends = {(day.month, day.day) for day in (today, datetime.now(UTC).date())}
    assert (named[-1]["month"], named[-1]["date"]) in ends
    assert min(days, 7) <= len(named) <= MOST_TICKS
