"""Whether tasks can be accepted and executed right now."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from toggle_core.errors import DatabaseAway
from toggle_core.store.database import Database
from toggle_core.store.migrate import is_migrated
from toggle_core.store.tables import WorkerRow

HEARD_LATELY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found.

    Attributes:
        database: Postgres answers.
        migrations: our tables are at the newest revision.
        queue: a worker has been heard of in the last minute.
    """

    database: bool
    migrations: bool
    queue: bool

    @property
    def all_well(self) -> bool:
        """Whether nothing is in the way."""
        return self.database and self.migrations and self.queue


def check_readiness(database: Database) -> Readiness:
    """Ask the database, the migrations and the queue."""
    try:
        if not is_migrated(database):
            return Readiness(database=True, migrations=False, queue=False)
        return Readiness(database=True, migrations=True, queue=_has_worker(database))
    except (DatabaseAway, DBAPIError):
        return Readiness(database=False, migrations=False, queue=False)


def _has_worker(database: Database) -> bool:
    lately = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, HEARD_LATELY_SECONDS)
    heard = select(WorkerRow.identity).where(WorkerRow.seen_at > lately).limit(1)
    with database.begin() as connection:
        return connection.execute(heard).first() is not None
