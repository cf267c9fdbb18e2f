"""Bound what a model's server may send, below every library: at the bytes of the response.

The libraries buffer a line, an event or a whole body before anyone sees it, so a server that sends
without end would fill the memory first. Used for the protocols anyone may serve, OpenAI's and
Ollama's; at Anthropic and Google the limit on the pieces of an answer must do.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import httpx2

from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.errors import ModelAnswerTooLarge

BYTES_PER_CHARACTER: Final = 200
"""A streamed answer wraps each few characters in a JSON event of some 300 bytes."""

LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1", "host.docker.internal"})

CONNECT_SECONDS: Final = 10.0
"""A server that takes longer to accept a connection is not there."""


class _BoundedStream(httpx.AsyncByteStream, httpx2.AsyncByteStream):
    """A response's bytes, up to a limit. Both clients in use accept it as their own."""

    def __init__(self, stream: Any, limit: int, failure: ModelAnswerTooLarge) -> None:
        self._stream = stream
        self._left = limit
        self._failure = failure

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            self._left -= len(part)
            if self._left < 0:
                raise self._failure
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def client_options(library: ModuleType, settings: ChatSettings, address: str) -> dict[str, Any]:
    """What an HTTP client for a model is made with.

    No connection is kept for the next request: a model answers for many seconds, so a new one
    costs nothing, while a kept one may have been closed by the server in the meantime. A server on
    this machine is never asked for through a proxy.

    Args:
        library: whose client it is, ``httpx`` or ``httpx2``.
        settings: the model and its limits.
        address: of the server; empty for the provider's own.

    Returns:
        Keyword arguments of the library's ``AsyncClient``.
    """
    return {
        "timeout": library.Timeout(settings.request_timeout, connect=CONNECT_SECONDS),
        "limits": library.Limits(max_keepalive_connections=0),
        "trust_env": urlsplit(address).hostname not in LOCAL_HOSTS,
        "event_hooks": {"response": [_bound(settings)]},
    }


def _bound(settings: ChatSettings) -> Callable[[Any], Awaitable[None]]:
    limit = settings.max_answer_characters

    async def bound(response: Any) -> None:
        failure = ModelAnswerTooLarge(model=settings.model, limit=limit)
        response.stream = _BoundedStream(response.stream, limit * BYTES_PER_CHARACTER, failure)

    return bound
