"""A cursor survives the way through a link, and nothing else is taken for one."""

import base64
import math
import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from toggle_core.errors import CursorRefused
from toggle_core.history.cursor import Cursor, Direction, read_cursor
from toggle_core.history.sorting import Key, Sort

ID = UUID("0199d2c8-6f3a-7b1e-9c4d-2a5f8e7b6c1d")
MOMENT = datetime(2026, 11, 22, 8, 39, 0, 123456, tzinfo=UTC)

MOMENTS = [
    MOMENT,
    MOMENT.replace(microsecond=0),
    MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45))),
    MOMENT.astimezone(timezone(timedelta(hours=-9, minutes=-30))),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
]
DURATIONS = [0.0, 0.1, 1 / 3, 1e-7, 1e300, math.inf, -math.inf]
TOKENS = [0, 1, 2**63 - 1]

KEYS: list[tuple[Sort, Key]] = [
    *((sort, key) for sort in (Sort.NEWEST, Sort.OLDEST) for key in MOMENTS),
    *((sort, key) for sort in (Sort.LONGEST, Sort.SHORTEST) for key in DURATIONS),
    *((sort, key) for sort in (Sort.MOST_TOKENS, Sort.FEWEST_TOKENS) for key in TOKENS),
]


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(("sort", "key"), KEYS)
def test_what_was_written_is_read_again(direction: Direction, sort: Sort, key: Key) -> None:
    cursor = Cursor(sort, direction, key, ID)
    assert read_cursor(str(cursor), sort) == cursor


@pytest.mark.parametrize("sort", Sort)
def test_the_last_page_is_read_again(sort: Sort) -> None:
    cursor = Cursor.last_page(sort)
    assert read_cursor(str(cursor), sort) == cursor


def test_a_cursor_fits_into_a_url_without_escapes_and_into_its_limit() -> None:
    cursors = [Cursor(sort, Direction.PREVIOUS, key, ID) for sort, key in KEYS]
    for cursor in (Cursor.last_page(Sort.FEWEST_TOKENS), *cursors):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,200}", str(cursor))


@pytest.mark.parametrize("sort", Sort)
def test_a_cursor_of_another_order_is_refused(sort: Sort) -> None:
    for other, key in KEYS:
        if other is not sort:
            for cursor in (Cursor(other, Direction.NEXT, key, ID), Cursor.last_page(other)):
                with pytest.raises(CursorRefused):
                    read_cursor(str(cursor), sort)


def encoded(plain: str) -> str:
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


RUBBISH = [
    "",
    "rubbish",
    "é",
    "\x00",
    "\ud800",
    "=",
    "====",
    "A",
    "_" * 199,
    "0" * 100_000,
    encoded(""),
    encoded("|||"),
    encoded("newest|next||"),
    encoded(f"newest|next||{ID}"),
    encoded(f"newest|next|{MOMENT.isoformat()}|"),
    encoded(f"newest|previous|{MOMENT.isoformat()}|"),
    encoded(f"newest|previous||{ID}"),
    encoded(f"newest|sideways|{MOMENT.isoformat()}|{ID}"),
    encoded(f"sideways|next|{MOMENT.isoformat()}|{ID}"),
    encoded(f"newest|next|{MOMENT.isoformat()}|{ID}|more"),
    encoded(f"newest|next|{MOMENT.isoformat()}|no-id"),
    encoded(f"newest|next|yesterday|{ID}"),
    encoded(f"newest|next|5|{ID}"),
    encoded(f"newest|next|2026-11-22T08:39:00|{ID}"),
    encoded(f"newest|next|99999-01-01T00:00:00+00:00|{ID}"),
    encoded(f"longest|next|{MOMENT.isoformat()}|{ID}"),
    encoded(f"longest|next|nan|{ID}"),
    encoded(f"shortest|next|long|{ID}"),
    encoded(f"most-tokens|next|1.5|{ID}"),
    encoded(f"most-tokens|next|{2**63}|{ID}"),
    encoded(f"fewest-tokens|next|many|{ID}"),
    base64.urlsafe_b64encode(b"newest|next|\xff|\xff").decode(),
]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("text", RUBBISH)
def test_anything_else_is_refused(text: str, sort: Sort) -> None:
    with pytest.raises(CursorRefused, match="Start again from the first page"):
        read_cursor(text, sort)
