"""Each fault of a server with the OpenAI protocol, as the sentence a founder reads."""

from dataclasses import replace

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN, PLAN_TEXT, PROJECT
from tests.integration.chat.conftest import KEY
from tests.integration.chat.server import Reply, ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings

NO_CREDIT = "You exceeded your current quota, please check your plan and billing details."


@pytest.mark.parametrize(
    ("reply", "failure", "says"),
    [
        (replies.error(401, f"Incorrect key {KEY}"), errors.ModelKeyRefused, "OPENAI_API_KEY"),
        (replies.error(403, "Not for you"), errors.ModelKeyRefused, "refused the key"),
        (replies.error(404, "No such model"), errors.ModelUnknown, "Check TOGGLE_MODEL"),
        (replies.error(402, "Pay"), errors.ModelQuotaExhausted, "no credit left"),
        (replies.error(429, NO_CREDIT), errors.ModelQuotaExhausted, "no credit left"),
        (replies.error(413, "Too large"), errors.ModelPromptTooLong, "too long"),
        (
            replies.error(400, "maximum context length is 8192", "context_length_exceeded"),
            errors.ModelPromptTooLong,
            "too long",
        ),
        (replies.error(400, "bad temperature"), errors.ModelRequestRefused, "bad temperature"),
        (replies.streamed("", refusal="I cannot"), errors.ModelDeclined, '"I cannot"'),
        (replies.streamed("A", finish="content_filter"), errors.ModelDeclined, "declined"),
        (replies.streamed(""), errors.ModelAnswerEmpty, "empty answer"),
        (replies.streamed(PLAN[:30], finish="length"), errors.ModelAnswerCutOff, "cut off"),
        (replies.whole(PLAN[:30], finish="length"), errors.ModelAnswerCutOff, "cut off"),
        (replies.streamed('{"goal": '), errors.ModelAnswerUnreadable, "could not be read"),
        (replies.page("<html>Hello"), errors.ModelProtocolUnknown, "Check the model's address"),
        (replies.error_event("Too bad", "odd"), errors.ModelFailed, "Too bad"),
    ],
)
def test_a_fault_has_a_name_and_a_plain_sentence(
    server: ScriptedServer,
    builder: ChatBuilder,
    reply: Reply,
    failure: type[errors.ModelFailed],
    says: str,
) -> None:
    server.script(reply)
    with pytest.raises(errors.BuildFailed) as caught:
        builder.plan("Greet me")
    assert type(caught.value) is failure
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "path", ["/etc/main.py", "../main.py", "C:\\\\main.py", "MAIN.py", "main.py/x.py"]
)
def test_a_path_that_is_not_allowed_is_refused(
    server: ScriptedServer, builder: ChatBuilder, path: str
) -> None:
    server.script(replies.streamed(PROJECT.replace("tests/test_main.py", path)))
    with pytest.raises(errors.ModelPathRefused, match="cannot be accepted"):
        builder.code("Greet me", PLAN_TEXT)


def test_a_project_without_files_is_refused_with_the_models_words(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed("I would rather talk about cats."))
    with pytest.raises(errors.ModelAnswerUnreadable, match="I would rather talk about cats"):
        builder.code("Greet me", PLAN_TEXT)


def test_the_limit_of_an_answer_that_was_cut_off_is_said(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.streamed(PLAN[:30], finish="length"))
    with pytest.raises(errors.ModelAnswerCutOff, match="at the limit of 1,200 tokens"):
        ChatBuilder(replace(settings, max_output_tokens=1200)).plan("Greet me")


def test_the_tokens_of_a_failure_are_on_it(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(PLAN[:30], finish="length"))
    with pytest.raises(errors.ModelAnswerCutOff) as caught:
        builder.plan("Greet me")
    assert (caught.value.tokens_in, caught.value.tokens_out) == (11, 7)


def test_a_server_that_is_not_there_is_unreachable(settings: ChatSettings) -> None:
    with ScriptedServer() as gone:
        address = gone.address
    with pytest.raises(errors.ModelUnreachable, match=address):
        ChatBuilder(replace(settings, base_url=f"{address}/v1")).plan("Greet me")


def test_a_host_that_does_not_exist_is_unreachable(settings: ChatSettings) -> None:
    nowhere = replace(settings, base_url="http://nowhere.invalid/v1", max_retries=0)
    with pytest.raises(errors.ModelUnreachable, match="at http://nowhere"):
        ChatBuilder(nowhere).plan("Greet me")


def test_a_fault_does_not_spoil_the_next_call(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.error(401, "No"), replies.streamed(PLAN))
    with pytest.raises(errors.ModelKeyRefused):
        builder.plan("Greet me")
    assert builder.plan("Greet me").text == PLAN_TEXT
