"""The way between a page and the terminal it shows."""

import asyncio
import contextlib
import shlex
from collections.abc import Mapping
from typing import Any, Final

from websockets.exceptions import InvalidState

from toggle_core.apps.app import App
from toggle_core.apps.console import Console, Size
from toggle_core.apps.page_socket import PageSocket, number
from toggle_core.apps.peer import Peer
from toggle_core.apps.refusal import Refusal
from toggle_core.apps.running import LOOK_SECONDS, Apps
from toggle_core.errors import DatabaseAway
from toggle_core.storable import UNSTORABLE

ARGUMENTS_LENGTH: Final = 2000
ELSEWHERE: Final = "This terminal was opened in another tab."
UNREADABLE: Final = "These arguments cannot be read: a quotation mark has no partner."
UNUSABLE: Final = "These arguments are too long, or hold a character that no program can get."


class TerminalSocket(PageSocket):
    """A page that shows a terminal. The last one that was opened takes its place.

    Args:
        peer: the browser.
        app: whose terminal.
        apps: of this process.
    """

    def __init__(self, peer: Peer, app: App, apps: Apps) -> None:
        super().__init__(peer)
        self._app = app
        self._apps = apps
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
                await self.tell(state="ready")
            else:
                self._show(self._app.console)
            await self.listen(early)
        finally:
            await self._stop_showing()
            if self._app.viewer is self:
                self._app.viewer = None

    async def leave(self) -> None:
        """Show the terminal no more: another page does."""
        await self._stop_showing()
        with contextlib.suppress(OSError, InvalidState, TimeoutError):
            async with asyncio.timeout(1):
                await self.tell(state="elsewhere", sentence=ELSEWHERE)
        self.peer.abort()

    async def take_typed(self, data: bytes) -> None:
        """Send what somebody has typed to the program."""
        self._app.touch()
        if self._app.console is not None:
            self._app.console.type(data)

    async def take_message(self, message: Mapping[str, Any]) -> None:
        """Run the program, or change the size of its terminal."""
        if "run" in message:
            await self._run(str(message["run"]), _size_of(message))
        elif "columns" in message and self._app.console is not None:
            self._app.console.resize(_size_of(message))

    async def _run(self, typed: str, size: Size) -> None:
        """Run the program anew; what is typed is split like in a shell, and never given to one."""
        await self._stop_showing()
        try:
            arguments = _split(typed)
            console = await self._apps.run_in_terminal(self._app, arguments, size)
        except (Refusal, DatabaseAway) as error:
            sentence = error.sentence if isinstance(error, Refusal) else str(error)
            await self.tell(state="refused", sentence=sentence)
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
        self.ahead = 0
        await self.tell(state="running", kept=len(kept))
        if kept:
            await self.print(kept)
        while piece := await console.read():
            await self.print(piece)
        while session is not None and self._app.session is session and session.is_running:
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.shield(self._apps.harvest(self._app))
        await self.tell(state="ended", sentence=console.ended or "The program has ended.")


def _size_of(message: Mapping[str, Any]) -> Size:
    return Size(number(message.get("columns")), number(message.get("rows")))


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
