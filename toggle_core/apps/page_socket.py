"""A WebSocket to a page that shows what a program prints.

Binary messages are output one way and typing the other. Text messages are JSON objects. From the
page: ``run``, a program's arguments as typed; ``columns`` and ``rows``; ``shown``, bytes of output
that the page has shown; ``alive``, answered likewise. To the page: ``state``, with a ``sentence``.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import h11
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State
from websockets.utils import accept_key

from toggle_core.apps.asked import Asked
from toggle_core.apps.peer import PIECE_BYTES, Peer
from toggle_core.apps.refusal import Refusal

AHEAD_BYTES: Final = 128 * 1024
"""Of output on its way to a page: so much comes at most after Ctrl-C."""

MESSAGE_BYTES: Final = 64 * 1024
VERSION: Final = "13"
"""Of the protocol (RFC 6455)."""

SWITCHING: Final = 101


async def accept(peer: Peer, asked: Asked, origin: str) -> bytes:
    """Let a page's request become a WebSocket.

    Args:
        peer: the browser.
        asked: its request.
        origin: of the pages that may.

    Returns:
        What the page has sent already.

    Raises:
        Refusal: it is another page, or no such request.
    """
    if asked.one("origin") != origin:
        raise Refusal(403, "A page of another site has asked for this.")
    key = asked.one("sec-websocket-key")
    is_handshake = (
        asked.request.method == b"GET"
        and asked.one("upgrade").lower() == "websocket"
        and asked.one("sec-websocket-version") == VERSION
    )
    if not (is_handshake and key):
        raise Refusal(400, "This address is for WebSockets.")
    while not isinstance(await peer.next_event(), h11.EndOfMessage):
        pass
    headers = [
        (b"connection", b"Upgrade"),
        (b"upgrade", b"websocket"),
        (b"sec-websocket-accept", accept_key(key).encode()),
    ]
    await peer.send(h11.InformationalResponse(status_code=SWITCHING, headers=headers))
    early, _ = peer.protocol.trailing_data
    return bytes(early)


class PageSocket:
    """A page, once its request has been accepted.

    Args:
        peer: the browser.

    Attributes:
        peer: likewise.
        ahead: bytes of output that the page has not shown yet.
    """

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.ahead = 0
        self._frames = Protocol(Side.SERVER, state=State.OPEN, max_size=MESSAGE_BYTES)
        self._sending = asyncio.Lock()
        self._room = asyncio.Event()

    async def take_typed(self, data: bytes) -> None:
        """Take what somebody has typed; a page that only shows output has nothing of it."""

    async def take_message(self, message: Mapping[str, Any]) -> None:
        """Take a message that not every page sends."""

    async def listen(self, data: bytes) -> None:
        """Take what the page sends, until it has gone.

        Args:
            data: what it has sent already.

        Raises:
            OSError: the connection broke.
        """
        while True:
            self._frames.receive_data(data)
            for frame in self._frames.events_received():
                if isinstance(frame, Frame):
                    await self._take(frame)
            await self._flush()
            if self._frames.state is not State.OPEN:
                return
            data = await self.peer.reader.read(PIECE_BYTES)
            if not data:
                return

    async def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            await self.take_typed(bytes(frame.data))
        elif frame.opcode is Opcode.TEXT:
            message = _parsed(frame.data)
            if "shown" in message:
                self.ahead = max(self.ahead - number(message["shown"]), 0)
                if self.ahead <= AHEAD_BYTES:
                    self._room.set()
            elif "alive" in message:
                await self.tell(alive=True)
            else:
                await self.take_message(message)

    async def print(self, output: bytes) -> None:
        """Send output, and wait while the page is behind."""
        self.ahead += len(output)
        self._frames.send_binary(output)
        await self._flush()
        while self.ahead > AHEAD_BYTES:
            self._room.clear()
            await self._room.wait()

    async def tell(self, **message: object) -> None:
        """Send a message that is not output."""
        self._frames.send_text(json.dumps(message).encode())
        await self._flush()

    async def _flush(self) -> None:
        async with self._sending:
            for data in self._frames.data_to_send():
                self.peer.writer.write(data)
            await self.peer.writer.drain()


def _parsed(text: bytes | bytearray | memoryview) -> Mapping[str, Any]:
    try:
        message = json.loads(bytes(text))
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def number(value: object) -> int:
    """A number that a page has sent; 0 for anything else."""
    return value if isinstance(value, int) and value > 0 else 0
