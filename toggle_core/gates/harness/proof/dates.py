"""Run the unchanged tests on other days: a suite that passes only today fails tomorrow."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from .runner import Date, Limit, Order, Ran, Runner

MOST_SUITE_SECONDS = 1.0
"""Processor time of one run of the tests, above which no other day is tried."""

_HALF_A_YEAR = timedelta(days=183)
_FAR_ZONE = "FAR-13"  # thirteen hours ahead of UTC
# What Python's own modules do not decide.
_TIED = re.compile(r"st_[mac]time|getmtime|current_timestamp|\(\s*['\"]now['\"]", re.IGNORECASE)


def other_days(now: datetime) -> list[datetime]:
    """Return the days to try: the next 29 February, and one half a year from now.

    Args:
        now: with a time zone.
    """
    year = next(year for year in range(now.year, now.year + 9) if _leap_day(year, now) is not None)
    leap = _leap_day(year, now)
    return [leap or now, now + _HALF_A_YEAR]


def tests_of_today(
    runner: Runner, files: Mapping[str, str], test_files: Sequence[str], limit: Limit
) -> dict[str, list[str]]:
    """Return the tests that pass with today's date and on none of the other days.

    Left out are tests from the first on that starts a process, which has today's date, and
    projects that use times of files or of a database.

    Args:
        runner: runs them.
        files: text of each project file by its path.
        test_files: paths of the test files.
        limit: of one run.
    """
    now = datetime.now(UTC)
    days = other_days(now)
    names = [f"{day.day} {day:%B %Y}" for day in days]
    if any(_TIED.search(text) for text in files.values()):
        return {"days": names, "tests": []}
    shifts = [Date(0, ""), *_dates(days, now)]
    unmoved, *moved = [runner.run({}, Order(None, test_files, date=date), limit) for date in shifts]
    failing = [_with(ran, "failed") for ran in moved if ran.ended]
    only_today = _with(unmoved, "passed") if unmoved.ended and len(failing) == len(days) else set()
    return {"days": names, "tests": sorted(only_today.intersection(*failing))}


def _dates(days: Sequence[datetime], now: datetime) -> Iterator[Date]:
    for day, zone in zip(days, ("", _FAR_ZONE), strict=True):
        yield Date(round((day - now).total_seconds()), zone)


def _leap_day(year: int, now: datetime) -> datetime | None:
    """Return noon of 29 February, None in a year without one, or if it is over."""
    try:
        day = now.replace(year=year, month=2, day=29, hour=12)
    except ValueError:
        return None
    return day if day > now else None


def _with(ran: Ran, outcome: str) -> set[str]:
    """Return the tests with an outcome that depends on nothing but this process."""
    elsewhere = {line["test"] for line in ran.lines if line.get("elsewhere")}
    return {test for test, found in ran.outcomes().items() if found == outcome} - elsewhere
