"""A database that refuses every connection for a while."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

Outage = Callable[[], AbstractContextManager[None]]


def await_newcomers(connection: psycopg.Connection, name: str) -> None:
    """Wait for the connections to a database that are just being made.

    One that was let in a moment ago is in no list yet, so that it could not be cut. It holds a lock
    on the database until it is, which goes against that of this statement, which changes nothing.

    Args:
        connection: to another database of the server, in autocommit mode.
        name: of the database, in the default tablespace.
    """
    statement = sql.SQL("ALTER DATABASE {} SET TABLESPACE pg_default")
    connection.execute(statement.format(sql.Identifier(name)))


@contextmanager
def outage_of(database_url: str) -> Iterator[None]:
    """Take a database away for the length of a block; open connections are cut."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    elsewhere = make_conninfo(database_url, dbname="postgres")

    def allow(connection: psycopg.Connection, allowed: bool) -> None:
        statement = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Literal(allowed)))

    with psycopg.connect(elsewhere, autocommit=True) as connection:
        allow(connection, False)
        await_newcomers(connection, name)
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            allow(connection, True)
