"""Give a process another date, as far as it learns the date from Python's own modules.

Nothing is changed for processes that it starts, for times of files and in databases: tests that
need these are not judged by another date. What the change itself breaks shows with a shift of 0.
"""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_STARTS = frozenset(("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "os.exec"))


@dataclass(slots=True)
class Elsewhere:
    """Notices processes that are started from now on, which have today's date.

    Attributes:
        started: whether one was.
    """

    started: bool = False

    def watch(self) -> None:
        """Begin; there is no end to it."""
        sys.addaudithook(self._note)

    def _note(self, event: str, _: tuple[Any, ...]) -> None:
        self.started = self.started or event in _STARTS


def move_to(shift: int, zone: str) -> None:
    """Move the clock and the calendar of this process.

    Args:
        shift: seconds from now.
        zone: time zone as POSIX writes it, such as ``UTC0``; empty to leave it.
    """
    if zone:
        os.environ["TZ"] = zone
        time.tzset()
    now, now_ns = time.time, time.time_ns
    _replace("time", lambda: now() + shift)
    _replace("time_ns", lambda: now_ns() + shift * 10**9)
    for name in ("localtime", "gmtime", "ctime"):
        _replace(name, _of_seconds(getattr(time, name)))
    local = time.localtime
    strftime, asctime = time.strftime, time.asctime
    _replace("strftime", lambda words, given=None: strftime(words, given or local()))
    _replace("asctime", lambda given=None: asctime(given or local()))
    _replace_calendar()


def _replace(name: str, function: Callable[..., Any]) -> None:
    setattr(time, name, function)


def _of_seconds(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda seconds=None: function(time.time() if seconds is None else seconds)


def _replace_calendar() -> None:
    """Put classes that know the moved clock in the place of ``date`` and ``datetime``."""
    date, moment = dt.date, dt.datetime

    class AnyDate(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, date)

    class AnyMoment(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, moment)

    class MovedDate(dt.date, metaclass=AnyDate):
        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(time.time())

    class MovedMoment(dt.datetime, metaclass=AnyMoment):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(time.time(), tz)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now(dt.UTC).replace(tzinfo=None)

        def date(self) -> Any:
            return MovedDate(self.year, self.month, self.day)

    for made, name in ((MovedDate, "date"), (MovedMoment, "datetime")):
        made.__name__ = made.__qualname__ = name
        made.__module__ = "datetime"
        setattr(dt, name, made)
    if database := sys.modules.get("sqlite3"):
        database.register_adapter(MovedDate, lambda value: value.isoformat())
        database.register_adapter(MovedMoment, lambda value: value.isoformat(" "))
