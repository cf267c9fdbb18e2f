"""A worker in a thread of the test's own process."""

import asyncio
import threading

from tests.builders import Quick
from tests.polling import eventually
from toggle_core.builders.protocol import Builder
from toggle_core.store.database import Database
from toggle_core.worker.execution import Executor
from toggle_core.worker.service import WorkerSettings, working

FAST = WorkerSettings(threads=4, heartbeat_seconds=0.2, stalled_seconds=2.0)


class WorkerThread:
    """Starts and stops ``working`` in an event loop of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.executor: Executor | None = None
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread: threading.Thread | None = None

    def start(
        self, builder: Builder | None = None, settings: WorkerSettings = FAST
    ) -> "WorkerThread":
        """Start, and return once it takes runs off the queue."""
        chosen = builder or Quick()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._work(chosen, settings),)
        )
        self._thread.start()
        eventually(lambda: self.executor is not None)
        return self

    def stop(self) -> None:
        """Stop as the app does at a signal."""
        if self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        if not self._loop.is_closed():
            self._loop.close()

    async def _work(self, builder: Builder, settings: WorkerSettings) -> None:
        async with working(self.database, builder, settings) as executor:
            self.executor = executor
            await self._stop.wait()
