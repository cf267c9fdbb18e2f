"""The way between a page and the log of a web program that it shows."""

import asyncio
from typing import Final

from toggle_core.apps.app import App
from toggle_core.apps.page_socket import PageSocket
from toggle_core.apps.peer import Peer
from toggle_core.apps.running import Apps

AGAIN_SECONDS: Final = 0.25
"""From one look at what was printed to the next."""

LOST: Final = b"\x1b[2m[earlier output is not kept]\x1b[0m\r\n"
UNOPENED: Final = "The app is not running. What it prints appears here once you open it."
WAKES: Final = "What it prints appears here when it wakes."


class LogSocket(PageSocket):
    """A page that shows what a web program prints, as long as it is open.

    Args:
        peer: the browser.
        app: whose log.
        apps: of this process.
    """

    def __init__(self, peer: Peer, app: App, apps: Apps) -> None:
        super().__init__(peer)
        self._app = app
        self._apps = apps

    async def serve(self, early: bytes) -> None:
        """Show what is printed, until the page has gone.

        Args:
            early: what the page has sent already.

        Raises:
            OSError: the connection broke.
        """
        showing = asyncio.create_task(self._show())
        try:
            await self.listen(early)
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)

    async def _show(self) -> None:
        log, position, told = None, 0, ""
        while True:
            await self._apps.read_log(self._app)
            is_running, sentence = self._app.session is not None, self._sentence()
            if self._app.log is not None and self._app.log is not log:
                log, position = self._app.log, 0
                await self.tell(state="started")
            if log is not None:
                output, position, is_cut = log.since(position)
                if output:
                    await self.print(LOST + output if is_cut else output)
            if sentence != told:
                await self.tell(state="running" if is_running else "ended", sentence=sentence)
                told = sentence
            await asyncio.sleep(AGAIN_SECONDS)

    def _sentence(self) -> str:
        app = self._app
        if app.session is not None:
            return "Running."
        if app.ending is not None:
            return app.ending.sentence
        return f"{app.asleep} {WAKES}" if app.asleep else UNOPENED
