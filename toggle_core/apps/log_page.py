"""The page of a web program's log: what it prints, as it is printed."""

from html import escape
from typing import Final

from toggle_core.apps.app import App
from toggle_core.apps.hosts import Hosts
from toggle_core.apps.peer import Peer
from toggle_core.apps.terminal_page import show_screen

LOG_PATH: Final = "/.toggle/log"
LOG_SOCKET_PATH: Final = f"{LOG_PATH}/live"


async def show_log(peer: Peer, app: App, hosts: Hosts) -> None:
    """Answer with the page.

    Args:
        peer: the browser.
        app: a web program, running or not.
        hosts: names of apps.
    """
    parts = (
        f'<header><h1>{escape(app.name)}</h1><p id="about">What the program prints. '
        '<a href="/">Open the app</a></p></header><main id="terminal"></main>'
        '<footer><p id="state" role="status">Connecting …</p></footer>'
    )
    await show_screen(peer, app, hosts, parts, "log.mjs")
