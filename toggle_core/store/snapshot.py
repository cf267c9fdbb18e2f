"""The database at one moment, for what is read in several statements and shown together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from toggle_core.store.database import SHORT, Database, as_away


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot(Database):
    """A database at one moment, see :func:`at_one_moment`.

    Attributes:
        connection: inside the transaction of all its reads.
    """

    connection: Connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """The connection of all reads; their transaction stays open."""
        with as_away():
            yield self.connection

    one_statement = begin


@contextmanager
def at_one_moment(database: Database) -> Iterator[Snapshot]:
    """Open a database for reads that see nothing of what is committed meanwhile.

    All of them are one read-only transaction of isolation level REPEATABLE READ. Nothing but reads
    belongs into the block: it holds a connection.

    Args:
        database: where.

    Raises:
        DatabaseAway: the server cannot be reached or went away in the middle.
    """
    with as_away(), database.engine.connect() as connection:
        frozen = connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with frozen.begin():
            frozen.exec_driver_sql(SHORT)
            yield Snapshot(database.conninfo, database.direct, database.engine, frozen)
