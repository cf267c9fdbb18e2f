"""The key reaches the server that it is for, and nothing else."""

import logging
import traceback

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN
from tests.integration.chat.conftest import KEY
from tests.integration.chat.server import Reply, ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.trial import try_connection

ECHOES = [
    replies.error(400, f"The key {KEY} is odd", headers={"X-Key": KEY}),
    replies.error(401, f"Incorrect API key provided: {KEY}"),
    replies.error(500, f"Authorization: Bearer {KEY}"),
    replies.error_event(f"Bad {KEY}", "odd"),
    replies.streamed("", refusal=f"I know {KEY}"),
    replies.streamed(f"No files, but {KEY}"),
    replies.page(KEY),
]


@pytest.mark.parametrize("reply", ECHOES)
def test_a_server_that_repeats_the_key_cannot_make_it_known(
    server: ScriptedServer, builder: ChatBuilder, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(reply)
    with (
        caplog.at_level(logging.DEBUG, logger="toggle_core"),
        pytest.raises(errors.ModelFailed) as caught,
    ):
        builder.code("Greet me", "Greet.")
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.facts)
    assert KEY not in told + caplog.text
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_the_key_is_sent_as_the_protocol_says(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(PLAN))
    builder.plan("Greet me")
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"


def test_no_library_logs_the_key_of_a_good_request(
    server: ScriptedServer, builder: ChatBuilder, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(replies.streamed(PLAN))
    with caplog.at_level(logging.DEBUG):
        builder.plan("Greet me")
    assert caplog.records
    assert KEY not in caplog.text


def test_a_report_of_a_connection_does_not_repeat_the_key(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.error(400, f"The key {KEY} is odd"))
    report = try_connection(settings)
    assert not report.ok
    assert KEY not in repr(report)
