"""Serves apps to browsers: checks each request, and passes it on to the program."""

import asyncio
import logging
import socket
import time
from typing import Final

import h11

from toggle_core.apps import pages
from toggle_core.apps.app import App
from toggle_core.apps.asked import Asked
from toggle_core.apps.audit import AppEvent, record
from toggle_core.apps.forwarding import forward
from toggle_core.apps.heads import policies
from toggle_core.apps.hosts import Hosts
from toggle_core.apps.log_page import LOG_PATH, LOG_SOCKET_PATH, show_log
from toggle_core.apps.log_socket import LogSocket
from toggle_core.apps.page_socket import accept
from toggle_core.apps.passes import Passes, clear
from toggle_core.apps.peer import Peer
from toggle_core.apps.refusal import Refusal
from toggle_core.apps.running import LISTEN_SECONDS, LOOK_SECONDS, Apps
from toggle_core.apps.terminal_page import ASSETS, SOCKET_PATH, show_asset, show_terminal
from toggle_core.apps.terminal_socket import TerminalSocket
from toggle_core.apps.tickets import Grant, UsedTickets, pass_of, read
from toggle_core.errors import DatabaseAway

logger = logging.getLogger(__name__)

OWN_PATHS: Final = "/.toggle/"
OPEN_PATH: Final = "/.toggle/open"
HEAD_SECONDS: Final = 60.0
PATIENCE_SECONDS: Final = 1.0
"""Until a person sees that the app starts."""

MOST_CONNECTIONS: Final = 64
"""Of one app."""

MOST_CLIENTS: Final = 512
METHODS: Final = frozenset(b"GET HEAD POST PUT PATCH DELETE OPTIONS".split())
SAFE: Final = frozenset((b"GET", b"HEAD"))
FROM_ITSELF: Final = frozenset(("same-origin", "none"))
CLOSED: Final = "This link is not valid any more. Open the app again from its run."
NOTHING: Final = "There is nothing at this address."
NOT_OPENED: Final = "Open this app from its run first."


class Proxy:
    """Answers every request on the port of the apps.

    Args:
        apps: of this process.
        hosts: their names.
        key: of this installation.
        dashboard: its address, for a way back.
    """

    def __init__(self, apps: Apps, hosts: Hosts, key: bytes, dashboard: str) -> None:
        self._apps = apps
        self._hosts = hosts
        self._key = key
        self._dashboard = dashboard
        self._passes = Passes(hosts, key)
        self._used = UsedTickets()
        self._clients = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of a browser, request after request."""
        if self._clients >= MOST_CLIENTS:
            writer.close()
            return
        self._clients += 1
        peer = Peer(h11.SERVER, reader, writer)
        try:
            while await self._serve_one(peer):
                peer.protocol.start_next_cycle()
        except (OSError, TimeoutError, h11.LocalProtocolError, asyncio.CancelledError):
            peer.abort()  # cancelled only where the whole service stops
        except h11.RemoteProtocolError as error:
            await _say_invalid(peer, error)
        except Exception:  # the edge of a connection
            logger.exception("a request to an app broke")
            peer.abort()
        finally:
            self._clients -= 1
            writer.close()

    async def _serve_one(self, peer: Peer) -> bool:
        """Answer one request; return whether the connection can be used for another."""
        async with asyncio.timeout(HEAD_SECONDS):
            request = await peer.next_event()
        if not isinstance(request, h11.Request):
            return False
        asked = Asked(request)
        try:
            await self._answer(peer, asked)
        except (Refusal, DatabaseAway) as error:
            if peer.protocol.our_state is not h11.SEND_RESPONSE:
                peer.abort()
                return False
            refusal = error if isinstance(error, Refusal) else Refusal(503, str(error))
            await peer.discard_body()
            await pages.show_refusal(peer, refusal, self._dashboard, as_page=asked.is_page)
        states = peer.protocol.our_state, peer.protocol.their_state
        return states == (h11.DONE, h11.DONE)

    async def _answer(self, peer: Peer, asked: Asked) -> None:
        label = self._hosts.label(asked.one("host").lower())
        if label is None:
            raise Refusal(421, "There is no app at this address.")
        if asked.request.method not in METHODS or not asked.target.startswith("/"):
            raise Refusal(400, "This request is not one that apps get.")
        if asked.all("content-length") and asked.all("transfer-encoding"):
            raise Refusal(400, "This request has two lengths.")
        known = self._passes.of(asked, label)
        if asked.path == OPEN_PATH:
            await self._open(peer, asked, label, known)
            return
        if known is None:
            raise Refusal(403, NOT_OPENED)
        self._check_source(asked, label, known)
        if asked.path == pages.START_AGAIN:
            await self._apps.wake(known, again=True)
            await peer.discard_body()
            headers = [(b"location", b"/"), *policies(label, self._hosts, known.frame)]
            await peer.answer(303, b"", headers)
            return
        if asked.path.startswith(ASSETS):
            await show_asset(peer, asked, label, self._hosts)
            return
        if asked.path in {LOG_PATH, LOG_SOCKET_PATH}:
            await self._answer_log(peer, asked, await self._apps.look(known))
            return
        await self._answer_for(peer, asked, await self._apps.wake(known), known.frame)

    async def _answer_for(self, peer: Peer, asked: Asked, app: App, frame: str) -> None:
        """Let the program answer; what is for a terminal has a page of ours."""
        if asked.path == SOCKET_PATH and app.usual is not None:
            await self._connect_page(peer, asked, app, TerminalSocket(peer, app, self._apps))
        elif asked.path.startswith(OWN_PATHS):
            raise Refusal(404, NOTHING)
        elif app.usual is None:
            await self._use(peer, asked, app, frame)
        elif asked.path == "/" and asked.request.method in SAFE:
            await show_terminal(peer, app, self._hosts)
        else:
            raise Refusal(404, NOTHING)

    async def _answer_log(self, peer: Peer, asked: Asked, app: App) -> None:
        """Show what a web program prints. It is not started for that."""
        if app.usual is not None:
            raise Refusal(404, NOTHING)
        if asked.path == LOG_SOCKET_PATH:
            await self._connect_page(peer, asked, app, LogSocket(peer, app, self._apps))
        elif asked.request.method in SAFE:
            await show_log(peer, app, self._hosts)
        else:
            raise Refusal(404, NOTHING)

    async def _connect_page(
        self, peer: Peer, asked: Asked, app: App, page: LogSocket | TerminalSocket
    ) -> None:
        self._check_room(app)
        app.connections += 1
        try:
            await page.serve(await accept(peer, asked, self._hosts.origin(app.label)))
        finally:
            app.connections -= 1
            app.changed = True

    def _check_room(self, app: App) -> None:
        if app.connections >= MOST_CONNECTIONS:
            raise Refusal(503, f"This app has {MOST_CONNECTIONS} connections already.")

    async def _use(self, peer: Peer, asked: Asked, app: App, frame: str) -> None:
        self._check_room(app)
        app.connections += 1
        try:
            connected = await self._connect(app, asked)
            if connected is not None:
                await forward(peer, asked.request, connected, app, self._hosts, frame)
                return
            await peer.discard_body()
            if app.ending is not None and asked.is_page:
                await pages.show_ended(peer, app.ending.sentence, app.ending.words, frame)
            elif app.ending is not None:
                raise Refusal(502, app.ending.sentence)
            else:
                await pages.show_starting(peer, app.name, frame)
        finally:
            app.connections -= 1
            app.changed = True
            app.touch()

    async def _connect(self, app: App, asked: Asked) -> socket.socket | None:
        """A connection to the program. None: it has ended, or a person should see that it starts.

        Raises:
            Refusal: the program does not listen.
        """
        begun = time.monotonic()
        while app.ending is None:
            connected = await self._apps.connect(app)
            if connected is not None:
                return connected
            now = time.monotonic()
            if app.session is not None and now - app.started > LISTEN_SECONDS:
                raise Refusal(504, "The program runs, but it does not listen on its port (PORT).")
            if asked.is_page and asked.request.method in SAFE and now - begun > PATIENCE_SECONDS:
                return None
            if now - begun > LISTEN_SECONDS:
                raise Refusal(503, "The app was not ready in time. Please try again.")
            await asyncio.sleep(LOOK_SECONDS)
        return None

    async def _open(self, peer: Peer, asked: Asked, label: str, known: Grant | None) -> None:
        """Exchange a ticket for a pass, and lead to the app's first page, or to its log."""
        now = time.time()
        ticket = read(asked.query("t"), self._key, now)
        if ticket is not None and not (
            self._passes.is_of(ticket, label) and self._used.take(ticket, now)
        ):
            ticket = None
        await peer.discard_body()
        granted = ticket or known
        if granted is None:
            raise Refusal(403, CLOSED)
        is_log = bool(asked.query("log"))
        place = LOG_PATH if is_log else "/"
        headers = [(b"location", place.encode()), *policies(label, self._hosts, granted.frame)]
        if ticket is not None:
            headers.append((b"set-cookie", self._passes.cookie(pass_of(ticket, now))))
            if known is not None and known.generation < ticket.generation:
                headers += clear(asked, framed=bool(ticket.frame))
            record(AppEvent.LOG_OPENED if is_log else AppEvent.OPENED, ticket.run_id, ticket.person)
            if not is_log:
                await self._apps.wake(ticket, again=True)
        await peer.answer(303, b"", headers)

    def _check_source(self, asked: Asked, label: str, known: Grant) -> None:
        """Refuse what a page of another host asks for; it may only link here.

        The dashboard that shows the app in a frame may load the first page there.

        Raises:
            Refusal: it was one.
        """
        site, origin = asked.one("sec-fetch-site"), asked.one("origin")
        foreign = Refusal(403, "A page of another site has asked for this.")
        if site and site not in FROM_ITSELF:
            is_link = asked.is_navigation and asked.request.method in SAFE
            is_framed = known.frame and asked.target == "/"
            places = {"document", "iframe"} if is_framed else {"document"}
            if not (is_link and asked.one("sec-fetch-dest") in places):
                raise foreign
        elif not site and origin and origin != self._hosts.origin(label):
            raise foreign


async def _say_invalid(peer: Peer, error: h11.RemoteProtocolError) -> None:
    if peer.protocol.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
        refusal = Refusal(error.error_status_hint, "This request is not valid HTTP.")
        try:
            await pages.show_refusal(peer, refusal, "", as_page=False)
        except (OSError, h11.LocalProtocolError):
            peer.abort()
    else:
        peer.abort()
