"""Try the connection."""

from dataclasses import replace

from tests.integration.chat import replies
from tests.integration.chat.server import ScriptedServer
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.trial import try_connection


def test_a_model_that_answers_is_reported_with_name_time_and_tokens(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.streamed("ready"))
    report = try_connection(settings)
    assert report.ok
    assert (report.model, report.tokens_in, report.tokens_out) == ("scripted", 11, 7)
    assert 0 < report.seconds < 120
    assert "answered as scripted" in report.sentence


def test_the_call_is_small(server: ScriptedServer, settings: ChatSettings) -> None:
    server.script(replies.streamed("ready"))
    try_connection(settings)
    assert server.asked[0].body["max_tokens"] <= 100
    assert len(str(server.asked[0].body)) < 500


def test_an_answer_cut_off_by_the_small_limit_is_a_connection(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.streamed("", finish="length"))
    assert try_connection(settings).ok


def test_a_fault_is_reported_at_once_and_not_raised(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.error(500, "Oops"))
    report = try_connection(settings)
    assert not report.ok
    assert "error 500" in report.sentence
    assert len(server.asked) == 1


def test_a_name_that_is_no_model_is_reported_and_not_raised(settings: ChatSettings) -> None:
    report = try_connection(replace(settings, model="gpt"))
    assert not report.ok
    assert "names no chat model" in report.sentence
