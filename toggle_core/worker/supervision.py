"""Keeps a part of the worker running that ends when Postgres goes away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from toggle_core.backoff import Backoff
from toggle_core.errors import DatabaseAway

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 5.0


async def keep_running(serve: Callable[[], Awaitable[None]]) -> None:
    """Run it again whenever it ends, after a pause that grows. Ends by cancellation only."""
    backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
    loop = asyncio.get_running_loop()
    while True:
        begun = loop.time()
        try:
            await serve()
        except (ConnectorException, PoolTimeout, DatabaseAway, OSError) as error:
            logger.warning("the queue is out of reach (%s); trying again", type(error).__name__)
        except Exception:  # the edge: a worker that gave up would leave every job waiting
            logger.exception("the queue's worker stopped; starting it again")
        await asyncio.sleep(backoff.pause(lasted=loop.time() - begun))
