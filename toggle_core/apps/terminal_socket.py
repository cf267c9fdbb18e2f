"""The way between a page and the terminal it shows: a WebSocket.

Binary messages are output one way and typing the other. Text messages are JSON objects. From the
page: ``run``, a program's arguments as typed; ``columns`` and ``rows``; ``shown``, bytes of output
that the page has shown; ``alive``, answered likewise. To the page: ``state``, with a ``sentence``.
"""

import asyncio
import contextlib
import json
import shlex
from collections.abc import Mapping
from typing import Any, Final

import h11
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State
from websockets.utils import accept_key

from toggle_core.apps.app import App
from toggle_core.apps.asked import Asked
from toggle_core.apps.console import Console, Size
from toggle_core.apps.peer import PIECE_BYTES, Peer
from toggle_core.apps.refusal import Refusal
from toggle_core.apps.running import LOOK_SECONDS, Apps
from toggle_core.errors import DatabaseAway
from toggle_core.storable import UNSTORABLE

AHEAD_BYTES: Final = 128 * 1024
"""Of output on its way to a page: so much comes at most after Ctrl-C."""

MESSAGE_BYTES: Final = 64 * 1024
ARGUMENTS_LENGTH: Final = 2000
VERSION: Final = "13"
"""Of the protocol (RFC 6455)."""

SWITCHING: Final = 101
ELSEWHERE: Final = "This terminal was opened in another tab."
UNREADABLE: Final = "These arguments cannot be read: a quotation mark has no partner."
UNUSABLE: Final = "These arguments are too long, or hold a character that no program can get."


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


class TerminalSocket:
    """A page that shows a terminal. The last one that was opened takes its place.

    Args:
        peer: the browser.
        app: whose terminal.
        apps: of this process.
    """

    def __init__(self, peer: Peer, app: App, apps: Apps) -> None:
        self._peer = peer
        self._app = app
        self._apps = apps
        self._frames = Protocol(Side.SERVER, state=State.OPEN, max_size=MESSAGE_BYTES)
        self._sending = asyncio.Lock()
        self._ahead = 0
        self._room = asyncio.Event()
        self._showing: asyncio.Task[None] | None = None

    async def serve(self, early: bytes) -> None:
        """Pass on what is typed and printed, until the page has gone.

        Args:
            early: what the page has sent already.

        Raises:
            OSError: the connection broke.
        """
        before, self._app.viewer = self._app.viewer, self
        if isinstance(before, TerminalSocket):
            await before.leave()
        try:
            if self._app.console is None:
                await self._tell(state="ready")
            else:
                self._show(self._app.console)
            await self._listen(early)
        finally:
            await self._stop_showing()
            if self._app.viewer is self:
                self._app.viewer = None

    async def leave(self) -> None:
        """Show the terminal no more: another page does."""
        await self._stop_showing()
        with contextlib.suppress(OSError, InvalidState, TimeoutError):
            async with asyncio.timeout(1):
                await self._tell(state="elsewhere", sentence=ELSEWHERE)
        self._peer.abort()

    async def _listen(self, data: bytes) -> None:
        while True:
            self._frames.receive_data(data)
            for frame in self._frames.events_received():
                if isinstance(frame, Frame):
                    await self._take(frame)
            await self._flush()
            if self._frames.state is not State.OPEN:
                return
            data = await self._peer.reader.read(PIECE_BYTES)
            if not data:
                return

    async def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self._app.touch()
            if self._app.console is not None:
                self._app.console.type(bytes(frame.data))
        elif frame.opcode is Opcode.TEXT:
            message = _parsed(frame.data)
            if "run" in message:
                await self._run(str(message["run"]), _size_of(message))
            elif "shown" in message:
                self._ahead = max(self._ahead - _number(message["shown"]), 0)
                if self._ahead <= AHEAD_BYTES:
                    self._room.set()
            elif "columns" in message and self._app.console is not None:
                self._app.console.resize(_size_of(message))
            elif "alive" in message:
                await self._tell(alive=True)

    async def _run(self, typed: str, size: Size) -> None:
        """Run the program anew; what is typed is split like in a shell, and never given to one."""
        await self._stop_showing()
        try:
            arguments = _split(typed)
            console = await self._apps.run_in_terminal(self._app, arguments, size)
        except (Refusal, DatabaseAway) as error:
            sentence = error.sentence if isinstance(error, Refusal) else str(error)
            await self._tell(state="refused", sentence=sentence)
            return
        self._show(console)

    def _show(self, console: Console) -> None:
        self._showing = asyncio.create_task(self._show_all(console))

    async def _stop_showing(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)
            self._showing = None

    async def _show_all(self, console: Console) -> None:
        """Show what was printed already and what follows, and at last how the program ended."""
        session, kept = self._app.session, console.kept
        self._ahead = 0
        await self._tell(state="running", kept=len(kept))
        if kept:
            await self._print(kept)
        while piece := await console.read():
            await self._print(piece)
        while session is not None and self._app.session is session and session.is_running:
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.shield(self._apps.harvest(self._app))
        await self._tell(state="ended", sentence=console.ended or "The program has ended.")

    async def _print(self, output: bytes) -> None:
        """Send output, and wait while the page is behind."""
        self._ahead += len(output)
        self._frames.send_binary(output)
        await self._flush()
        while self._ahead > AHEAD_BYTES:
            self._room.clear()
            await self._room.wait()

    async def _tell(self, **message: object) -> None:
        self._frames.send_text(json.dumps(message).encode())
        await self._flush()

    async def _flush(self) -> None:
        async with self._sending:
            for data in self._frames.data_to_send():
                self._peer.writer.write(data)
            await self._peer.writer.drain()


def _parsed(text: bytes | bytearray | memoryview) -> Mapping[str, Any]:
    try:
        message = json.loads(bytes(text))
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _size_of(message: Mapping[str, Any]) -> Size:
    return Size(_number(message.get("columns")), _number(message.get("rows")))


def _split(typed: str) -> list[str]:
    """Arguments as a shell would split them.

    Raises:
        Refusal: they are not to be used.
    """
    if len(typed) > ARGUMENTS_LENGTH or UNSTORABLE.search(typed):
        raise Refusal(400, UNUSABLE)
    try:
        return shlex.split(typed)
    except ValueError:
        raise Refusal(400, UNREADABLE) from None
