"""Errors inside a stream, styles that are tried again, and silence."""

import time
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import FILES, PLAN, PLAN_TEXT, PROJECT, PROJECT_IN_FENCES
from tests.integration.chat.replies import chunks, delta
from tests.integration.chat.server import Connection, Reply, ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat import asking
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.model import make_model
from toggle_core.builders.chat.settings import ChatSettings

REFUSAL = replies.error(400, "response_format is not supported")


def error_after(text: str, error: Any) -> Reply:
    """An answer that begins and goes on with an error."""
    return chunks(delta(text), {"error": error}, done=False)


PASSING: list[Any] = [
    {"code": "502", "message": "x"},
    {"code": 502, "message": "x"},
    {"code": "503", "type": None, "message": "x"},
    {"type": "overloaded_error", "message": "x"},
    {"type": "server_error", "code": None, "message": "x"},
    {"code": "rate_limit", "message": "x"},
    {"code": "rate_limit_exceeded", "message": "x"},
    {"status": "UNAVAILABLE", "message": "x"},
    {"status": "RESOURCE_EXHAUSTED", "message": "x"},
    {"message": "x", "metadata": {"error": {"code": "bad_gateway"}}},
    {"message": "Provider returned error 502"},
    {"message": "Service temporarily unavailable"},
    "overloaded",
]


@pytest.mark.parametrize("error", PASSING, ids=str)
def test_a_passing_error_inside_the_stream_is_tried_again(
    server: ScriptedServer, builder: ChatBuilder, error: Any
) -> None:
    server.script(error_after('{"goal"', error), replies.streamed(PLAN))
    assert builder.plan("Greet me").text == PLAN_TEXT
    assert len(server.asked) == 2


def test_a_stream_that_finishes_with_an_error_is_tried_again(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(chunks(delta(PLAN[:20]), delta("", "error")), replies.streamed(PLAN))
    assert builder.plan("Greet me").text == PLAN_TEXT
    server.script(chunks(delta(PLAN[:20]), delta("", "error")))
    with pytest.raises(errors.ModelDown):
        builder.plan("Greet me")


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"code": "502", "message": "x"}, errors.ModelDown),
        ({"type": "overloaded_error", "message": "x"}, errors.ModelDown),
        ({"code": "rate_limit", "message": "x"}, errors.ModelBusy),
    ],
)
def test_an_error_inside_the_stream_that_stays_is_named_as_its_status(
    server: ScriptedServer,
    builder: ChatBuilder,
    error: Any,
    failure: type[errors.ModelFailed],
) -> None:
    server.script(error_after('{"goal"', error))
    with pytest.raises(failure):
        builder.plan("Greet me")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"code": "insufficient_quota", "message": "x"}, errors.ModelQuotaExhausted),
        ({"type": "authentication_error", "message": "x"}, errors.ModelKeyRefused),
        ({"code": "401", "message": "x"}, errors.ModelKeyRefused),
        ({"code": "context_length_exceeded", "message": "x"}, errors.ModelPromptTooLong),
    ],
)
def test_an_error_inside_the_stream_that_would_come_again_is_not_tried_again(
    server: ScriptedServer,
    builder: ChatBuilder,
    error: Any,
    failure: type[errors.ModelFailed],
) -> None:
    server.script(error_after("On", error))
    with pytest.raises(failure):
        builder.plan("Greet me")
    assert len(server.asked) == 1


def test_an_answer_that_could_not_be_read_does_not_change_how_the_next_is_asked_for(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(
        replies.streamed('{"steps": 3}'), replies.streamed(PLAN_TEXT), replies.streamed(PROJECT)
    )
    assert builder.plan("Greet me").text == PLAN_TEXT
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES
    assert [asked.is_structured for asked in server.asked] == [True, False, True]


def test_a_refused_style_is_tried_again_after_a_while(
    server: ScriptedServer, builder: ChatBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "REMEMBERED_SECONDS", 0.0)
    server.script(REFUSAL, replies.streamed(PROJECT_IN_FENCES), replies.streamed(PLAN))
    builder.code("Greet me", PLAN_TEXT)
    builder.plan("Greet me")
    assert [asked.is_structured for asked in server.asked] == [True, False, True]


@pytest.fixture
def brisk(settings: ChatSettings) -> ChatSettings:
    """Settings with little patience for silence, and with what they need imported."""
    brisk = replace(settings, silence_timeout=1.0, max_retries=0)
    make_model(brisk)
    return brisk


def slowly(parts: list[bytes], seconds: float) -> Reply:
    """A stream with a wait before each part."""

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        for part in parts:
            time.sleep(seconds)
            connection.write(part)

    return reply


def thoughts(number: int) -> list[bytes]:
    """Reasoning in a field of its own."""
    return [replies.event_of_chunk(delta({"reasoning": "Hm."}))] * number


@pytest.mark.parametrize(
    "before",
    [
        thoughts(22),
        [b": still here\n\n"] * 22,
        [replies.event_of(" ")] * 22,
    ],
    ids=["reasoning", "comments", "pieces"],
)
def test_a_long_answer_is_awaited_as_long_as_something_comes(
    server: ScriptedServer, brisk: ChatSettings, before: list[bytes]
) -> None:
    server.script(slowly([*before, replies.event_of(PLAN), b"data: [DONE]\n\n"], 0.3))
    patient = replace(brisk, silence_timeout=3.0)  # ten times a pause: machines are busy
    started = time.monotonic()
    assert ChatBuilder(patient).plan("Greet me").text == PLAN_TEXT
    assert time.monotonic() - started > 2 * patient.silence_timeout


@pytest.mark.parametrize("begun", [True, False])
def test_silence_ends_a_request_and_names_its_setting(
    server: ScriptedServer, brisk: ChatSettings, begun: bool
) -> None:
    def reply(connection: Connection) -> None:
        if begun:
            connection.head(200, "text/event-stream")
            connection.write(replies.event_of('{"goal"'))
        server.stopping.wait(30)

    server.script(reply)
    with pytest.raises(errors.ModelSilent, match=r"nothing for 1 s.*MODEL_SILENCE_SECONDS"):
        ChatBuilder(brisk).plan("Greet me")


def test_signs_of_life_alone_end_at_the_time_limit(
    server: ScriptedServer, brisk: ChatSettings
) -> None:
    server.script(replies.dripping([b"\r\n", b": still here\n\n"], server.stopping))
    with pytest.raises(errors.ModelTooSlow, match="not finished its answer after 4 s"):
        ChatBuilder(replace(brisk, silence_timeout=3.0, request_timeout=4.0)).plan("Greet me")
