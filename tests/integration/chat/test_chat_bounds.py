"""A server can neither hold a worker for longer than the time limit, nor fill its memory."""

import threading
import time
from dataclasses import replace

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN, PLAN_TEXT
from tests.integration.chat.server import Connection, ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.model import make_model
from toggle_core.builders.chat.settings import ChatSettings

LIMIT = 1.0
"""Seconds a request may take here."""

DRIPS = {
    "headers": [b"X-Slow: 1\r\n"],
    "comments": [b"\r\n", b": still here\n\n"],
    "one endless line": [b"\r\n", b"data: {", b" ", b" "],
    "tokens": [b"\r\n", replies.event_of("word ")],
}


@pytest.fixture
def hurried(settings: ChatSettings) -> ChatBuilder:
    """A builder with little time and room, whose imports are not part of the time."""
    small = replace(settings, request_timeout=LIMIT, max_answer_characters=20_000, max_retries=0)
    make_model(small)
    return ChatBuilder(small)


@pytest.mark.parametrize("parts", DRIPS.values(), ids=DRIPS.keys())
def test_a_slow_drip_ends_at_the_time_limit(
    server: ScriptedServer, hurried: ChatBuilder, parts: list[bytes]
) -> None:
    server.script(replies.dripping(parts, server.stopping))
    started = time.monotonic()
    with pytest.raises(errors.ModelTooSlow, match="after 1 s"):
        hurried.plan("Greet me")
    assert time.monotonic() - started >= LIMIT


def test_the_connection_is_closed_at_the_time_limit(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    closed = threading.Event()
    # Time enough for the request to arrive, on a busy machine too.
    hurried = ChatBuilder(replace(settings, request_timeout=4 * LIMIT, max_retries=0))

    def drip(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        try:
            while not server.stopping.wait(0.05):
                connection.write(b": hm\n\n")
        except OSError:
            closed.set()

    server.script(drip)
    with pytest.raises(errors.ModelTooSlow):
        hurried.plan("Greet me")
    assert closed.wait(120)


def test_silence_ends_at_the_time_limit(server: ScriptedServer, hurried: ChatBuilder) -> None:
    def say_nothing(_: Connection) -> None:
        server.stopping.wait(30)

    server.script(say_nothing)
    with pytest.raises(errors.ModelTooSlow):
        hurried.plan("Greet me")


def test_the_next_request_is_answered_after_one_that_was_too_slow(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    # Time enough for the second answer, on a busy machine too.
    hurried = ChatBuilder(replace(settings, request_timeout=5 * LIMIT, max_retries=0))
    server.script(replies.dripping([b"\r\n", b": hm\n\n"], server.stopping), replies.streamed(PLAN))
    with pytest.raises(errors.ModelTooSlow):
        hurried.plan("Greet me")
    assert hurried.plan("Greet me").text == PLAN_TEXT


@pytest.mark.parametrize(
    "part",
    [replies.event_of("word " * 100), b"x" * 65_536, b": comment\n\n" * 1_000],
    ids=["events", "one line", "comments"],
)
def test_an_answer_without_end_is_cut_off_and_refused(
    server: ScriptedServer, settings: ChatSettings, part: bytes
) -> None:
    roomy = replace(settings, request_timeout=120.0, max_answer_characters=20_000)
    server.script(replies.endless(server.stopping, part))
    with pytest.raises(errors.ModelAnswerTooLarge, match="over 20,000 characters"):
        ChatBuilder(roomy).plan("Greet me")


def test_an_error_without_end_is_cut_off(server: ScriptedServer, settings: ChatSettings) -> None:
    def reply(connection: Connection) -> None:
        connection.head(500, "application/json")
        while not server.stopping.is_set():
            connection.write(b" " * 65_536)

    server.script(reply)
    roomy = replace(settings, request_timeout=120.0, max_answer_characters=20_000)
    with pytest.raises(errors.ModelAnswerTooLarge):
        ChatBuilder(roomy).plan("Greet me")
