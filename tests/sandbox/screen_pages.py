"""Pages with a terminal, as their scripts use them: by a WebSocket."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.sandbox.served_apps import Served
from toggle_core.apps.terminal_page import SOCKET_PATH

SECONDS = 120


def connected(
    served: Served, browser: httpx.Client, origin: str | None = None, path: str = SOCKET_PATH
) -> ClientConnection:
    """The WebSocket of the page that a browser shows."""
    host = browser.headers["Host"]
    return connect(
        f"ws://{host}{path}",
        sock=socket.create_connection(("127.0.0.1", served.port)),
        origin=origin or f"http://{host}",
        additional_headers={"Cookie": browser.headers.get("Cookie", "")},
        open_timeout=SECONDS,
    )


class Page:
    """What the page does: it shows output, and says how much it has shown."""

    def __init__(self, connection: ClientConnection) -> None:
        self.output = ""
        self.connection = connection

    def tell(self, **message: object) -> None:
        """Send a message that is not typing."""
        self.connection.send(json.dumps(message))

    def run(self, arguments: str = "") -> None:
        """Run the program."""
        self.output = ""
        self.tell(run=arguments, columns=80, rows=24)

    def until(self, state: str) -> Mapping[str, Any]:
        """Show what comes, until the server speaks of a state; return what it says."""
        while True:
            got = self.connection.recv(SECONDS)
            if isinstance(got, bytes):
                self.output += got.decode("utf-8", "replace")
                self.tell(shown=len(got))
            elif (message := json.loads(got)).get("state") == state:
                return message

    def until_printed(self, text: str) -> None:
        """Show what comes until a text was printed."""
        while text not in self.output:
            got = self.connection.recv(SECONDS)
            if isinstance(got, bytes):
                self.output += got.decode("utf-8", "replace")
                self.tell(shown=len(got))


@contextmanager
def shown(served: Served, browser: httpx.Client, path: str = SOCKET_PATH) -> Iterator[Page]:
    """The page of a program, closed with the block."""
    with connected(served, browser, path=path) as connection:
        yield Page(connection)
