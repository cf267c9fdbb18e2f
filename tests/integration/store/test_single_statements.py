"""Statements that are a transaction of their own: what an error leaves behind, and what it is."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text

from tests.integration.sql import ask, tell
from toggle_core.errors import DatabaseAway
from toggle_core.store.database import Database, open_database


@pytest.fixture
def database(shared_database: Database) -> Iterator[Database]:
    """A pool of its own, in which one connection goes round."""
    opened = open_database(shared_database.conninfo)
    yield opened
    opened.close()


def test_a_row_is_told_by_the_names_of_its_columns(database: Database) -> None:
    row = database.row_of("SELECT %(one)s::int AS one, 2 AS two", {"one": 1})
    assert row is not None
    assert (row.one, row.two) == (1, 2)
    assert database.row_of("SELECT 1 AS one WHERE false", {}) is None


def test_what_is_written_is_there_at_once(database: Database) -> None:
    day = "2026-01-31"
    database.row_of(
        "INSERT INTO insight_changes (day) VALUES (%(day)s) RETURNING day", {"day": day}
    )
    assert ask(database, "SELECT day::text FROM insight_changes") == [{"day": day}]


def write_and_fail(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("INSERT INTO insight_changes (day) VALUES ('2026-01-31')"))
        raise ZeroDivisionError


def test_a_refused_statement_leaves_its_connection_ready_for_transactions(
    database: Database,
) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        database.row_of("SELECT 1 / 0 AS never", {})
    with pytest.raises(ZeroDivisionError):
        write_and_fail(database)
    assert ask(database, "SELECT FROM insight_changes") == []


def test_a_connection_that_was_cut_is_told_as_a_database_that_is_away_and_replaced(
    database: Database,
) -> None:
    cut = database.row_of("SELECT pg_backend_pid() AS pid", {})
    assert cut is not None
    with pytest.raises(DatabaseAway):
        database.row_of("SELECT pg_terminate_backend(pg_backend_pid()) AS gone", {})
    row = database.row_of("SELECT pg_backend_pid() AS pid", {})
    assert row is not None
    assert row.pid != cut.pid


def test_a_server_that_ends_idle_connections_is_asked_by_new_ones(database: Database) -> None:
    row = database.row_of("SELECT pg_backend_pid() AS pid", {})
    assert row is not None
    tell(database, "SELECT pg_terminate_backend(%(pid)s, 20_000)", pid=row.pid)  # waits
    again = database.row_of("SELECT pg_backend_pid() AS pid", {})
    assert again is not None
    assert again.pid != row.pid


def test_nobody_to_be_asked_is_a_database_that_is_away() -> None:
    nowhere = open_database("host=127.0.0.1 port=1 dbname=toggle connect_timeout=1")
    with pytest.raises(DatabaseAway):
        nowhere.row_of("SELECT 1 AS one", {})
    nowhere.close()
