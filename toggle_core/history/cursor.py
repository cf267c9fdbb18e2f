"""Page cursors: a position in the order of the list, encoded for a URL."""

import base64
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from toggle_core.errors import CursorRefused
from toggle_core.history.sorting import ORDERS, Key, Sort


class Direction(StrEnum):
    """Which way a page reads from its key."""

    NEXT = "next"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The page after a run, or the page before it.

    Attributes:
        sort: the order it was made for; in another it means nothing.
        direction: which side of the run.
        key: of the run in that order; None with ``PREVIOUS`` means the last page.
        id: of the run.
    """

    sort: Sort
    direction: Direction
    key: Key | None = None
    id: UUID | None = None

    @classmethod
    def last_page(cls, sort: Sort = Sort.NEWEST) -> Self:
        """The page that ends with the last run of an order."""
        return cls(sort, Direction.PREVIOUS)

    def __str__(self) -> str:
        key = self.key.isoformat() if isinstance(self.key, datetime) else self.key
        plain = f"{self.sort}|{self.direction}|{'' if key is None else key}|{self.id or ''}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str, sort: Sort = Sort.NEWEST) -> Cursor:
    """Read what ``str(cursor)`` wrote.

    Args:
        text: of a link.
        sort: the order of the list it shall be used in.

    Raises:
        CursorRefused: it is none of ours, or one of another order.
    """
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        order, direction, key, run_id = plain.split("|")
        if order != sort:
            raise CursorRefused
        if not key and not run_id and direction == Direction.PREVIOUS:
            return Cursor.last_page(sort)
        return Cursor(sort, Direction(direction), ORDERS[sort].read(key), UUID(run_id))
    except (ValueError, OverflowError):
        raise CursorRefused from None
