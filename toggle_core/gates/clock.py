"""The time a gate takes, and the end of all gates together."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """Counts the time since it was made, but stands still while all its threads wait for slots.

    It begins with one thread; any thread may read it.
    """

    _begun: float = field(default_factory=time.monotonic)
    _waited: float = 0.0
    _stopped: float | None = None
    _threads: int = 1
    _waiting: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def seconds(self) -> float:
        """Wall-clock time without what was waited, in seconds."""
        now = self._stopped or time.monotonic()
        return now - self._begun - self._waited

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Do not count the time of the block, as far as no other thread of the clock works."""
        self._change(waiting=1)
        try:
            yield
        finally:
            self._change(waiting=-1)

    @contextmanager
    def another_thread(self) -> Iterator[None]:
        """Count the thread that runs the block as one more of the clock."""
        self._change(threads=1)
        try:
            yield
        finally:
            self._change(threads=-1)

    def _change(self, *, threads: int = 0, waiting: int = 0) -> None:
        with self._lock:
            self._threads += threads
            self._waiting += waiting
            is_still = self._waiting >= self._threads
            if is_still and self._stopped is None:
                self._stopped = time.monotonic()
            elif not is_still and self._stopped is not None:
                self._waited += time.monotonic() - self._stopped
                self._stopped = None

    def stop(self) -> None:
        """Count no longer."""
        self._stopped = time.monotonic()


@dataclass(slots=True)
class RunLimit:
    """Set when somebody asks for the end of a run's gates, or when their time is used up.

    Attributes:
        asked: what asks for it, None if nothing does.
        total_seconds: for all gates, added up.
    """

    asked: threading.Event | None
    total_seconds: float
    _clocks: list[Clock] = field(default_factory=list)

    def start_clock(self) -> Clock:
        """Return the clock of a gate that begins now."""
        clock = Clock()
        self._clocks.append(clock)
        return clock

    def is_set(self) -> bool:
        """Whether the gates have to end."""
        asked = self.asked is not None and self.asked.is_set()
        return asked or sum(clock.seconds for clock in tuple(self._clocks)) > self.total_seconds
