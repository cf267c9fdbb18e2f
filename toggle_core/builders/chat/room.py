"""How much room Ollama is asked to make for a request and its answer.

Its own default is a few thousand tokens, beyond which it silently drops the beginning of a
request. So the room grows with the request, in wide steps, because a model is loaded anew for each
other size; and what does not fit is refused before anything is sent.
"""

from collections.abc import Sequence
from typing import Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from toggle_core.builders.chat.providers import split_model
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.errors import ModelContextTooSmall

STEP: Final = 8_192
"""Tokens."""

LEAST: Final = 16_384
"""Tokens, enough for all but large repairs, so that the size seldom changes."""

ANSWER: Final = 8_192
"""Tokens kept for the answer where no limit is set: some 30,000 characters of code."""

BYTES_PER_TOKEN: Final = 4
"""Of English and code, on the average."""

FEWEST_BYTES_PER_TOKEN: Final = 3
"""For room enough also where a text has short words, many signs or another script."""


def with_room(
    model: BaseChatModel, messages: Sequence[BaseMessage], settings: ChatSettings
) -> BaseChatModel:
    """The model, with room for a request where its server has to be asked for it.

    Raises:
        ModelContextTooSmall: there is no room for it.
    """
    if split_model(settings.model)[0] != "ollama":
        return model
    size = sum(len(message.text.encode(errors="replace")) for message in messages)
    answer = settings.max_output_tokens or ANSWER
    limit = settings.max_context_tokens
    needed = size // BYTES_PER_TOKEN + answer
    if needed > limit:
        raise ModelContextTooSmall(model=settings.model, needed=needed, limit=limit)
    safe = size // FEWEST_BYTES_PER_TOKEN + answer
    room = min(limit, max(LEAST, -(-safe // STEP) * STEP))
    rest = settings.max_output_tokens or room - size // BYTES_PER_TOKEN
    options: dict[str, Any] = {"num_ctx": room, "num_predict": rest}
    return model.model_copy(update=options)
