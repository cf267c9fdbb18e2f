"""One side of the proxy: an HTTP/1.1 connection over asyncio's streams, with bounded buffers."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Final

import h11

HEAD_BYTES: Final = 32 * 1024
"""Of a request or an answer."""

PIECE_BYTES: Final = 64 * 1024

_DISCARD_SECONDS: Final = 2.0
_DISCARDED_EVENTS: Final = 64


class Peer:
    """A connection.

    Args:
        role: ``h11.SERVER`` towards a browser, ``h11.CLIENT`` towards a program.
        reader: of the connection.
        writer: of the connection.
    """

    def __init__(
        self, role: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.protocol = h11.Connection(role, max_incomplete_event_size=HEAD_BYTES)
        self.reader = reader
        self.writer = writer

    async def next_event(self) -> Any:
        """The next part of what the other side sends.

        Raises:
            RemoteProtocolError: it is not valid HTTP.
            OSError: the connection broke.
        """
        while (event := self.protocol.next_event()) is h11.NEED_DATA:
            if self.protocol.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[]))
            self.protocol.receive_data(await self.reader.read(PIECE_BYTES))
        return event

    async def send(self, event: Any) -> None:
        """Send a part, and wait while the other side does not keep up.

        Raises:
            LocalProtocolError: it does not fit.
            OSError: the connection broke.
        """
        data = self.protocol.send(event)
        if data:
            self.writer.write(data)
            await self.writer.drain()

    async def until_gone(self) -> None:
        """Return once the other side has closed; what it sends meanwhile is kept, to a bound.

        Raises:
            OSError: the connection broke.
        """
        kept = 0
        while data := await self.reader.read(PIECE_BYTES):
            self.protocol.receive_data(data)
            kept += len(data)
            if kept > HEAD_BYTES:
                return
        self.protocol.receive_data(b"")

    async def discard_body(self) -> None:
        """Read the rest of a request that we answer ourselves, where it is short."""
        with contextlib.suppress(TimeoutError, OSError, h11.RemoteProtocolError):
            async with asyncio.timeout(_DISCARD_SECONDS):
                for _ in range(_DISCARDED_EVENTS):
                    if self.protocol.their_state is not h11.SEND_BODY:
                        return
                    if isinstance(await self.next_event(), h11.EndOfMessage):
                        return

    async def answer(
        self, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        """Send a whole answer of our own.

        Raises:
            LocalProtocolError: an answer has begun already.
            OSError: the connection broke.
        """
        own = [(b"cache-control", b"no-store"), (b"content-length", b"%d" % len(body))]
        await self.send(h11.Response(status_code=status, headers=[*own, *headers]))
        await self.send(h11.Data(data=body))
        await self.send(h11.EndOfMessage())

    def abort(self) -> None:
        """Break the connection off, so that nobody takes what was sent for the whole."""
        self.writer.transport.abort()
