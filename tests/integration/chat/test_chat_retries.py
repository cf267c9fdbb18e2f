"""Requests that are sent again, and those that are not."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN, PLAN_TEXT
from tests.integration.chat.server import Reply, ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings


@pytest.mark.parametrize(
    "fault",
    [
        replies.error(429, "Slow down"),
        replies.error(500, "Oops"),
        replies.error(503, "Later"),
        replies.error_event("Busy", "server_error"),
        replies.reset,
        replies.dropped_after('{"goal": '),
    ],
)
def test_a_passing_fault_is_tried_again(
    server: ScriptedServer, builder: ChatBuilder, fault: Reply
) -> None:
    server.script(fault, fault, replies.streamed(PLAN))
    assert builder.plan("Greet me").text == PLAN_TEXT
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (replies.error(429, "Slow down"), errors.ModelBusy),
        (replies.error(500, "Oops"), errors.ModelDown),
        (replies.reset, errors.ModelConnectionLost),
        (replies.dropped_after('{"goal": '), errors.ModelConnectionLost),
    ],
)
def test_a_fault_that_stays_ends_after_the_retries(
    server: ScriptedServer,
    builder: ChatBuilder,
    fault: Reply,
    failure: type[errors.ModelFailed],
) -> None:
    server.script(fault)
    with pytest.raises(failure):
        builder.plan("Greet me")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "fault",
    [
        replies.error(401, "No"),
        replies.error(404, "No"),
        replies.error(429, "insufficient_quota", "insufficient_quota"),
        replies.streamed("", refusal="No"),
    ],
)
def test_a_fault_that_would_come_again_is_not_tried_again(
    server: ScriptedServer, builder: ChatBuilder, fault: Reply
) -> None:
    server.script(fault)
    with pytest.raises(errors.ModelFailed):
        builder.plan("Greet me")
    assert len(server.asked) == 1


def test_the_wait_the_provider_asks_for_is_kept(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.error(429, "", headers={"Retry-After": "1"}), replies.streamed(PLAN))
    started = time.monotonic()
    builder.plan("Greet me")
    assert time.monotonic() - started >= 1.0


def test_a_wait_until_a_date_is_understood(server: ScriptedServer, builder: ChatBuilder) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    server.script(replies.error(503, "", headers={"Retry-After": date}), replies.streamed(PLAN))
    with pytest.raises(errors.ModelDown):
        builder.plan("Greet me")
    assert len(server.asked) == 1


def test_a_wait_that_is_no_time_is_ignored(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.error(429, "", headers={"Retry-After": "soon"}), replies.streamed(PLAN))
    assert builder.plan("Greet me").text == PLAN_TEXT


def test_a_wait_that_is_too_long_is_said_instead_of_kept(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.error(429, "", headers={"Retry-After": "3600"}), replies.streamed(PLAN))
    with pytest.raises(errors.ModelBusy, match="asks to wait 3,600 seconds"):
        builder.plan("Greet me")
    assert len(server.asked) == 1


def test_without_retries_a_request_is_sent_once(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.error(500, "Oops"))
    with pytest.raises(errors.ModelDown):
        ChatBuilder(replace(settings, max_retries=0)).plan("Greet me")
    assert len(server.asked) == 1


def test_half_an_answer_counts_its_tokens(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.dropped_after("word " * 80), replies.streamed(PLAN))
    assert 100 <= builder.plan("Greet me").tokens_out <= 7 + 120
