"""Times in the viewer's zone, and durations, in words that do not change by themselves."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

SHORTEST: Final = 0.1
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE


def when(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """A moment as short as it can be said: ``09:41``, ``yesterday 09:41``, ``22 Nov 09:41``.

    Args:
        moment: with a zone.
        zone: the viewer's.
        now: this moment, with a zone.
    """
    there = moment.astimezone(zone)
    today = now.astimezone(zone).date()
    clock = f"{there:%H:%M}"
    if there.date() == today:
        return clock
    if there.date() == today - timedelta(days=1):
        return f"yesterday {clock}"
    return with_day(moment, zone, now)


def with_day(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """A moment with its day: ``29 Nov 09:41``, or ``29 Nov 2025 09:41`` of another year.

    Args:
        moment: with a zone.
        zone: the viewer's.
        now: this moment, with a zone.
    """
    there = moment.astimezone(zone)
    year = "" if there.year == now.astimezone(zone).year else f" {there.year}"
    return f"{there.day} {there:%b}{year} {there:%H:%M}"


def clock(moment: datetime, zone: tzinfo) -> str:
    """The time of day with seconds, such as ``09:41:02``."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def duration(seconds: float) -> str:
    """A duration such as ``0.4 s``, ``12 s``, ``3 min``, ``3 min 12 s`` or ``2 h 5 min``.

    Args:
        seconds: 0 or more.
    """
    whole = round(seconds)
    if seconds < SHORTEST:
        words = f"less than {SHORTEST}_s"
    elif whole < 1:
        words = f"{seconds:.1f}_s"
    elif whole < MINUTE:
        words = f"{whole}_s"
    elif whole < HOUR:
        rest = whole % MINUTE
        words = f"{whole // MINUTE}_min" + (f" {rest}_s" if rest else "")
    else:
        rest = whole % HOUR // MINUTE
        words = f"{whole // HOUR}_h" + (f" {rest}_min" if rest else "")
    return words.replace("_", "\N{NO-BREAK SPACE}")
