"""The worker inside the dashboard's process: it begins while the first pages are already served.

LangGraph and what belongs to it take a second to load; nobody who opens the dashboard waits for
that. A task that is submitted before is in the queue.
"""

import asyncio
import contextlib
import importlib
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from toggle_core.startup import Services

if TYPE_CHECKING:
    from toggle_core.worker.execution import Executor

logger = logging.getLogger(__name__)


class LateWorker:
    """A worker that may not have begun yet."""

    def __init__(self) -> None:
        self.executor: Executor | None = None
        self._stopping = asyncio.Event()

    @property
    def is_busy(self) -> bool:
        """Whether a run is in the middle of a node."""
        return self.executor is not None and bool(self.executor.active)

    def drain(self) -> None:
        """Ask every run to stop at its next node boundary. May be called by a signal handler."""
        if self.executor is not None:
            self.executor.drain()

    def stop(self) -> None:
        """End, as soon as it has begun."""
        self._stopping.set()

    async def work(self, opened: Services) -> None:
        """Load what a worker needs, then work until it is stopped.

        Args:
            opened: the services of this process.
        """
        service = await asyncio.to_thread(importlib.import_module, "toggle_core.worker.service")
        how = service.WorkerSettings.of(opened.settings, opened.settings.worker_threads)
        async with service.working(opened.database, opened.builder, how) as executor:
            self.executor = executor
            opened.active.follow(
                lambda choice: executor.use(
                    choice.builder, choice.chat.secrets if choice.chat else ()
                )
            )
            await self._stopping.wait()


@contextlib.asynccontextmanager
async def working_late(opened: Services) -> AsyncIterator[LateWorker]:
    """Run a worker beside the block, unless the settings say that none works here.

    Args:
        opened: the services of this process.
    """
    worker = LateWorker()
    if opened.settings.worker_threads == 0:
        yield worker
        return
    task = asyncio.create_task(worker.work(opened))
    task.add_done_callback(_tell_failure)
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait([task])


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("the worker could not work; tasks wait in the queue", exc_info=error)
