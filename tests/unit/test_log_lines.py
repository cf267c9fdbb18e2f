"""A line of the log: whose it is, what cannot be forged in it, and what is masked."""

import io
import json
import logging
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from toggle_core.observing.context import answering, working_on
from toggle_core.observing.logs import FIELDS, Guarded, JsonLines, TextLines, WithIds
from toggle_core.observing.secrets import Scrubber
from toggle_core.settings import Settings

RUN = UUID("01234567-89ab-7def-8123-456789abcdef")
HOSTILE = [
    "ok\n2026-01-01 00:00:00,000 ERROR   toggle_core: forged",
    "ok\r\nforged",
    "ok\x1b[2J\x1b[1;31mforged",
    "ok\x85forged\u2028forged\u2029forged",
    "ok\u202edegrof\u2066",
    "ok\x00\x07\x7fforged",
]
SETTINGS = Settings(
    _env_file=None,
    DATABASE_URL="postgresql://toggle:pass-word-4711@db.example/toggle",
    TOGGLE_COOKIE_SECRET="cookie-secret-0815",
    OPENAI_API_KEY="no-usual-shape-qwertyuiop",
    TOGGLE_WEBHOOK_URL="https://hooks.example/services/T0K3N/abc",
    TOGGLE_WEBHOOK_SECRET=f"whsec_{'A' * 32}",
    DATABASE_PASSWORD="short",
)

Write = Callable[..., str]


def writing(formatter: logging.Formatter) -> Write:
    """What stands in the log after something was logged."""

    def write(message: str, *values: object, **options: Any) -> str:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.addFilter(WithIds())
        handler.setFormatter(formatter)
        logger = logging.Logger("toggle_core.test")  # noqa: LOG001  known to nobody else
        logger.addHandler(handler)
        logger.warning(message, *values, **options)
        return stream.getvalue()

    return write


text = writing(TextLines(Scrubber(SETTINGS)))
as_json = writing(JsonLines(Scrubber(SETTINGS)))
both = pytest.mark.parametrize("write", [text, as_json], ids=["text", "json"])


@both
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_stays_in_its_line(write: Write, hostile: str) -> None:
    written = write("a task said %s", hostile)
    assert written.endswith("\n")
    assert written[:-1].isprintable()
    assert "forged" in written or "degrof" in written


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_error_is_marked_as_a_part_of_its_traceback(hostile: str) -> None:
    try:
        raise ValueError(hostile)  # noqa: TRY301  what is tried
    except ValueError:
        first, *others = text("failed", exc_info=True)[:-1].split("\n")
    assert first.endswith("toggle_core.test: failed")
    assert all(line.startswith("  | ") and line.isprintable() for line in others)
    assert "ValueError" in "".join(others)


def test_a_traceback_is_a_field_of_the_object() -> None:
    try:
        raise ValueError("a\nb")  # noqa: TRY301  what is tried
    except ValueError:
        found = json.loads(as_json("failed", exc_info=True))
    assert "ValueError: a\nb" in found["traceback"]
    assert found["message"] == "failed"


@both
def test_a_line_tells_which_run_and_which_request_it_belongs_to(write: Write) -> None:
    with working_on(RUN), answering("request-1"):
        inside = write("at work")
    assert str(RUN) in inside
    assert "request-1" in inside
    outside = write("at rest")
    assert str(RUN) not in outside
    assert "request" not in outside


def test_an_object_has_known_fields_only_and_leaves_out_those_it_has_not() -> None:
    with working_on(RUN):
        found = json.loads(as_json("at work", extra={"stage": "coding", "task": "secret task"}))
    assert list(found) == ["time", "level", "logger", "message", "run", "stage"]
    assert set(found) <= set(FIELDS)
    assert (found["level"], found["stage"], found["run"]) == ("WARNING", "coding", str(RUN))


@both
@pytest.mark.parametrize(
    "secret",
    [
        "pass-word-4711",
        "cookie-secret-0815",
        "no-usual-shape-qwertyuiop",
        "services/T0K3N/abc",
        f"whsec_{'A' * 32}",
        "sk-proj-somebody-elses-0123456789",
        "Bearer abcdef.0123456789",
        "ptk_1f0c8d9e4a72_abcdefghijklmnop",
    ],
)
def test_a_secret_is_masked_whoever_writes_it(write: Write, secret: str) -> None:
    try:
        raise ValueError(f"error with {secret}")  # noqa: TRY301  what is tried
    except ValueError:
        written = write("refused: %s", {"key": secret}, exc_info=True)
    assert secret.removeprefix("Bearer ") not in written
    assert "[key]" in written
    assert "refused" in written


@both
def test_what_is_no_secret_is_left_as_it_is(write: Write) -> None:
    assert "a short word at db.example" in write("a short word at db.example")


def test_a_logger_takes_no_handler_that_would_write_past_the_mask() -> None:
    logger = Guarded("streamlit.late")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(sys.stderr))
    assert logger.handlers == []
    assert logger.propagate
    kept = logging.NullHandler()
    logger.addHandler(kept)
    assert logger.handlers == [kept]
