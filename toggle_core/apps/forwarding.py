"""Passes one request on to a program, and its answer back, at the pace of the slower side."""

import asyncio
import contextlib
import socket
from typing import Any, Final

import h11

from toggle_core.apps.app import App
from toggle_core.apps.heads import answered, sent_on
from toggle_core.apps.hosts import Hosts
from toggle_core.apps.peer import PIECE_BYTES, Peer
from toggle_core.apps.refusal import Refusal

BROKEN: Final = "The program broke off before it answered."
INVALID: Final = "The program's answer is not valid HTTP."
SWITCHING: Final = 101


async def forward(
    peer: Peer,
    request: h11.Request,
    connected: socket.socket,
    app: App,
    hosts: Hosts,
    frame: str = "",
) -> None:
    """Pass a request on.

    Args:
        peer: the browser.
        request: its head.
        connected: to the program; closed.
        app: whose program.
        hosts: names of apps.
        frame: origin of the dashboard that shows the app in a frame; empty: none does.

    Raises:
        Refusal: there is no answer that could be passed back.
    """
    reader, writer = await asyncio.open_connection(sock=connected, limit=PIECE_BYTES)
    program = Peer(h11.CLIENT, reader, writer)
    try:
        await _Exchange(peer, program, app, hosts, frame).run(request)
    finally:
        writer.close()


class _Exchange:
    def __init__(self, peer: Peer, program: Peer, app: App, hosts: Hosts, frame: str) -> None:
        self._peer = peer
        self._program = program
        self._app = app
        self._hosts = hosts
        self._frame = frame

    async def run(self, request: h11.Request) -> None:
        upgrades = [value for name, value in request.headers if name == b"upgrade"]
        websocket = [each.lower() for each in upgrades] == [b"websocket"]
        head = h11.Request(
            method=request.method,
            target=request.target,
            headers=sent_on(list(request.headers), websocket=websocket),
        )
        try:
            await self._program.send(head)
        except OSError:
            raise Refusal(502, BROKEN) from None
        upload = asyncio.create_task(self._upload())
        try:
            switched = await self._download(upload, websocket=websocket)
        finally:
            upload.cancel()
            await asyncio.gather(upload, return_exceptions=True)
        if switched:
            await self._splice()

    async def _upload(self) -> None:
        """Pass the request's body on, and return once the browser has gone."""
        listens = True
        while True:
            event = await self._peer.next_event()
            if isinstance(event, h11.ConnectionClosed):
                return
            if listens:
                try:
                    await self._program.send(event)
                except OSError:  # it may have answered before it has read all
                    listens = False
            if isinstance(event, h11.EndOfMessage):
                break
        await self._peer.until_gone()

    async def _download(self, upload: "asyncio.Task[None]", *, websocket: bool) -> bool:
        """Pass the answer back; return whether both sides speak WebSocket now."""
        while True:
            event = await self._next(upload)
            if isinstance(event, h11.InformationalResponse):
                if event.status_code == SWITCHING and websocket:
                    await self._switch(event)
                    return True
            elif isinstance(event, h11.Response):
                label = self._app.label
                headers = answered(list(event.headers), label, self._hosts, self._frame)
                await self._peer.send(h11.Response(status_code=event.status_code, headers=headers))
            elif isinstance(event, h11.Data):
                await self._peer.send(h11.Data(data=event.data))
            elif isinstance(event, h11.EndOfMessage):
                await self._peer.send(h11.EndOfMessage())
                return False
            else:
                self._broken(BROKEN)

    async def _next(self, upload: "asyncio.Task[None]") -> Any:
        """The next part of the answer.

        Raises:
            ConnectionAbortedError: the browser has gone, or the answer breaks off.
            Refusal: there is no answer.
        """
        getting = asyncio.create_task(self._program.next_event())
        try:
            await asyncio.wait({getting, upload}, return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                upload.result()
                raise ConnectionAbortedError
            return getting.result()
        except h11.RemoteProtocolError:
            if upload.done() and upload.exception() is not None:
                raise
            return self._broken(INVALID)
        except ConnectionResetError:
            return self._broken(BROKEN)
        finally:
            getting.cancel()
            await asyncio.gather(getting, return_exceptions=True)

    def _broken(self, sentence: str) -> Any:
        if self._peer.protocol.our_state is h11.SEND_RESPONSE:
            raise Refusal(502, sentence)
        raise ConnectionAbortedError

    async def _switch(self, event: h11.InformationalResponse) -> None:
        kept = [each for each in event.headers if each[0].startswith(b"sec-websocket-")]
        switch = [(b"connection", b"Upgrade"), (b"upgrade", b"websocket")]
        await self._peer.send(
            h11.InformationalResponse(status_code=SWITCHING, headers=[*kept, *switch])
        )

    async def _splice(self) -> None:
        """Pass bytes both ways, until one side ends."""
        early, _ = self._peer.protocol.trailing_data
        answered_early, _ = self._program.protocol.trailing_data
        self._program.writer.write(early)
        self._peer.writer.write(answered_early)
        pumps = {
            asyncio.create_task(self._pump(self._peer, self._program, uses=True)),
            asyncio.create_task(self._pump(self._program, self._peer, uses=False)),
        }
        _, left = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for each in left:
            each.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        with contextlib.suppress(OSError):
            await self._peer.writer.drain()

    async def _pump(self, source: Peer, target: Peer, *, uses: bool) -> None:
        while data := await source.reader.read(PIECE_BYTES):
            if uses:
                self._app.touch()
            target.writer.write(data)
            await target.writer.drain()
