"""A database that tests share where they need none of their own, emptied before each of them."""

from collections.abc import Iterator
from typing import LiteralString

import httpx
import psycopg
import pytest

from tests.integration.api_server import serving
from tests.integration.sql import tell
from toggle_core.settings import Settings
from toggle_core.store.database import Database, conninfo_of, open_database

EMPTY_ALL: LiteralString = """
    DO $$ DECLARE name text; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                       AND tablename NOT IN ('alembic_version', 'checkpoint_migrations')
        LOOP EXECUTE format('DELETE FROM %%I', name); END LOOP;
    END $$
"""
"""Quicker than a copy of the template, or TRUNCATE; ``replica`` leaves out all triggers."""


@pytest.fixture(scope="session")
def one_database(postgres: str, migrated_template: str) -> Iterator[Database]:
    """A migrated database for the whole session."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE shared TEMPLATE {migrated_template}".encode())
    opened = open_database(conninfo_of(postgres.replace("/toggle?", "/shared?")))
    yield opened
    opened.close()


@pytest.fixture
def shared_database(one_database: Database) -> Database:
    """An empty migrated database; nothing of the test goes on after its end."""
    tell(one_database, EMPTY_ALL)
    return one_database


@pytest.fixture(scope="module")
def api_address(one_database: Database) -> Iterator[str]:
    """Address of a server whose API works on the shared database. Nothing executes its runs."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
    )
    with serving(settings) as address:
        yield address


@pytest.fixture
def api(api_address: str, shared_database: Database) -> Iterator[httpx.Client]:
    """A plain HTTP client of that API, on an empty database."""
    assert shared_database
    with httpx.Client(base_url=f"{api_address}/api") as client:
        yield client
