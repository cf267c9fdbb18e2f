"""Procrastinate's tables as a part of the database: created, backed up and restored with ours."""

from typing import Any, Final

import psycopg
from procrastinate.schema import SchemaManager

TABLES: Final = (
    "procrastinate_workers",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_events",
)


def create_tables(connection: psycopg.Connection[Any]) -> None:
    """Apply Procrastinate's schema where it is missing; on an existing one it would raise.

    Args:
        connection: in autocommit mode, holding the migration lock.

    Raises:
        psycopg.errors.InsufficientPrivilege: the user may not create tables.
    """
    found = connection.execute("SELECT FROM pg_class WHERE oid = to_regclass('procrastinate_jobs')")
    if found.rowcount == 0:
        with connection.transaction():
            connection.execute(SchemaManager.get_schema())


def delete_workers(connection: psycopg.Connection[Any]) -> None:
    """Delete the workers of the database that a backup was made of.

    Their jobs count as left by dead workers then, and are taken over at once.

    Args:
        connection: inside a transaction.
    """
    connection.execute("DELETE FROM procrastinate_workers")
