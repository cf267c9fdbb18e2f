"""Keeps the insights rollup up to date, in a separate thread."""

import logging
import threading
from dataclasses import dataclass, field
from typing import Final

from toggle_core.errors import DatabaseAway
from toggle_core.insights.rollup import count_changed_days
from toggle_core.store.database import Database

logger = logging.getLogger(__name__)

COUNTING_SECONDS: Final = 0.5
"""About how long it counts before it looks up again."""

STOP_SECONDS: Final = 2.0
"""How long a stopping worker waits for the day that is being counted; the rest is undone."""


@dataclass
class Counting:
    """Counts days anew whose runs have changed, every few seconds.

    Every worker does so; the rollup lets one at a time count (see ``rollup.COUNTING_LOCK``).

    Attributes:
        database: where.
        pause_seconds: between two looks, unless there are days that were never counted.
    """

    database: Database
    pause_seconds: float = 3.0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin: the first look happens at once."""
        self._thread = threading.Thread(target=self._run, name="counting", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = self.pause_seconds
            try:
                # A long history that is counted for the first time gets half of the time.
                if count_changed_days(self.database, seconds=COUNTING_SECONDS):
                    pause = COUNTING_SECONDS
            except DatabaseAway:
                logger.info("the numbers behind insights wait: the database is away")
            except Exception:  # the edge of this thread: without it insights would grow stale
                logger.exception("counting failed and will be tried again")
