"""Plans and projects from a server with the OpenAI protocol."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import FILES, PLAN, PLAN_TEXT, PROJECT, PROJECT_IN_FENCES
from tests.integration.chat.server import ScriptedServer
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.protocol import Base, Feedback, GateFailure, Plan, can_continue


def test_a_plan_comes_back_with_its_tokens(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(PLAN))
    assert builder.plan("Greet me") == Plan(PLAN_TEXT, tokens_in=11, tokens_out=7)


def test_a_project_comes_back_with_its_tokens(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(PROJECT))
    project = builder.code("Greet me", PLAN_TEXT)
    assert dict(project.files) == FILES
    assert (project.entry, project.how_to_run) == ("main.py", "python main.py")
    assert project.summary == "It greets."
    assert (project.tokens_in, project.tokens_out) == (11, 7)


def test_structured_output_is_asked_for_by_a_strict_schema_and_streamed(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(PROJECT))
    builder.code("Greet me", PLAN_TEXT)
    body = server.asked[0].body
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}


def test_the_limits_are_sent_under_the_name_every_server_knows(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.streamed(PLAN))
    ChatBuilder(replace(settings, max_output_tokens=900, temperature=0.2)).plan("Greet me")
    body = server.asked[0].body
    assert (body["max_tokens"], body["temperature"]) == (900, 0.2)
    assert "max_completion_tokens" not in body


def test_a_repair_sends_what_failed_and_keeps_the_other_files(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(PROJECT_IN_FENCES))
    feedback = Feedback(
        (GateFailure("types", "main.py:1: error"),), {"main.py": "x", "a.py": "1\n"}, "main.py", 2
    )
    project = builder.code("Greet me", PLAN_TEXT, feedback)
    assert "main.py:1: error" in server.asked[0].body["messages"][1]["content"]
    assert dict(project.files) == FILES | {"a.py": "1\n"}


def test_a_change_sends_the_project_and_keeps_the_files_that_are_left_out(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(PLAN), replies.streamed(PROJECT_IN_FENCES))
    base = Base({"main.py": "print('old')\n", "a.py": "1\n"}, "main.py", "Greet me")
    plan = builder.plan("In Welsh", base=base)
    project = builder.code("In Welsh", plan.text, base=base)
    for asked in server.asked:
        request = asked.body["messages"][1]["content"]
        assert "print('old')" in request
        assert "In Welsh" in request
    assert dict(project.files) == FILES | {"a.py": "1\n"}
    assert can_continue(builder)


def test_a_server_that_ignores_the_schema_is_understood_at_once(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(PROJECT_IN_FENCES))
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES
    assert len(server.asked) == 1


def test_a_server_that_refuses_the_schema_is_asked_for_fenced_blocks(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    refusal = replies.error(400, "response_format is not supported")
    server.script(refusal, replies.streamed(PROJECT_IN_FENCES))
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES
    assert [asked.is_structured for asked in server.asked] == [True, False]
    assert "fenced block" in server.asked[1].body["messages"][0]["content"]


def test_a_server_that_refused_the_schema_is_not_asked_for_it_again(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    refusal = replies.error(400, "response_format is not supported")
    server.script(refusal, replies.streamed(PLAN_TEXT), replies.streamed(PROJECT_IN_FENCES))
    builder.code("Greet me", builder.plan("Greet me").text)
    assert [asked.is_structured for asked in server.asked] == [True, False, False]


def test_an_answer_that_cannot_be_read_is_asked_for_once_more_in_fenced_blocks(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed('{"files": ['), replies.streamed(PROJECT_IN_FENCES))
    project = builder.code("Greet me", PLAN_TEXT)
    assert dict(project.files) == FILES
    assert (project.tokens_in, project.tokens_out) == (22, 14)


def test_a_server_that_cannot_stream_answers_as_a_whole(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.whole(PLAN))
    assert builder.plan("Greet me") == Plan(PLAN_TEXT, tokens_in=11, tokens_out=7)
    assert [bool(asked.body.get("stream")) for asked in server.asked] == [True, False]


def test_a_server_that_refuses_to_stream_answers_as_a_whole(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    refusal = replies.error(400, "stream is not supported")
    server.script(refusal, refusal, replies.whole(PLAN))
    assert builder.plan("Greet me").text == PLAN_TEXT


def test_tokens_are_estimated_for_a_server_that_counts_none(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(PLAN, usage=None))
    plan = builder.plan("Greet me")
    assert 200 < plan.tokens_in < 1_000
    assert plan.tokens_out == pytest.approx(len(PLAN) / 4, abs=5)


def test_characters_that_cannot_be_stored_are_removed(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed("Greet\x00 me. \\ud800"))
    assert "\x00" not in builder.plan("Greet me").text


def test_one_builder_serves_many_threads(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(PLAN))
    with ThreadPoolExecutor(8) as threads:
        plans = list(threads.map(builder.plan, ["Greet me"] * 16))
    assert plans == [Plan(PLAN_TEXT, tokens_in=11, tokens_out=7)] * 16
