"""A worker leaves its queue whenever it is asked to, also while it is only about to begin."""

import asyncio

from tests.awaiting import outcome_of
from toggle_core.queue.connector import worker_app
from toggle_core.queue.jobs import QUEUE
from toggle_core.store.database import Database
from toggle_core.worker.serving import serve_queue

MOMENTS = 50


def test_a_queue_is_left_in_every_moment_of_the_start(database: Database) -> None:
    # Without serve_queue, one in twenty of these cancellations is lost.
    async def leave_after(seconds: float) -> bool:
        app = worker_app(database.direct, 3)
        task = asyncio.create_task(serve_queue(app, queues=[QUEUE], shutdown_graceful_timeout=1.0))
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait([task], timeout=10)
        return task.cancelled()

    async def leave_often() -> list[bool]:
        return [await leave_after(number * 0.001) for number in range(MOMENTS)]

    assert outcome_of(leave_often()) == [True] * MOMENTS
