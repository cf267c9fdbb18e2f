"""A cursor survives the way through a link, and nothing else is taken for one."""

import base64
import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from toggle_core.errors import CursorRefused
from toggle_core.runs.cursor import OLDEST_PAGE, Cursor, Direction, read_cursor

ID = UUID("0199d2c8-6f3a-7b1e-9c4d-2a5f8e7b6c1d")
MOMENT = datetime(2026, 11, 22, 8, 39, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    "moment",
    [
        MOMENT,
        MOMENT.replace(microsecond=0),
        MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45))),
        MOMENT.astimezone(timezone(timedelta(hours=-9, minutes=-30))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_what_was_written_is_read_again(direction: Direction, moment: datetime) -> None:
    cursor = Cursor(direction, moment, ID)
    assert read_cursor(str(cursor)) == cursor


def test_the_oldest_page_is_read_again() -> None:
    assert read_cursor(str(OLDEST_PAGE)) == OLDEST_PAGE


def test_a_cursor_fits_into_a_url_without_escapes_and_into_its_limit() -> None:
    for cursor in (OLDEST_PAGE, Cursor(Direction.OLDER, MOMENT, ID)):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,200}", str(cursor))


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
    encoded("||"),
    encoded("older||"),
    encoded(f"older||{ID}"),
    encoded(f"older|{MOMENT.isoformat()}|"),
    encoded(f"newer|{MOMENT.isoformat()}|"),
    encoded(f"newer||{ID}"),
    encoded(f"sideways|{MOMENT.isoformat()}|{ID}"),
    encoded(f"older|{MOMENT.isoformat()}|{ID}|more"),
    encoded(f"older|{MOMENT.isoformat()}|no-id"),
    encoded(f"older|yesterday|{ID}"),
    encoded(f"older|2026-11-22T08:39:00|{ID}"),
    encoded(f"older|99999-01-01T00:00:00+00:00|{ID}"),
    base64.urlsafe_b64encode(b"older|\xff|\xff").decode(),
]


@pytest.mark.parametrize("text", RUBBISH)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CursorRefused, match="Start again from the newest runs"):
        read_cursor(text)
