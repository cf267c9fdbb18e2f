"""What happens below every library, at the bytes of the response.

The libraries buffer a line, an event or a whole body before anyone sees it, so a server that sends
without end would fill the memory first: here it is bounded. They also show nothing of reasoning and
of signs of life, so here is heard whether a server is silent. And some take for the end of a line
what Unicode calls one, though it stands in a string of JSON: here it is escaped. At Anthropic,
whose client is made elsewhere, the pieces of an answer must do.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
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

SEPARATOR: Final = re.compile(rb"\xc2\x85|\xe2\x80[\xa8\xa9]")
"""NEXT LINE, LINE SEPARATOR and PARAGRAPH SEPARATOR in UTF-8."""

HALF: Final = re.compile(rb"(?:\xc2|\xe2\x80?)\Z")


def _nobody() -> None:
    """Nobody listens."""


hearing: ContextVar[Callable[[], None]] = ContextVar("hearing", default=_nobody)
"""Called for each part of a response, in the task that asked for it."""


class _BoundedStream(httpx.AsyncByteStream, httpx2.AsyncByteStream):
    """A response's bytes, up to a limit. Both clients in use accept it as their own."""

    def __init__(
        self, stream: Any, limit: int, failure: ModelAnswerTooLarge, *, is_plain: bool
    ) -> None:
        self._stream = stream
        self._left = limit
        self._failure = failure
        self._is_plain = is_plain

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = b""
        async for part in self._stream:
            hearing.get()()
            self._left -= len(part)
            if self._left < 0:
                raise self._failure
            if not self._is_plain:
                yield part
                continue
            text = half + part
            cut = HALF.search(text)
            half = cut[0] if cut else b""
            yield SEPARATOR.sub(_escaped, text.removesuffix(half))
        if half:
            yield half

    async def aclose(self) -> None:
        await self._stream.aclose()


def _escaped(separator: re.Match[bytes]) -> bytes:
    """As JSON may write it in a string, the only place where it can stand."""
    return f"\\u{ord(separator[0].decode()):04x}".encode()


def uses_environment(address: str) -> bool:
    """Whether proxies of the environment are asked; a server on this machine is not behind one."""
    return urlsplit(address).hostname not in LOCAL_HOSTS


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
        "trust_env": uses_environment(address),
        # What is packed cannot be bounded by the bytes that come.
        "headers": {"Accept-Encoding": "identity"},
        "event_hooks": {"response": [_bound(settings)]},
    }


def _bound(settings: ChatSettings) -> Callable[[Any], Awaitable[None]]:
    limit = settings.max_answer_characters

    async def bound(response: Any) -> None:
        hearing.get()()
        failure = ModelAnswerTooLarge(model=settings.model, limit=limit)
        is_plain = response.headers.get("Content-Encoding", "identity") == "identity"
        response.stream = _BoundedStream(
            response.stream, limit * BYTES_PER_CHARACTER, failure, is_plain=is_plain
        )

    return bound
