"""A worker in a process of its own: ``python -m toggle_core worker``."""

import asyncio
import os
import signal
import sys
from typing import Final

from toggle_core.settings import Settings
from toggle_core.startup import Services, configure_logging, open_services
from toggle_core.store.budget import POOL_OVERFLOW, POOL_SIZE, worker_connections
from toggle_core.worker.service import WorkerSettings, working

DEFAULT_THREADS: Final = 8
"""Where TOGGLE_WORKER_THREADS is 0, which means none in the dashboard's process."""


def work(settings: Settings, threads: int | None) -> None:
    """Take runs off the queue until SIGINT or SIGTERM.

    Args:
        settings: of the process.
        threads: runs executed at once; None: as the settings say.

    Raises:
        StartError: one sentence says what is in the way.
    """
    configure_logging()
    how = WorkerSettings.of(settings, threads or settings.worker_threads or DEFAULT_THREADS)
    connections = POOL_SIZE + POOL_OVERFLOW + worker_connections(how.threads)
    with open_services(settings, connections) as opened:
        interrupted = asyncio.run(_until_signal(opened, how))
    if interrupted:
        # Threads in the middle of a node cannot be interrupted, and Python would wait for them.
        os._exit(0)


async def _until_signal(opened: Services, how: WorkerSettings) -> bool:
    """Work until a signal comes. Returns whether runs were left in the middle of a node."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with working(opened.database, opened.builder, how) as executor:
        _say(f"Worker: {how.threads} runs at a time; builder: {opened.builder.name}.")
        _say(f"Database: {opened.database_label}. Press Ctrl-C to stop.")
        await stopping.wait()
        _say("Stopping; runs in progress are continued by another worker.")
    return bool(executor.active)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
