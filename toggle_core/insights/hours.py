"""In which hours of the week runs are asked for, in any time zone."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from toggle_core.errors import FilterRefused
from toggle_core.history.time_zones import find_zone
from toggle_core.insights.queries import read_days
from toggle_core.insights.rows import EVERY_RUN, BusyHour, Selection
from toggle_core.store.database import Database

HOUR: Final = 60
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
"""Minutes."""

ONE_MINUTE: Final = timedelta(minutes=1)


def busiest_hours(
    database: Database, selection: Selection = EVERY_RUN, *, zone: str = "UTC"
) -> list[BusyHour]:
    """How many runs were asked for in each of the 168 hours of a week.

    A year has some 35,000 quarters of an hour with runs. All of a day are moved by the same
    minutes, but on the days on which clocks change.

    Args:
        database: where.
        selection: which runs; days are in UTC.
        zone: of the hours, such as ``Europe/Berlin``; with its summer time.

    Raises:
        FilterRefused: there is no such zone.
    """
    place = find_zone(zone)
    if place is None:
        raise FilterRefused(
            field="zone", reason="this time zone is not known; write it as Europe/Berlin"
        )
    rows = read_days(
        database,
        """
        SELECT day, array_agg(minute) AS minutes, array_agg(runs) AS numbers
          FROM (SELECT day, hour * 60 + quarter * 15 AS minute, sum(runs)::bigint AS runs
                  FROM insight_hours WHERE {selected} GROUP BY day, hour, quarter) AS quarters
         GROUP BY day
        """,
        selection,
    )
    found: Counter[int] = Counter()
    for row in rows:
        begin = datetime.combine(row.day, time(), UTC)
        passed = begin.weekday() * DAY
        ahead = _minutes_ahead(begin, place)
        same = ahead == _minutes_ahead(begin + timedelta(days=1), place)
        for minute, number in zip(row.minutes, row.numbers, strict=True):
            if not same:
                ahead = _minutes_ahead(begin + minute * ONE_MINUTE, place)
            found[(passed + minute + ahead) % WEEK // HOUR] += number
    return [BusyHour(hour // 24, hour % 24, found[hour]) for hour in range(WEEK // HOUR)]


def _minutes_ahead(moment: datetime, place: tzinfo) -> int:
    """How far the clocks of a zone are ahead of UTC."""
    return int((moment.astimezone(place).utcoffset() or timedelta()) / ONE_MINUTE)
