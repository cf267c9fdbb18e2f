"""The API behind a real web server, in a thread of the test's own process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from tests.polling import eventually
from toggle_core.api.middleware import api_alone, api_routes
from toggle_core.settings import Settings
from toggle_core.startup import open_services


@contextmanager
def serving(settings: Settings, app: ASGIApp | None = None) -> Iterator[str]:
    """Serve the API, or another part of it, under ``/api``, as the app does. Gives the address."""
    with open_services(settings), listening(app or api_alone(api_routes())) as address:
        yield address


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Serve an application for the length of a block. Gives the address."""
    config = uvicorn.Config(
        app, port=0, log_config=None, lifespan="off", proxy_headers=False, timeout_keep_alive=600
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
