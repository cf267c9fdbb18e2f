"""Query and change a database in plain SQL, without the code under test."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import Composed
from sqlalchemy import event

from toggle_core.store.database import SHORT, Database

EMPTY_ALL: LiteralString = """
    DO $$ DECLARE name text; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                       AND tablename NOT IN ('alembic_version', 'checkpoint_migrations')
        LOOP EXECUTE format('DELETE FROM %%I', name); END LOOP;
    END $$
"""
"""Quicker than a copy of the template, or TRUNCATE; ``replica`` leaves out all triggers."""


def ask(database: Database, query: LiteralString | Composed, **values: Any) -> list[dict[str, Any]]:
    """The rows of a query."""
    with psycopg.connect(database.conninfo, autocommit=True, row_factory=dict_row) as connection:
        return connection.execute(query, values).fetchall()


def tell(database: Database, statement: LiteralString, **values: Any) -> int:
    """Run a statement. Returns how many rows it touched."""
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        return connection.execute(statement, values).rowcount


def empty(database: Database) -> None:
    """Delete all rows of a migrated database, ours, the checkpointer's and the queue's."""
    tell(database, EMPTY_ALL)


@contextmanager
def statements_sent(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that SQLAlchemy sends inside the block, each with its values.

    What begins and ends transactions is left out.
    """
    sent: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
        if statement != SHORT:
            sent.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def plan_of(
    database: Database, read: Callable[[], object], *, without: LiteralString | None = None
) -> list[dict[str, Any]]:
    """The nodes of Postgres's plan for the one statement of a read, as it was executed.

    Args:
        database: where.
        read: sends one statement.
        without: a setting of the planner to switch off.
    """
    with statements_sent(database) as sent:
        read()
    [(statement, values)] = sent
    with database.begin() as connection:
        if without is not None:
            connection.exec_driver_sql(f"SET LOCAL {without} = off")
        explained = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values
        )
        pending = [explained.scalar_one()[0]["Plan"]]
    nodes = []
    while pending:
        nodes.append(pending.pop())
        pending += nodes[-1].get("Plans", [])
    return nodes


def give_checkpoint(database: Database, run_id: UUID, channels: Mapping[str, str]) -> None:
    """Give a run a newest checkpoint that holds these channels."""
    tell(
        database,
        "INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint)"
        " VALUES (%(thread)s, '1', %(checkpoint)s)",
        thread=str(run_id),
        checkpoint=json.dumps({"channel_values": dict(channels)}),
    )
