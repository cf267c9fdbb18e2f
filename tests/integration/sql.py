"""Asking and telling a database in plain SQL, past all code under test."""

from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from toggle_core.store.database import Database


def ask(database: Database, query: LiteralString, **values: Any) -> list[dict[str, Any]]:
    """The rows of a query."""
    with psycopg.connect(database.conninfo, autocommit=True, row_factory=dict_row) as connection:
        return connection.execute(query, values).fetchall()


def tell(database: Database, statement: LiteralString, **values: Any) -> int:
    """Run a statement. Returns how many rows it touched."""
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        return connection.execute(statement, values).rowcount
