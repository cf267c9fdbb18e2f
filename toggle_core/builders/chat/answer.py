"""One answer of a model: gathered while it streams in, bounded, and judged when it is complete."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.utils import count_tokens_approximately

from toggle_core.builders.chat.endings import stops_in_the_middle
from toggle_core.builders.chat.providers import split_model
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.thoughts import without_thoughts
from toggle_core.builders.chat.usage import Usage
from toggle_core.errors import (
    ModelAnswerCutOff,
    ModelAnswerEmpty,
    ModelAnswerTooLarge,
    ModelDeclined,
)
from toggle_core.key_masking import excerpt, without_keys

CUT_OFF: Final = frozenset(
    {
        "length",
        "max_length",
        "max_output_tokens",
        "max_tokens",
        "model_context_window_exceeded",
        "model_length",
        "token_limit",
    }
)
"""Reasons to finish that mean: not finished. OpenAI, Ollama, Anthropic, Google, Mistral, others."""

DECLINED: Final = frozenset(
    {
        "content_filter",
        "refusal",
        "safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
        "language",
        "sensitive",
        "guardrail_intervened",
    }
)
"""Reasons to finish that mean: will not answer. OpenAI, Anthropic, Google, then others."""

BROKEN: Final = frozenset(
    {"error", "network_error", "abort", "aborted", "cancelled", "insufficient_system_resource"}
)
"""Reasons to finish that mean: the server failed. OpenRouter, Z.ai, vLLM and SGLang, DeepSeek."""

FEWEST_CHARACTERS: Final = 4
"""Characters of an average piece. So many more pieces than that would allow are refused."""


class Spent:
    """Tokens used for one plan or one project, over all its requests.

    A server that counts is believed. Where it does not, or where an answer broke off before its
    count came, tokens are estimated: four characters each, which is LangChain's approximation.
    """

    def __init__(self) -> None:
        self.tokens_in = 0
        self.tokens_out = 0

    def add(self, asked: Sequence[BaseMessage], answer: "Answer") -> None:
        """Count one request that was answered, in whole or in part."""
        if not answer.has_begun:
            return
        self.tokens_in += answer.tokens_in or count_tokens_approximately(asked)
        self.tokens_out += answer.tokens_out or count_tokens_approximately([answer.text])


class Answer:
    """An answer, piece by piece."""

    def __init__(self, settings: ChatSettings) -> None:
        self._settings = settings
        self._texts: list[str] = []
        self._characters = 0
        self._pieces = 0
        self._refusal = ""
        self.finish_reason = ""
        self.model_name = ""
        self._usage = Usage(split_model(settings.model)[0])
        self._told: tuple[int, int] = (0, 0)

    @property
    def tokens_in(self) -> int:
        """Tokens of the request by the server's count, 0 without one."""
        return self._usage.read or self._told[0]

    @property
    def tokens_out(self) -> int:
        """Tokens of the answer by the server's count, 0 without one."""
        return self._usage.written(self._characters) or self._told[1]

    @property
    def is_cut_short(self) -> bool:
        """Whether the stream ended, without a reason, where the answer did not."""
        if self.finish_reason and self.tokens_out < (self._settings.max_output_tokens or math.inf):
            return False
        return bool(self.text.strip()) and stops_in_the_middle(self.text)

    @property
    def text(self) -> str:
        """What has come so far."""
        return "".join(self._texts)

    @property
    def has_begun(self) -> bool:
        """Whether anything has come."""
        return self._pieces > 0

    def take(self, piece: AIMessage) -> None:
        """Add a piece.

        Raises:
            ModelAnswerTooLarge: that was one too many.
        """
        text = piece.text + "".join(_arguments(piece))
        self._texts.append(text)
        self._pieces += 1
        self._characters += len(text) + len(piece.additional_kwargs.get("reasoning_content") or "")
        if usage := piece.usage_metadata:
            self._usage.take(usage)
        self._refusal += _refusal(piece)
        told = piece.response_metadata
        if self.finish_reason.lower() not in CUT_OFF | DECLINED | BROKEN:
            self.finish_reason = _finish_reason(told) or self.finish_reason
        self.model_name = told.get("model_name") or told.get("model") or self.model_name
        limit = self._settings.max_answer_characters
        if self._characters > limit or self._pieces > max(limit / FEWEST_CHARACTERS, 100):
            raise ModelAnswerTooLarge(model=self._settings.model, limit=limit)

    def take_usage_of(self, error: Exception) -> None:
        """Take the tokens from OpenAI's complaint about an answer that was cut off."""
        usage = getattr(getattr(error, "completion", None), "usage", None)
        self._told = (getattr(usage, "prompt_tokens", 0), getattr(usage, "completion_tokens", 0))

    def judged(self) -> str:
        """The text of the complete answer, without the key that it was asked with.

        Raises:
            ModelFailed: the model declined, was cut off, or said nothing.
        """
        model = self._settings.model
        reason = self.finish_reason.lower()
        if self._refusal or reason in DECLINED:
            said = excerpt(self._refusal, self._settings.secrets)
            raise ModelDeclined(model=model, reason=f': "{said}"' if said else "")
        if reason in CUT_OFF:
            raise self.cut_off()
        if not without_thoughts(self.text):
            raise ModelAnswerEmpty(model=model)
        return without_keys(self.text, self._settings.secrets)

    def cut_off(self) -> ModelAnswerCutOff:
        """The failure of an answer that is not complete, with what is known of the cause."""
        limit = self._settings.max_output_tokens
        reason = ", at the limit of {limit:,} tokens" if limit else ""
        if not self.finish_reason:
            reason = ": the connection was closed in the middle"
        return ModelAnswerCutOff(model=self._settings.model, limit=reason.format(limit=limit))


def _arguments(piece: AIMessage) -> list[str]:
    """Text that comes as the arguments of a call: how some models give structured output."""
    calls = getattr(piece, "tool_call_chunks", None) or ()
    return [call.get("args") or "" for call in calls]


def _refusal(piece: AIMessage) -> str:
    """OpenAI's refusal: a field of its own in one protocol, a block of the content in the other."""
    if refusal := piece.additional_kwargs.get("refusal"):
        return str(refusal)
    blocks = piece.content if isinstance(piece.content, list) else []
    return "".join(str(block.get("refusal") or "") for block in blocks if isinstance(block, dict))


def _finish_reason(told: Mapping[str, Any]) -> str:
    """Why the model stopped, in its provider's word."""
    for name in ("finish_reason", "stop_reason", "done_reason"):
        if reason := told.get(name):
            return str(reason)
    incomplete = told.get("incomplete_details") or {}
    feedback = told.get("prompt_feedback") or {}
    blocked = feedback.get("block_reason") if isinstance(feedback, dict) else ""
    return str(incomplete.get("reason") or ("safety" if blocked else ""))
