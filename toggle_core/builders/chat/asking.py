"""Ask a model in the richest way it understands, and in simpler ways until it does."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableSequence

from toggle_core.builders.chat import event_loop
from toggle_core.builders.chat.answer import Spent
from toggle_core.builders.chat.model import body_with_schema, make_model
from toggle_core.builders.chat.prompts import text
from toggle_core.builders.chat.providers import split_model
from toggle_core.builders.chat.request import send
from toggle_core.builders.chat.room import with_room
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.errors import (
    ModelAnswerEmpty,
    ModelAnswerUnreadable,
    ModelFailed,
    ModelProtocolUnknown,
    ModelRequestRefused,
)
from toggle_core.key_masking import excerpt

Found = TypeVar("Found")


class Style(Enum):
    """A way to ask, the richest first."""

    STRUCTURED = auto()
    """JSON by a schema that the model's server enforces, streamed."""

    PROSE = auto()
    """Markdown, with files in fenced blocks, streamed."""

    WHOLE = auto()
    """The same, sent in one piece, for a server that cannot stream."""


@dataclass(frozen=True, slots=True)
class Question(Generic[Found]):
    """What can be asked.

    Attributes:
        prompt: name of the system prompt.
        as_json: name of the text that asks for JSON.
        as_prose: name of the text that asks for prose.
        schema: JSON Schema of the answer; None where the answer has a shape that no strict schema
            allows, so that it is always asked for in prose.
        read: reads an answer in either form; None when it cannot.
    """

    prompt: str
    as_json: str
    as_prose: str
    schema: Mapping[str, Any] | None
    read: Callable[[str], Found | None]

    @property
    def subject(self) -> str:
        """What is asked for, in a sentence."""
        return "list of promises" if self.prompt == "promises" else self.prompt

    def messages(self, style: Style, request: str) -> list[BaseMessage]:
        """What is sent to ask in a style."""
        form = self.as_json if style is Style.STRUCTURED else self.as_prose
        system = f"{text(self.prompt)}\n\n{text(form)}"
        return [SystemMessage(system), HumanMessage(request)]


REMEMBERED_SECONDS: Final = 900.0
"""For so long a server that has refused a style is asked in a simpler one at once. Then the richest
is tried again: the refusal may have been meant for something else, or the server may be another."""


class Asker:
    """Asks one model. May be used by many threads; remembers only which style its server took."""

    def __init__(self, settings: ChatSettings) -> None:
        self._settings = settings
        self._taken: tuple[Style, float] | None = None

    def ask(self, question: Question[Found], request: str, spent: Spent) -> Found:
        """Ask until there is an answer that can be read.

        Args:
            question: what is asked for.
            request: what it is asked about.
            spent: counts the tokens of all requests.

        Returns:
            What the question reads out of the answer.

        Raises:
            ModelFailed: with the sentence a person reads.
        """
        style: Style | None = self._first_style(question)
        is_refused = False
        failure: ModelFailed | None = None
        while style:
            try:
                found = self._ask_once(question, style, request, spent)
            except ModelFailed as failed:
                failure = failed
            else:
                if is_refused:
                    self._taken = style, time.monotonic() + REMEMBERED_SECONDS
                return found
            is_refused = is_refused or isinstance(failure, REFUSALS)
            style = _simpler(style, failure)
        raise failure or ModelAnswerEmpty(model=self._settings.model)

    def _first_style(self, question: Question[Any]) -> Style:
        """The richest style, unless its server has refused it a while ago.

        An answer in it that could not be read is no refusal: the next may well be read.
        """
        taken, until = self._taken or (self._richest, math.inf)
        style = taken if time.monotonic() < until else self._richest
        return Style.PROSE if style is Style.STRUCTURED and question.schema is None else style

    def _ask_once(
        self, question: Question[Found], style: Style, request: str, spent: Spent
    ) -> Found:
        messages = question.messages(style, request)
        model = self._model(style, question.schema, messages)
        answer = event_loop.run(send(model, messages, self._settings, spent))
        written = answer.judged()
        found = question.read(written)
        if found is None:
            begins = excerpt(written, self._settings.secrets, limit=120)
            reason = f'it contains no usable {question.subject}. It begins "{begins}"'
            raise ModelAnswerUnreadable(model=self._settings.model, reason=reason)
        return found

    def _model(
        self, style: Style, schema: Mapping[str, Any] | None, messages: Sequence[BaseMessage]
    ) -> Runnable[Any, Any]:
        model = self._not_streaming if style is Style.WHOLE else self._streaming
        model = with_room(model, messages, self._settings)
        return self._structured(model, schema) if schema and style is Style.STRUCTURED else model

    def _structured(self, model: BaseChatModel, schema: Mapping[str, Any]) -> Runnable[Any, Any]:
        """The model with a schema bound to it.

        The parser that LangChain puts behind it is left out: it would swallow the stream, the
        tokens and the reason to finish.
        """
        prefix, _ = split_model(self._settings.model)
        if prefix == "openai" and self._settings.base_url:
            return model.bind(extra_body=body_with_schema(self._settings, schema))
        options: dict[str, Any] = {"method": "json_schema"} if prefix in JSON_SCHEMA else {}
        if prefix == "openai":
            options["strict"] = True
        chain = model.with_structured_output(dict(schema), **options)
        return chain.first if isinstance(chain, RunnableSequence) else model

    @property
    def _richest(self) -> Style:
        """Structured, unless the model is known not to have it."""
        has_it = (self._streaming.profile or {}).get("structured_output", True)
        return Style.STRUCTURED if has_it else Style.PROSE

    @cached_property
    def _streaming(self) -> BaseChatModel:
        return make_model(self._settings)

    @cached_property
    def _not_streaming(self) -> BaseChatModel:
        return make_model(self._settings, streaming=False)


JSON_SCHEMA: Final = frozenset({"openai", "anthropic", "google_genai", "ollama"})
"""Providers whose servers enforce a JSON schema; LangChain's default for others is a tool call."""


REFUSALS: Final = (ModelRequestRefused, ModelProtocolUnknown)
"""What shows that a server does not know a style."""


def _simpler(style: Style, failure: ModelFailed) -> Style | None:
    """The style to try next; None when asking in another way would not help."""
    if style is Style.WHOLE:
        return None
    if isinstance(failure, ModelProtocolUnknown):
        return Style.WHOLE
    if isinstance(failure, ModelRequestRefused):
        return Style.PROSE if style is Style.STRUCTURED else Style.WHOLE
    is_poor = isinstance(failure, ModelAnswerUnreadable | ModelAnswerEmpty)
    return Style.PROSE if is_poor and style is Style.STRUCTURED else None
