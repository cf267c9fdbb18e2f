"""The names a server answers to. Every other name is that of a page that tries DNS rebinding.

A page of another site can let its own name lead to this machine, and is then of the same origin as
the app in the eyes of the browser. What gives it away is the name, which stands in ``Host``. An
address can stand there as well: no page can choose which one, so every address is fine.
"""

import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from toggle_core.api.refusal import refuse
from toggle_core.apps.hosts import PREFIX

MISDIRECTED: Final = 421
"""RFC 9110, 15.5.20: this server does not answer for the name."""

APP_NAME: Final = re.compile(rf"{PREFIX}[^.]*\.localhost")
"""Of an opened app, on whatever port: its pages set cookies that would come along here."""

SENTENCE: Final = (
    "This server does not answer to the name it was called by. Whoever runs it can add the name to"
    " TOGGLE_ALLOWED_HOSTS."
)


class AllowedHosts:
    """Middleware that refuses requests and WebSockets for the name of somebody else.

    Args:
        app: behind it.
        names: in lower case, beside this machine's own; ``*.example.com`` stands for all below it,
            ``*`` for every name.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app = app
        self._names = {"localhost", "*.localhost", *_own_names(), *names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is meant for this server."""
        if self._is_ours(host_name(Headers(scope=scope).get("host", ""))):
            await self.app(scope, receive, send)
        else:
            await refuse(MISDIRECTED, SENTENCE, scope, receive, send)

    def _is_ours(self, name: str) -> bool:
        if APP_NAME.fullmatch(name):
            return False
        if "*" in self._names:
            return True
        if not name:
            return False
        if name in self._names or _is_address(name):
            return True
        above = name.split(".")[1:]
        return any(f"*.{'.'.join(above[depth:])}" in self._names for depth in range(len(above)))


def host_name(authority: str) -> str:
    """The name or address in a ``Host`` header, in lower case, without port and brackets.

    Args:
        authority: the header. What is no host and port gives an empty name.
    """
    try:
        parts = urlsplit(f"//{authority}")
        parts.port  # noqa: B018  raises where it is no number
    except ValueError:
        return ""
    if parts.netloc != authority or "@" in authority:
        return ""
    return (parts.hostname or "").rstrip(".")


def _own_names() -> set[str]:
    own = socket.gethostname().lower()
    return {own, f"{own.partition('.')[0]}.local"} if own else set()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
