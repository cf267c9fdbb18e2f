"""Whether tasks can be accepted, executed and proved right now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from toggle_core.errors import DatabaseAway
from toggle_core.store.database import Database
from toggle_core.store.migrate import is_migrated
from toggle_core.store.tables import WorkerRow

HEARD_LATELY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that has been heard of lately.

    Attributes:
        threads: runs it executes at the same time.
        started_at: when it began.
        sandbox_ready: whether its gates can run; None until it has tried.
        sandbox: for people: what confines its gates, or how to get a sandbox.
    """

    threads: int
    started_at: datetime
    sandbox_ready: bool | None
    sandbox: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found.

    Attributes:
        database: Postgres answers.
        migrations: our tables are at the newest revision.
        workers: those that have been heard of in the last minute.
    """

    database: bool
    migrations: bool
    workers: tuple[Worker, ...] = ()

    @property
    def queue(self) -> bool:
        """Whether somebody takes runs off the queue."""
        return bool(self.workers)

    @property
    def sandbox(self) -> bool:
        """Whether every worker can prove code."""
        return self.queue and all(worker.sandbox_ready for worker in self.workers)

    @property
    def advice(self) -> tuple[str, ...]:
        """How to get a sandbox where a worker has none."""
        return tuple({w.sandbox: None for w in self.workers if w.sandbox_ready is False})

    @property
    def all_well(self) -> bool:
        """Whether tasks can be accepted and executed."""
        return self.database and self.migrations and self.queue


def check_readiness(database: Database) -> Readiness:
    """Ask the database, the migrations and the workers."""
    try:
        if not is_migrated(database):
            return Readiness(database=True, migrations=False)
        return Readiness(database=True, migrations=True, workers=_workers(database))
    except (DatabaseAway, DBAPIError):
        return Readiness(database=False, migrations=False)


def _workers(database: Database) -> tuple[Worker, ...]:
    lately = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, HEARD_LATELY_SECONDS)
    heard = (
        select(WorkerRow.threads, WorkerRow.started_at, WorkerRow.sandbox_ready, WorkerRow.sandbox)
        .where(WorkerRow.seen_at > lately)
        .order_by(WorkerRow.started_at)
    )
    with database.begin() as connection:
        return tuple(Worker(*row) for row in connection.execute(heard))
