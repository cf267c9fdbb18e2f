"""Serves a queue with a Procrastinate worker, and ends it whenever that is asked for."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, Final

from procrastinate import App
from procrastinate.worker import Worker

logger = logging.getLogger(__name__)

GOODBYE_SECONDS: Final = 1.0
"""How long the worker may take to sign off, once what it executes has had its time."""


async def serve_queue(app: App, *, shutdown_graceful_timeout: float, **options: Any) -> None:
    """Take jobs off a queue until cancelled. What is executed then has its time to end.

    ``App.run_worker_async`` cannot be relied on to end. A cancellation is lost where it comes in
    the moment in which a connection of the pool is ready (``asyncio.wait_for`` before Python 3.12),
    and in an outage another error takes its place. A process that is asked to stop just then would
    go on for ever.

    Args:
        app: of the worker, not open.
        shutdown_graceful_timeout: seconds that jobs have to end.
        options: others of Procrastinate's worker.

    Raises:
        ConnectorException: or an error of the pool: the database is away.
    """
    options["shutdown_graceful_timeout"] = shutdown_graceful_timeout
    serving = _Serving(app, Worker(app=app, install_signal_handlers=False, **options))
    task = asyncio.create_task(serving.run())
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            serving.stop(task)
            await asyncio.wait([task], timeout=shutdown_graceful_timeout + GOODBYE_SECONDS)
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.info("the queue was left while it was out of reach: %s", type(error).__name__)
        raise


@dataclass
class _Serving:
    """A worker, and whether it was asked to stop."""

    app: App
    worker: Worker
    begun: bool = field(default=False, init=False)
    stopping: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Open, work, close."""
        try:
            await self.app.open_async()
            if not self.stopping:
                self.begun = True
                await self.worker.run()  # type: ignore[no-untyped-call]  # has no types
        finally:
            # Also where it could not be opened: its pool would try to connect for ever.
            await self.app.close_async()

    def stop(self, task: asyncio.Task[None]) -> None:
        """End. Where the cancellation of the opening is lost, it sees that it is not wanted."""
        self.stopping = True
        if self.begun:
            self.worker.stop()  # type: ignore[no-untyped-call]  # has no types
        else:
            task.cancel()
