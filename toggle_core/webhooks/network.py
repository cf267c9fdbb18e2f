"""Connects to the very addresses that were checked.

A name may lead elsewhere each time it is asked for: who checks it first and lets a library connect
by name afterwards has checked nothing (DNS rebinding). Here a name is resolved once, all of its
addresses are checked, and the connection goes to one of these. The name itself stays in the
``Host`` header and in TLS, where the certificate must be valid for it.
"""

import asyncio
import socket
from collections.abc import Iterable
from typing import Final

import httpcore
from httpcore import SOCKET_OPTION

from toggle_core.webhooks.address import is_public

NOT_FOUND: Final = "There is no host named {host}."
NOT_PUBLIC: Final = (
    "{host} leads to an address that is not public. Whoever runs this server can allow that with"
    " TOGGLE_WEBHOOK_ALLOW_PRIVATE=1."
)


class HostRefused(Exception):
    """The host of a webhook must not be connected to; the message is a sentence for people."""


class HostNotFound(Exception):
    """The host of a webhook is not known at the moment; the message is a sentence for people."""


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves and checks names itself, and connects by address."""

    def __init__(self, *, allow_private: bool) -> None:
        """Prepare.

        Args:
            allow_private: whether addresses may be other than public.
        """
        self._allow_private = allow_private
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            HostRefused: one of its addresses is not public.
            HostNotFound: it has none.
            httpcore.ConnectError: none of them answers; so do its kin.
        """
        *others, last = await self._addresses(host, port)
        for address in others:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._backend.connect_tcp(last, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise HostNotFound(NOT_FOUND.format(host=host)) from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not self._allow_private and not all(map(is_public, addresses)):
            raise HostRefused(NOT_PUBLIC.format(host=host))
        return addresses
