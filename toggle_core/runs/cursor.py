"""Where a page of runs begins: a key in the order of ``(created_at, id)``, made safe for a URL."""

import base64
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from toggle_core.errors import CursorRefused


class Direction(StrEnum):
    """Which way a page reads from its key."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The page next to a run, on its older or its newer side.

    Attributes:
        direction: which side.
        created_at: of the run; None with ``NEWER`` means the oldest page.
        id: of the run.
    """

    direction: Direction
    created_at: datetime | None = None
    id: UUID | None = None

    def __str__(self) -> str:
        created_at = self.created_at.isoformat() if self.created_at else ""
        plain = f"{self.direction}|{created_at}|{self.id or ''}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


OLDEST_PAGE = Cursor(Direction.NEWER)
"""The last page: from the oldest run upwards."""


def read_cursor(text: str) -> Cursor:
    """Read what ``str(cursor)`` wrote.

    Raises:
        CursorRefused: it is none of ours.
    """
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        direction, created_at, run_id = plain.split("|")
        if not created_at and not run_id and direction == Direction.NEWER:
            return OLDEST_PAGE
        moment = datetime.fromisoformat(created_at)
        if moment.tzinfo is None:
            raise CursorRefused
        return Cursor(Direction(direction), moment, UUID(run_id))
    except ValueError:
        raise CursorRefused from None
