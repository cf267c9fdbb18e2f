"""The same builder in the protocols of Ollama, Anthropic and Google."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from tests.integration.chat import replies
from tests.integration.chat.answers import FILES, PLAN, PLAN_TEXT, PROJECT_IN_FENCES
from tests.integration.chat.protocols import GOOGLE, OLLAMA, PROTOCOLS, Protocol
from tests.integration.chat.server import ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.model import make_model
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.protocol import Plan

KEY = "sk-ant-f00dfeed5ca1ab1e0ddba11"


@pytest.fixture(params=PROTOCOLS, ids=lambda protocol: protocol.title)
def protocol(request: pytest.FixtureRequest) -> Protocol:
    """Each protocol in turn."""
    return request.param  # type: ignore[no-any-return]  # pytest does not know its type


@pytest.fixture
def settings(server: ScriptedServer, protocol: Protocol) -> ChatSettings:
    """Settings for the server, in the protocol."""
    return ChatSettings(
        model=protocol.model,
        api_key=SecretStr(KEY),
        base_url=server.address,
        request_timeout=120.0,
        max_retries=1,
        first_wait=0.01,
    )


def test_a_plan_is_asked_for_by_a_schema_and_comes_back_with_its_tokens(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.answer(PLAN, protocol.done))
    assert builder.plan("Greet me") == Plan(PLAN_TEXT, tokens_in=11, tokens_out=7)
    assert [asked.is_structured for asked in server.asked] == [True]


def test_a_project_in_fenced_blocks_is_read(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.answer(PROJECT_IN_FENCES, protocol.done))
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES


def test_a_refused_schema_falls_back_to_prose(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    refusal = protocol.error(400, "This model has no structured output")
    server.script(refusal, protocol.answer(PLAN_TEXT, protocol.done))
    assert builder.plan("Greet me").text == PLAN_TEXT
    assert [asked.is_structured for asked in server.asked] == [True, False]


def test_the_key_is_sent_in_the_protocols_header(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.answer(PLAN, protocol.done))
    builder.plan("Greet me")
    assert server.asked[0].headers[protocol.key_header].removeprefix("Bearer ") == KEY


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, errors.ModelKeyRefused),
        (403, errors.ModelKeyRefused),
        (404, errors.ModelUnknown),
        (429, errors.ModelBusy),
        (500, errors.ModelDown),
        (503, errors.ModelDown),
    ],
)
def test_an_error_has_a_name_and_does_not_repeat_the_key(
    server: ScriptedServer,
    builder: ChatBuilder,
    protocol: Protocol,
    status: int,
    failure: type[errors.ModelFailed],
) -> None:
    server.script(protocol.error(status, f"Something about {KEY}"))
    with pytest.raises(failure) as caught:
        builder.plan("Greet me")
    assert KEY not in str(caught.value)


def test_an_error_that_may_pass_is_tried_again(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.error(503, "Later"), protocol.answer(PLAN, protocol.done))
    assert builder.plan("Greet me").text == PLAN_TEXT
    assert len(server.asked) == 2


def test_an_answer_that_was_cut_off_is_refused(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.answer(PLAN[:40], protocol.cut_off))
    with pytest.raises(errors.ModelAnswerCutOff):
        builder.plan("Greet me")


@pytest.mark.parametrize(
    "protocol", [each for each in PROTOCOLS if each.declined], ids=lambda each: each.title
)
def test_an_answer_that_was_declined_is_named_so(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.answer("", protocol.declined))
    with pytest.raises(errors.ModelDeclined):
        builder.plan("Greet me")


def test_a_broken_connection_is_named_so(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(replies.reset)
    with pytest.raises(errors.ModelConnectionLost, match=protocol.title):
        builder.plan("Greet me")


def test_a_server_that_is_not_there_is_unreachable(
    settings: ChatSettings, protocol: Protocol
) -> None:
    with ScriptedServer() as gone:
        address = gone.address
    with pytest.raises(errors.ModelUnreachable, match=protocol.title):
        ChatBuilder(replace(settings, base_url=address)).plan("Greet me")


def test_a_slow_drip_ends_at_the_time_limit(server: ScriptedServer, settings: ChatSettings) -> None:
    server.script(replies.dripping([b"X-Slow: 1\r\n"], server.stopping))
    with pytest.raises(errors.ModelTooSlow):
        ChatBuilder(replace(settings, request_timeout=1.0)).plan("Greet me")


@pytest.mark.parametrize("protocol", [OLLAMA], ids=["Ollama"])
def test_a_missing_model_of_ollama_gives_the_line_that_downloads_it(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.error(404, "model not found, try pulling it first"))
    with pytest.raises(errors.ModelUnknown, match=r"ollama pull llama3\.2:3b$"):
        builder.plan("Greet me")


@pytest.mark.parametrize("protocol", [OLLAMA], ids=["Ollama"])
def test_ollama_is_asked_for_room_that_grows_with_the_request(
    server: ScriptedServer, settings: ChatSettings, protocol: Protocol
) -> None:
    server.script(protocol.answer(PLAN, protocol.done))
    builder = ChatBuilder(replace(settings, max_context_tokens=40_000))
    for characters in (100, 34_000, 100_000):
        builder.plan("x" * characters)
    options = [asked.body["options"] for asked in server.asked]
    assert [each["num_ctx"] for each in options] == [16_384, 24_576, 40_000]
    for each, characters in zip(options, (100, 34_000, 100_000), strict=True):
        assert 8_192 <= each["num_predict"] <= each["num_ctx"] - characters // 4


@pytest.mark.parametrize("protocol", [OLLAMA], ids=["Ollama"])
def test_a_request_that_ollama_has_no_room_for_is_not_sent(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.answer(PLAN, protocol.done))
    with pytest.raises(errors.ModelContextTooSmall, match="TOGGLE_MAX_CONTEXT_TOKENS"):
        builder.plan("x" * 100_000)
    assert server.asked == []


def test_separators_of_unicode_are_no_ends_of_lines(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    code = 'X = "a\u2028b\u2029c\x85d\x0ce\x0bf\x1cg"'
    server.script(protocol.answer(f"It.\n\n```python main.py\n{code}\n```", protocol.done))
    assert builder.code("Greet me", PLAN_TEXT).files["main.py"] == f"{code}\n"


def test_a_stream_that_ends_in_the_middle_of_a_file_is_cut_off(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.answer("It.\n\n```python main.py\nX = ", ""))
    with pytest.raises(errors.ModelAnswerCutOff, match="closed in the middle"):
        builder.code("Greet me", PLAN_TEXT)
    assert len(server.asked) == 2


def test_silence_ends_a_request(server: ScriptedServer, settings: ChatSettings) -> None:
    brisk = replace(settings, silence_timeout=0.5, max_retries=0)
    make_model(brisk)
    server.script(lambda _: server.stopping.wait(30))
    with pytest.raises(errors.ModelSilent):
        ChatBuilder(brisk).plan("Greet me")


@pytest.mark.parametrize("protocol", [OLLAMA], ids=["Ollama"])
def test_an_answer_of_ollama_without_end_is_refused(
    server: ScriptedServer, settings: ChatSettings
) -> None:
    server.script(replies.endless(server.stopping, b"x" * 65_536))
    with pytest.raises(errors.ModelAnswerTooLarge):
        ChatBuilder(replace(settings, max_answer_characters=20_000)).plan("Greet me")


@pytest.mark.parametrize("protocol", [GOOGLE], ids=["Google"])
def test_googles_wrong_key_is_known_by_its_words(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    server.script(protocol.error(400, "API key not valid. Please pass a valid API key."))
    with pytest.raises(errors.ModelKeyRefused, match="GOOGLE_API_KEY"):
        builder.plan("Greet me")


@pytest.mark.parametrize("protocol", [GOOGLE], ids=["Google"])
def test_a_task_that_google_blocks_is_declined(
    server: ScriptedServer, builder: ChatBuilder, protocol: Protocol
) -> None:
    del protocol
    blocked = b'data: {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}\r\n\r\n'

    def reply(connection: replies.Connection) -> None:
        connection.head(200, "text/event-stream")
        connection.write(blocked)

    server.script(reply)
    with pytest.raises(errors.ModelDeclined):
        builder.plan("Greet me")
