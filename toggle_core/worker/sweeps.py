"""The periodic job that sweeps the history: old runs lose their steps, see ``store.retention``."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued

from toggle_core.errors import DatabaseAway
from toggle_core.queue.jobs import QUEUE, SWEEP_HISTORY
from toggle_core.store.database import Database
from toggle_core.store.retention import Policy
from toggle_core.store.sweeping import sweep

logger = logging.getLogger(__name__)

EVERY_TEN_MINUTES: Final = "*/10 * * * *"
"""A worker that starts sweeps as well: Procrastinate makes up for the last time."""

SLICE_SECONDS: Final = 5.0
"""A long sweep is made in slices, each a job behind all runs that wait: it takes a place of one."""


def register_sweeps(
    app: App,
    database: Database,
    policy: Policy,
    threads: Executor,
    stopping: Callable[[], bool],
) -> None:
    """Make the job known to the queue. Procrastinate queues it once for all workers.

    Its being periodic has a second use: without any periodic task Procrastinate stops watching its
    side tasks at once, and after an outage of a second its listener and its heartbeat would be dead
    for good while it goes on (procrastinate #1597).

    Args:
        app: of the worker.
        database: where.
        policy: how long what is kept.
        threads: of the worker; a sweep takes the place of one run.
        stopping: whether the worker is about to stop.
    """

    def work() -> bool:
        return _sweep(database, policy, stopping)

    @app.periodic(cron=EVERY_TEN_MINUTES)
    @app.task(name=SWEEP_HISTORY, queue=QUEUE, queueing_lock=SWEEP_HISTORY)
    async def sweep_history(timestamp: int) -> None:
        if await asyncio.get_running_loop().run_in_executor(threads, work):
            try:
                await app.configure_task(SWEEP_HISTORY).defer_async(timestamp=timestamp)
            except AlreadyEnqueued:
                logger.debug("the next slice of the sweep is queued already")


def _sweep(database: Database, policy: Policy, stopping: Callable[[], bool]) -> bool:
    """Make one slice. Returns whether there is more to do."""
    try:
        found = sweep(database, policy, seconds=SLICE_SECONDS, stopping=stopping)
    except DatabaseAway:
        logger.warning("the sweep of the history is put off: the database is away or busy")
        return False
    if found is None:
        return False
    done = found.done
    if done.checkpoints or done.leftovers:
        logger.info(
            "the sweep of the history deleted %s steps of %s runs, and %s leftovers",
            done.checkpoints,
            done.runs_pruned + done.runs_cleared,
            done.leftovers,
        )
    return found.unfinished
