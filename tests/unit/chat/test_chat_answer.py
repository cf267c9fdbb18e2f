"""One answer: gathered, bounded and judged. Pieces are LangChain's own messages."""

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage

from toggle_core.builders.chat.answer import Answer, Spent
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.errors import (
    ModelAnswerCutOff,
    ModelAnswerEmpty,
    ModelAnswerTooLarge,
    ModelDeclined,
)

SETTINGS = ChatSettings("openai:m", max_answer_characters=1_000)


def answer(*pieces: AIMessage) -> Answer:
    """An answer of some pieces."""
    gathered = Answer(SETTINGS)
    for piece in pieces:
        gathered.take(piece)
    return gathered


@pytest.mark.parametrize(
    "told",
    [
        {"finish_reason": "length"},
        {"stop_reason": "max_tokens"},
        {"done_reason": "length"},
        {"finish_reason": "MAX_TOKENS"},
        {"incomplete_details": {"reason": "max_output_tokens"}},
    ],
)
def test_an_answer_that_hit_its_limit_is_cut_off(told: dict[str, object]) -> None:
    with pytest.raises(ModelAnswerCutOff):
        answer(AIMessageChunk("half", response_metadata=told)).judged()


@pytest.mark.parametrize(
    "told",
    [
        {"finish_reason": "content_filter"},
        {"stop_reason": "refusal"},
        {"finish_reason": "SAFETY"},
        {"prompt_feedback": {"block_reason": "OTHER"}},
        {"incomplete_details": {"reason": "content_filter"}},
    ],
)
def test_an_answer_that_a_filter_stopped_is_declined(told: dict[str, object]) -> None:
    with pytest.raises(ModelDeclined):
        answer(AIMessageChunk("half", response_metadata=told)).judged()


def test_a_refusal_as_a_block_of_the_content_is_quoted() -> None:
    piece = AIMessageChunk(content=[{"type": "refusal", "refusal": "Not that."}])
    with pytest.raises(ModelDeclined, match='"Not that'):
        answer(piece).judged()


@pytest.mark.parametrize("text", ["", " \n", "<think>I should say nothing.</think>\n"])
def test_an_answer_without_words_is_empty(text: str) -> None:
    with pytest.raises(ModelAnswerEmpty):
        answer(AIMessageChunk(text)).judged()


def test_the_arguments_of_a_call_are_the_answer_where_structure_comes_that_way() -> None:
    parts = ['{"goal": ', '"A"}']
    calls = [{"name": "Plan", "args": part, "id": "1", "index": 0} for part in parts]
    pieces = [AIMessageChunk("", tool_call_chunks=[call]) for call in calls]
    assert answer(*pieces).judged() == '{"goal": "A"}'


def test_an_answer_over_the_limit_is_refused_at_once() -> None:
    with pytest.raises(ModelAnswerTooLarge):
        answer(*[AIMessageChunk("x" * 400)] * 3)


def test_thoughts_count_towards_the_limit() -> None:
    piece = AIMessageChunk("", additional_kwargs={"reasoning_content": "x" * 600})
    with pytest.raises(ModelAnswerTooLarge):
        answer(piece, piece)


def test_pieces_without_end_are_refused_however_small() -> None:
    with pytest.raises(ModelAnswerTooLarge):
        answer(*[AIMessageChunk("")] * 300)


def test_tokens_are_the_servers_count() -> None:
    spent = Spent()
    usage = {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
    spent.add([HumanMessage("Hello")], answer(AIMessageChunk("Hi", usage_metadata=usage)))
    assert (spent.tokens_in, spent.tokens_out) == (3, 5)


def test_tokens_are_estimated_where_the_server_sends_no_count() -> None:
    spent = Spent()
    spent.add([HumanMessage("x" * 400)], answer(AIMessageChunk("y" * 800)))
    assert 100 <= spent.tokens_in <= 110
    assert 200 <= spent.tokens_out <= 210


def test_a_request_that_was_not_answered_costs_nothing() -> None:
    spent = Spent()
    spent.add([HumanMessage("Hello")], Answer(SETTINGS))
    assert (spent.tokens_in, spent.tokens_out) == (0, 0)


def test_tokens_of_several_requests_add_up() -> None:
    spent = Spent()
    usage = {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
    for _ in range(2):
        spent.add([HumanMessage("Hello")], answer(AIMessageChunk("Hi", usage_metadata=usage)))
    assert (spent.tokens_in, spent.tokens_out) == (6, 10)
