"""Bind a port, and serve an ASGI application on it beside whatever else a process does."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from toggle_core.errors import PortTaken, SettingRefused


def bind(host: str, port: int, setting: str) -> socket.socket:
    """Bind a socket to a port.

    Args:
        host: address to listen on.
        port: number.
        setting: the variable a person would change.

    Returns:
        The socket, not listening yet.

    Raises:
        PortTaken: another program listens there.
        SettingRefused: this machine has no such address, or does not give us the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, setting=setting) from None
        refused = setting if error.errno == errno.EACCES else "TOGGLE_HOST"
        raise SettingRefused(name=refused, reason=(error.strerror or str(error))) from None
    return listener


class _QuietServer(uvicorn.Server):
    """A server inside another one, which handles the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(api: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an API on a port of its own, for the length of the block.

    Args:
        api: to serve.
        listener: bound to the port, see :func:`bind`.
    """
    config = uvicorn.Config(
        api,
        access_log=False,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=2,
        proxy_headers=False,  # the front believes those of the proxies in the settings
        server_header=False,
    )
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
