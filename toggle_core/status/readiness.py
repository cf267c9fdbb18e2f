"""Whether tasks can be accepted, executed and proved right now."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toggle_core.errors import DatabaseAway
from toggle_core.queue.backlog import read_backlog
from toggle_core.status.system_status import (
    Worker,
    read_workers,
    seconds_since_movement,
)
from toggle_core.store.database import Database
from toggle_core.store.migrate import is_migrated

STUCK_SECONDS: Final = 30.0
"""A run that could begin waits for longer, a place is free, and no run goes on: nobody fetches."""

STUCK: Final = (
    "Runs wait although a worker has a place free: it may have lost its connection to the queue."
    " Restart the workers; nothing is lost by that."
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found.

    Attributes:
        database: Postgres answers.
        migrations: our tables are at the newest revision.
        workers: those that have been heard of in the last minute.
        stuck: whether runs wait although a worker has a place free.
    """

    database: bool
    migrations: bool
    workers: tuple[Worker, ...] = ()
    stuck: bool = False

    @property
    def queue(self) -> bool:
        """Whether somebody takes runs off the queue."""
        return bool(self.workers) and not self.stuck

    @property
    def sandbox(self) -> bool:
        """Whether every worker can prove code."""
        return bool(self.workers) and all(worker.sandbox_ready for worker in self.workers)

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do: for workers that are stuck, and where one has no sandbox."""
        sandboxes = {w.sandbox: None for w in self.workers if w.sandbox_ready is False}
        return (*([STUCK] if self.stuck else []), *sandboxes)

    @property
    def all_well(self) -> bool:
        """Whether tasks can be accepted and executed."""
        return self.database and self.migrations and self.queue


def check_readiness(database: Database) -> Readiness:
    """Ask the database, the migrations, the workers and the queue."""
    try:
        if not is_migrated(database):
            return Readiness(database=True, migrations=False)
        with database.begin() as connection:
            workers = read_workers(connection)
            stuck = _is_stuck(connection, workers)
        return Readiness(database=True, migrations=True, workers=workers, stuck=stuck)
    except (DatabaseAway, DBAPIError):
        return Readiness(database=False, migrations=False)


def _is_stuck(connection: Connection, workers: tuple[Worker, ...]) -> bool:
    """Whether workers say that they are alive and yet take nothing off the queue.

    A heartbeat does not tell: it has a connection of its own. While runs go on somebody fetches,
    and a worker that has just begun has had no time to.
    """
    if not any(worker.seconds_alive > STUCK_SECONDS for worker in workers):
        return False
    queue = read_backlog(connection)
    if (queue.oldest_seconds or 0) <= STUCK_SECONDS:
        return False
    if queue.busy >= sum(worker.threads for worker in workers):
        return False
    return seconds_since_movement(connection) > STUCK_SECONDS
