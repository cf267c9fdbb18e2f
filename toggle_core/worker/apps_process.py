"""Apps in a process of their own: ``python -m toggle_core apps``."""

import asyncio
import signal
from collections.abc import Callable

from starlette.types import ASGIApp

from toggle_core.apps.service import served_apart
from toggle_core.observing.logs import CONSOLE, configure_logging
from toggle_core.observing.tracing import tracing
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services
from toggle_core.store.budget import POOL_OVERFLOW, POOL_SIZE
from toggle_core.worker.process import telling_metrics


def serve_apps(settings: Settings, metrics: Callable[[], ASGIApp]) -> None:
    """Serve apps until SIGINT or SIGTERM.

    Args:
        settings: of the process.
        metrics: makes what tells them, where the settings give it a port.

    Raises:
        StartError: one sentence says what is in the way.
        AppsElsewhere: this machine cannot serve apps; the sentence says why.
    """
    configure_logging(settings)
    with (
        tracing(settings),
        open_services(settings, POOL_SIZE + POOL_OVERFLOW) as opened,
        served_apart(settings, opened.database) as service,
    ):
        CONSOLE.info("Apps: %s", service.hosts.pattern)
        CONSOLE.info("Database: %s. Press Ctrl-C to stop.", opened.database_label)
        asyncio.run(_until_signal(opened, metrics))
        CONSOLE.info("Stopping; apps wake again at the next start.")


async def _until_signal(opened: Services, metrics: Callable[[], ASGIApp]) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with telling_metrics(opened, metrics):
        await stopping.wait()
