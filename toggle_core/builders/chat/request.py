"""Send one request to a model: streamed, in bounded time, and again where that may help."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable

from toggle_core.builders.chat.answer import BROKEN, CUT_OFF, DECLINED, Answer, Spent
from toggle_core.builders.chat.faults import Fault, explain
from toggle_core.builders.chat.providers import title_of
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.wire import hearing
from toggle_core.errors import ModelDown, ModelSilent
from toggle_core.key_masking import excerpt
from toggle_core.observing.langsmith import langsmith_tracing

logger = logging.getLogger(__name__)


async def send(
    model: Runnable[Any, Any],
    messages: Sequence[BaseMessage],
    settings: ChatSettings,
    spent: Spent,
) -> Answer:
    """Send a request until it is answered or sending it again makes no sense.

    Args:
        model: a chat model, or one with arguments bound to it.
        messages: what is asked.
        settings: the model's limits.
        spent: counts the tokens of every request that was answered, in whole or in part.

    Returns:
        The complete answer, not judged yet.

    Raises:
        ModelFailed: with the sentence a person reads. Nothing of the provider's error is attached:
            it may hold the key.
    """
    attempt = 0
    while True:
        answer = Answer(settings)
        with langsmith_tracing(enabled=settings.langsmith):
            fault = await _attempt(model, messages, settings, answer)
        spent.add(messages, answer)
        if fault is None:
            return answer
        wait = _wait(fault, attempt, settings)
        if wait is None:
            fault.failure.__context__ = None
            raise fault.failure from None
        attempt += 1
        await asyncio.sleep(wait)


class _Quiet:
    """How long a server has been silent. It is heard by its bytes, and by the pieces of an answer
    where those bytes are out of reach."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timeout = asyncio.timeout(None)

    @property
    def is_over(self) -> bool:
        """Whether it was silent for too long."""
        return self._timeout.expired()

    @asynccontextmanager
    async def limit(self) -> AsyncIterator[None]:
        """Raise ``TimeoutError`` in the block when it is silent for too long."""
        token = hearing.set(self.ends)
        try:
            async with self._timeout:
                self.ends()
                yield
        finally:
            hearing.reset(token)

    def ends(self) -> None:
        """Something was heard."""
        if not self._timeout.expired():
            self._timeout.reschedule(asyncio.get_running_loop().time() + self._seconds)


async def _attempt(
    model: Runnable[Any, Any],
    messages: Sequence[BaseMessage],
    settings: ChatSettings,
    answer: Answer,
) -> Fault | None:
    # An async generator by LangChain's code; its type promises less.
    pieces = cast(AsyncGenerator[AIMessage], model.astream(list(messages)))
    quiet = _Quiet(settings.silence_timeout)
    try:
        async with asyncio.timeout(settings.request_timeout), quiet.limit():
            async for piece in pieces:
                quiet.ends()
                answer.take(piece)
    except Exception as error:  # Each provider's library has errors of its own.
        if answer.finish_reason.lower() in CUT_OFF | DECLINED:
            # The answer had ended; the library only complains about how, and keeps the tokens.
            answer.take_usage_of(error)
            return None
        logger.warning(
            "a request to %s failed: %s: %s",
            settings.model,
            type(error).__name__,
            excerpt(str(error), settings.secrets, limit=500),
        )
        if quiet.is_over:
            return Fault(ModelSilent(model=settings.model, seconds=settings.silence_timeout))
        return explain(error, settings, begun=answer.has_begun)
    finally:
        await pieces.aclose()
    return _unfinished(answer, settings)


def _unfinished(answer: Answer, settings: ChatSettings) -> Fault | None:
    """What is wrong with an answer whose stream ended without an error; None where nothing is."""
    reason = answer.finish_reason.lower()
    if reason in BROKEN:
        return Fault(ModelDown(title=title_of(settings), status=reason), again=True)
    if answer.is_cut_short and reason not in CUT_OFF | DECLINED:
        return Fault(answer.cut_off(), again=not reason)
    return None


def _wait(fault: Fault, attempt: int, settings: ChatSettings) -> float | None:
    """Seconds until the request is sent again; None when it is not."""
    if not fault.again or attempt >= settings.max_retries:
        return None
    if fault.wait is not None:
        return fault.wait if fault.wait <= settings.longest_wait else None
    backoff: float = settings.first_wait * 2**attempt * random.uniform(0.75, 1.25)
    return min(backoff, settings.longest_wait)
