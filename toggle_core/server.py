"""What runs around the web app: services, worker, the API's own port, and a clean stop."""

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from types import FrameType
from typing import Any, NamedTuple

from starlette.types import ASGIApp

from toggle_core.access.exposure import api_hosts, check_api, check_dashboard, openness
from toggle_core.apps.service import serving_apps
from toggle_core.errors import StartError
from toggle_core.events.feed import dismiss_all
from toggle_core.observing.logs import CONSOLE, configure_logging
from toggle_core.observing.tracing import tracing
from toggle_core.serving import bind, listening
from toggle_core.settings import Settings, get_settings
from toggle_core.startup import Services, open_services
from toggle_core.store.budget import SERVING, worker_connections
from toggle_core.worker.lazy_worker import LateWorker, working_late

logger = logging.getLogger(__name__)


class Address(NamedTuple):
    """Where something listens.

    Attributes:
        host: address or name; None: on every address.
    """

    host: str | None
    port: int


@contextlib.asynccontextmanager
async def serving(api: ASGIApp, dashboard: Address) -> AsyncIterator[None]:
    """Everything behind the pages, for the length of the block: for a ``lifespan``.

    Where something is in the way of the start, its sentence is printed, what was started is
    stopped again, and the process ends with exit code 1.

    Args:
        api: served on its own port as well, under ``/api``.
        dashboard: where the pages are served.
    """
    try:
        settings = get_settings()
        configure_logging(settings)
        with tracing(settings):
            async with _serving(api, settings, dashboard):
                yield
    except StartError as error:
        sys.stderr.write(f"\nProduction Toggle cannot start: {error}\n")
        sys.stderr.flush()
        os._exit(1)


@contextlib.asynccontextmanager
async def _serving(api: ASGIApp, settings: Settings, dashboard: Address) -> AsyncIterator[None]:
    check_dashboard(settings, dashboard.host)
    async with contextlib.AsyncExitStack() as stack:
        listener = _api_listener(settings)
        if listener is not None:
            stack.callback(listener.close)
        connections = SERVING + settings.max_exports + worker_connections(settings.worker_threads)
        CONSOLE.info("Starting the database ...")
        began = time.monotonic()
        opened = stack.enter_context(open_services(settings, connections))
        _check_openness(opened, dashboard.host)
        stack.enter_context(serving_apps(settings, opened.database))
        worker = await stack.enter_async_context(working_late(opened))
        stack.enter_context(_prompt_stop(worker))
        if listener is not None:
            await stack.enter_async_context(listening(api, listener))
        _tell(opened, time.monotonic() - began, dashboard.port)
        yield
        CONSOLE.info("Stopping; runs in progress are continued at the next start.")
    if worker.is_busy:
        # Threads in the middle of a node cannot be interrupted, and Python would wait for them.
        logging.shutdown()
        os._exit(0)


def _check_openness(opened: Services, dashboard: str | None) -> None:
    """Refuse what would be open by accident, and put into the log what is open on purpose."""
    settings, database = opened.settings, opened.database
    hosts = api_hosts(settings, dashboard)
    check_api(settings, database, *hosts)
    found = openness(settings, database, dashboard=dashboard, api=hosts)
    if found is not None:
        logger.warning("%s TOGGLE_ALLOW_ANONYMOUS allows it.", found)


def _api_listener(settings: Settings) -> socket.socket | None:
    if settings.api_port == 0:
        return None
    return bind(settings.host, settings.api_port, "TOGGLE_API_PORT")


@contextlib.contextmanager
def _prompt_stop(worker: LateWorker) -> Iterator[None]:
    """At the first signal ask all runs to stop, before the web server waits for its clients.

    Those who follow runs would let it wait until the end of the run.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, frame: FrameType | None) -> None:
        worker.drain()
        dismiss_all()
        handler: Any = previous[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in previous:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _tell(opened: Services, seconds: float, dashboard_port: int) -> None:
    settings = opened.settings
    threads = settings.worker_threads
    worker = f"{threads} runs at a time" if threads else "none here"
    CONSOLE.info("  Database   %s (ready in %.1f s)", opened.database_label, seconds)
    CONSOLE.info("  Worker     %s; builder: %s", worker, opened.builder.name)
    CONSOLE.info("  Dashboard  http://localhost:%s", dashboard_port)
    if settings.api_port:
        CONSOLE.info("  API        http://localhost:%s/api/tasks", settings.api_port)
    CONSOLE.info("  API guide  http://localhost:%s/api/docs", dashboard_port)
    CONSOLE.info("Open the dashboard in a browser. Press Ctrl-C to stop.")
