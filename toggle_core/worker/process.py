"""A worker in a process of its own: ``python -m toggle_core worker``."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from starlette.types import ASGIApp

from toggle_core.access.exposure import check_api
from toggle_core.observing.logs import CONSOLE, configure_logging
from toggle_core.observing.tracing import tracing
from toggle_core.serving import bind, listening
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services
from toggle_core.store.budget import POOL_OVERFLOW, POOL_SIZE, worker_connections
from toggle_core.worker.service import WorkerSettings, working

PORT: Final = "TOGGLE_METRICS_PORT"

DEFAULT_THREADS: Final = 8
"""Where TOGGLE_WORKER_THREADS is 0, which means none in the dashboard's process."""


def work(settings: Settings, threads: int | None, metrics: Callable[[], ASGIApp]) -> None:
    """Take runs off the queue until SIGINT or SIGTERM.

    Args:
        settings: of the process.
        threads: runs executed at once; None: as the settings say.
        metrics: makes what tells them, where the settings give it a port.

    Raises:
        StartError: one sentence says what is in the way.
    """
    configure_logging(settings)
    how = WorkerSettings.of(settings, threads or settings.worker_threads or DEFAULT_THREADS)
    connections = POOL_SIZE + POOL_OVERFLOW + worker_connections(how.threads)
    with (
        tracing(settings),
        open_services(settings, connections) as opened,
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        interrupted = runner.run(_until_signal(opened, how, metrics))
    if interrupted:
        # Threads in the middle of a node cannot be interrupted, and Python would wait for them.
        os._exit(0)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop, as in the web server, where there is one for this system."""
    if find_spec("uvloop") is None:
        return None
    made: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return made


async def _until_signal(
    opened: Services, how: WorkerSettings, metrics: Callable[[], ASGIApp]
) -> bool:
    """Work until a signal comes. Returns whether runs were left in the middle of a node."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with (
        telling_metrics(opened, metrics),
        working(opened.database, opened.builder, how) as executor,
    ):
        CONSOLE.info("Worker: %s runs at a time; builder: %s.", how.threads, opened.builder.name)
        CONSOLE.info("Database: %s. Press Ctrl-C to stop.", opened.database_label)
        await stopping.wait()
        CONSOLE.info("Stopping; runs in progress are continued by another worker.")
    return bool(executor.active)


@contextlib.asynccontextmanager
async def telling_metrics(opened: Services, metrics: Callable[[], ASGIApp]) -> AsyncIterator[None]:
    """Tell metrics on a port of their own beside the block, where the settings give one.

    Args:
        opened: services of the process.
        metrics: makes what tells them.
    """
    settings = opened.settings
    if settings.metrics_port == 0:
        yield
        return
    check_api(settings, opened.database, settings.host)
    with contextlib.closing(bind(settings.host, settings.metrics_port, PORT)) as listener:
        async with listening(metrics(), listener):
            CONSOLE.info("Metrics: http://localhost:%s/api/metrics", settings.metrics_port)
            yield
