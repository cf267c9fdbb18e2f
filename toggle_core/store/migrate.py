"""Bring the database to the newest schema: our tables, the checkpointer's and the queue's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final, cast

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from sqlalchemy.exc import DBAPIError

from toggle_core.errors import DatabaseForbids, DatabaseNewer
from toggle_core.queue.schema import create_tables
from toggle_core.store.database import Database, address_of

MIGRATION_LOCK: Final = 0x746F_6767_6C65
"""Key of the advisory lock that one migrating process holds ("toggle" in ASCII)."""

LOCK_PAUSE_SECONDS: Final = 0.05

CHECKPOINTER: Final = "langgraph-checkpoint-postgres"
"""Package of the checkpointer."""


def alembic_config() -> Config:
    """Alembic's settings, without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Migrate, once, however many processes ask at the same time.

    Args:
        database: where.
        revision: Alembic's name of our revision to stop at; tests stop early.

    Raises:
        DatabaseForbids: the user may not make tables.
        DatabaseNewer: a newer version of this app has migrated it.
    """
    with _refusals(address_of(database.direct)), migration_lock(database.direct) as connection:
        _migrate_runs(database, revision)
        _migrate_checkpoints(connection)
        create_tables(connection)


def is_known(revision: str) -> bool:
    """Whether this version of the app knows a revision: else a newer one has made it."""
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return any(script.revision == revision for script in scripts)


def is_migrated(database: Database) -> bool:
    """Whether our tables are at the newest revision."""
    with database.begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(alembic_config()).get_current_head()


@contextmanager
def _refusals(address: str) -> Iterator[None]:
    """Turn what a database can have against being migrated into sentences."""
    try:
        yield
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise DatabaseNewer(address=address) from error
        raise
    except (DBAPIError, psycopg.errors.InsufficientPrivilege) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg.errors.InsufficientPrivilege):
            raise DatabaseForbids(address=address, reason=cause.diag.message_primary) from error
        raise


@contextmanager
def migration_lock(conninfo: str) -> Iterator[psycopg.Connection[DictRow]]:
    """A connection that holds the migration lock.

    The lock is tried, not waited for: a statement that waits holds a snapshot, and the
    checkpointer's CREATE INDEX CONCURRENTLY waits for all of those.
    """
    with psycopg.connect(conninfo, autocommit=True, row_factory=dict_row) as connection:
        while not _try_lock(connection):
            time.sleep(LOCK_PAUSE_SECONDS)
        yield connection


def _try_lock(connection: psycopg.Connection[DictRow]) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s) AS held", (MIGRATION_LOCK,))
    return bool(cast(DictRow, row.fetchone())["held"])


def _migrate_runs(database: Database, revision: str) -> None:
    config = alembic_config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def _migrate_checkpoints(connection: psycopg.Connection[DictRow]) -> None:
    """Let the checkpointer set up its tables, once for each version of it.

    The version that did is noted on its own table. LangGraph takes a second to load, and a start
    with nothing to do has no need of it.
    """
    installed = version(CHECKPOINTER)
    noted = connection.execute(
        "SELECT obj_description(to_regclass('checkpoint_migrations'), 'pg_class') AS version"
    ).fetchone()
    if cast(DictRow, noted)["version"] == installed:
        return
    from langgraph.checkpoint.postgres import PostgresSaver

    PostgresSaver(connection).setup()
    connection.execute(
        sql.SQL("COMMENT ON TABLE checkpoint_migrations IS {}").format(sql.Literal(installed))
    )
