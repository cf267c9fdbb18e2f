"""Times and durations as a founder reads them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from toggle_core.ui.times import clock, duration, when

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 22, 8, 5, tzinfo=UTC), "09:05"),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 11, 21, 22, 30, tzinfo=UTC), "yesterday 23:30"),
        (datetime(2026, 3, 5, 8, 5, tzinfo=UTC), "5 Mar 09:05"),
        (datetime(2025, 12, 31, 8, 5, tzinfo=UTC), "31 Dec 2025 09:05"),
    ],
)
def test_a_moment_is_said_in_the_viewers_zone(moment: datetime, words: str) -> None:
    assert when(moment, BERLIN, NOW) == words


def test_the_clock_has_seconds() -> None:
    assert clock(datetime(2026, 7, 1, 8, 5, 7, tzinfo=UTC), BERLIN) == "10:05:07"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "less than 0.1 s"),
        (0.02, "less than 0.1 s"),
        (0.44, "0.4 s"),
        (0.97, "1 s"),
        (3.4, "3 s"),
        (59.7, "1 min"),
        (192, "3 min 12 s"),
        (timedelta(hours=2, minutes=5, seconds=40).total_seconds(), "2 h 5 min"),
        (timedelta(hours=3).total_seconds(), "3 h"),
    ],
)
def test_a_duration_is_said_in_its_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds).replace("\N{NO-BREAK SPACE}", " ") == words


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    assert duration(192) == "3\N{NO-BREAK SPACE}min 12\N{NO-BREAK SPACE}s"
