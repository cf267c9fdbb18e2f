"""Who opens, stops and clears apps, and what becomes of them: a line of the log and a count each.

They are no events of the run: those end with it, and whoever follows a run reads its last one then.
"""

import logging
import threading
from collections import Counter
from enum import StrEnum
from typing import Final
from uuid import UUID

logger = logging.getLogger(__name__)


class AppEvent(StrEnum):
    """What happened to an app. The last five are ends of its program."""

    OPENED = "opened"
    LOG_OPENED = "log_opened"
    STARTED = "started"
    CLEARED = "cleared"
    COPIED = "copied"
    IDLE = "idle"
    CROWDED = "crowded"
    STOPPED = "stopped"
    CLOSED = "closed"
    ENDED = "ended"


WORDS: Final = {
    AppEvent.OPENED: "opened",
    AppEvent.LOG_OPENED: "log opened",
    AppEvent.STARTED: "started",
    AppEvent.CLEARED: "cleared",
    AppEvent.COPIED: "filled with a copy of the data of an earlier version",
    AppEvent.IDLE: "put to sleep, because it was not used",
    AppEvent.CROWDED: "put to sleep, because another app needed its place",
    AppEvent.STOPPED: "put to sleep on request",
    AppEvent.CLOSED: "put to sleep, because this process stops",
    AppEvent.ENDED: "ended",
}

_counts: Counter[AppEvent] = Counter()
_lock = threading.Lock()


def record(event: AppEvent, run_id: UUID, person: str | None = None, detail: str = "") -> None:
    """Log and count what happened to an app.

    Args:
        event: what.
        run_id: whose app.
        person: who did it; None where nobody did, or nobody is asked who they are.
        detail: a sentence of ours about it; empty where there is nothing to add.
    """
    by = f" by {person}" if person else ""
    more = f": {detail}" if detail else ""
    logger.info("App %s%s%s", WORDS[event], by, more, extra={"run": str(run_id)})
    with _lock:
        _counts[event] += 1


def counts() -> dict[AppEvent, int]:
    """How often each has happened since this process started."""
    with _lock:
        return {event: _counts[event] for event in AppEvent}
