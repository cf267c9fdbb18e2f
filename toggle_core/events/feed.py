"""Notifies followers of runs, over one listening connection for all of them.

Postgres notifies of a run only as long as somebody follows it: that is what the advisory locks of
the listening connection say (migration 0008). While nothing happens nothing is asked, but for one
statement now and then for all followers together, so that a notification that never came hangs
nobody.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from typing import Final
from uuid import UUID

import psycopg

from toggle_core.backoff import Backoff
from toggle_core.errors import DatabaseAway
from toggle_core.events.following import newest_events
from toggle_core.store.database import Database

logger = logging.getLogger(__name__)

CHANNEL: Final = "run_events"
FOLLOWED: Final = 1952
"""First key of the advisory locks that say which runs are followed; the trigger has it too."""

LISTEN_SECONDS: Final = 0.1
"""After which the listening connection looks whether other runs are followed now."""

RECHECK_SECONDS: Final = 10.0
LONGEST_PAUSE_SECONDS: Final = 5.0

FOLLOW: Final = """
    SELECT id FROM unnest(%(runs)s::uuid[]) AS id
     WHERE pg_try_advisory_lock_shared(%(followed)s, hashtext(id::text))
"""
UNFOLLOW: Final = """
    SELECT pg_advisory_unlock_shared(%(followed)s, hashtext(id::text))
      FROM unnest(%(runs)s::uuid[]) AS id
"""

_live: Final[set["Feed"]] = set()
"""The feeds of this process that somebody listens to."""


class Follower:
    """One who follows a run.

    Attributes:
        position: id of the newest event this one has read.
        dismissed: whether there will be no more, because the process stops.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self.dismissed = False
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be something to read."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until there may be something to read. Returns whether there may be."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        woken = self._woken.is_set()
        self._woken.clear()
        return woken


class Feed:
    """Followers of runs in one database, all in one event loop."""

    def __init__(self) -> None:
        self._followers: dict[UUID, set[Follower]] = {}
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextlib.contextmanager
    def following(self, database: Database, run_id: UUID, position: int) -> Iterator[Follower]:
        """Follow a run for the length of the block.

        The follower is woken for the first time as soon as nothing can be missed any more.

        Args:
            database: where the run is; the same for all followers at one time.
            run_id: of the run.
            position: id of the newest event that is known already.
        """
        follower = Follower(position)
        self._followers.setdefault(run_id, set()).add(follower)
        if not self._tasks:
            self._begin(database)
        try:
            yield follower
        finally:
            self._followers[run_id].discard(follower)
            if not self._followers[run_id]:
                del self._followers[run_id]
            if not self._followers:
                self._end()

    def dismiss(self) -> None:
        """Tell all followers to leave. May be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._dismiss)

    def _begin(self, database: Database) -> None:
        self._loop = asyncio.get_running_loop()
        _live.add(self)
        self._tasks = (
            self._loop.create_task(self._keep_listening(database.direct)),
            self._loop.create_task(self._keep_rechecking(database)),
        )

    def _end(self) -> None:
        _live.discard(self)
        for task in self._tasks:
            task.cancel()
        self._tasks = ()

    def _dismiss(self) -> None:
        for follower in [each for those in self._followers.values() for each in those]:
            follower.dismissed = True
            follower.wake()

    def _wake(self, run_id: UUID) -> None:
        for follower in self._followers.get(run_id, ()):
            follower.wake()

    async def _keep_listening(self, conninfo: str) -> None:
        backoff = Backoff(LISTEN_SECONDS, LONGEST_PAUSE_SECONDS)
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            try:
                await self._listen(conninfo)
            except (psycopg.Error, OSError) as error:
                logger.warning("cannot listen for events (%s); trying again", type(error).__name__)
            except Exception:  # the edge of this task: without it followers would wait for rechecks
                logger.exception("listening for events failed; trying again")
            await asyncio.sleep(backoff.pause(lasted=loop.time() - begun))

    async def _listen(self, conninfo: str) -> None:
        connecting = psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        async with await connecting as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            locked: set[UUID] = set()
            while True:
                await self._lock(connection, locked)
                async for notified in connection.notifies(timeout=LISTEN_SECONDS):
                    self._wake(UUID(notified.payload.split()[0]))

    async def _lock(self, connection: psycopg.AsyncConnection, locked: set[UUID]) -> None:
        """Hold the locks of exactly those runs that are followed.

        Where a transaction is about to write an event without telling, its run cannot be locked
        until it has ended: then it is tried again, and the followers are woken afterwards.
        """
        followed = set(self._followers)
        if left := locked - followed:
            await connection.execute(UNFOLLOW, {"runs": list(left), "followed": FOLLOWED})
            locked -= left
        if new := followed - locked:
            cursor = await connection.execute(FOLLOW, {"runs": list(new), "followed": FOLLOWED})
            for (run_id,) in await cursor.fetchall():
                locked.add(run_id)
                self._wake(run_id)

    async def _keep_rechecking(self, database: Database) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                newest = await asyncio.to_thread(newest_events, database, tuple(self._followers))
            except DatabaseAway:
                continue
            for run_id, event_id in newest.items():
                for follower in self._followers.get(run_id, ()):
                    if follower.position < event_id:
                        follower.wake()


def dismiss_all() -> None:
    """Tell all followers of this process to leave. May be called by a signal handler."""
    for feed in tuple(_live):
        feed.dismiss()
