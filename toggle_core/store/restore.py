"""Restore: a backup becomes the contents of an empty database, embedded or not, as a whole or not.

The tables are made as they were when the backup was made, filled in one transaction, and migrated
to the newest revision then. What is in the file stays data: it names no table and no column that
the tables do not have, and its rows obey every constraint.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from toggle_core.errors import BackupNewer, BackupUnreadable, DatabaseInUse, NotEmpty
from toggle_core.queue.schema import delete_workers
from toggle_core.store.backup import copy_of, one, session
from toggle_core.store.backup_file import Backup, Manifest, TableInFile, open_backup
from toggle_core.store.contents import PASSING, Contents, contents_of
from toggle_core.store.database import Database, address_of
from toggle_core.store.migrate import is_known, migrate, migration_lock

CHECKING: Final = "checking the file"

OTHERS: Final = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend'
       AND NOT pid = ANY(%s)
"""

LEAVING_SECONDS: Final = 3.0
"""So long one who was connected may still be seen after leaving."""

PAUSE_SECONDS: Final = 0.1

CHECKPOINTER_NOW: Final = "SELECT max(v) FROM checkpoint_migrations"


def restore(
    database: Database, path: Path, told: Callable[[str], None] = lambda _: None
) -> Manifest:
    """Fill an empty database from a backup. The runs that were in progress go on with any worker.

    Args:
        database: where; without our tables, or with those of the backup's revision and no runs.
        path: of the file.
        told: is called with the name of each table as it begins.

    Returns:
        What was restored.

    Raises:
        BackupUnreadable: the file is damaged or no backup. The database is still empty.
        BackupNewer: a newer version of this app has made it.
        NotEmpty: there is something in the database.
        DatabaseInUse: somebody is connected to it.
        DatabaseForbids: the user may not make tables.
        DatabaseAway: the database went away in the middle; it is still empty.
    """
    with open_backup(path) as backup:
        if not is_known(backup.manifest.revision):
            raise BackupNewer(path=path)
        told(CHECKING)
        backup.check()
        _check_empty(database, backup.manifest.revision)
        migrate(database, backup.manifest.revision)
        database.engine.dispose()
        with migration_lock(database.direct) as lock:
            _fill(database, backup, lock.info.backend_pid, told)
        migrate(database)
        return backup.manifest


def _check_empty(database: Database, revision: str) -> None:
    """Make sure that nothing gets lost or mixed, before anything is changed."""
    address = address_of(database.direct)
    database.engine.dispose()
    with session(database) as connection:
        _check_alone(connection, address)
        if one(connection, "SELECT to_regclass('alembic_version')")[0] is None:
            return
        _check_rows(connection, address)
        found = one(connection, "SELECT max(version_num) FROM alembic_version")[0]
        if found not in {None, revision}:
            reason = f"it has tables of revision {found}, the backup those of {revision}"
            raise NotEmpty(address=address, reason=reason)


def _check_alone(connection: psycopg.Connection, address: str, *ours: int) -> None:
    """Make sure that nobody else is connected. One who has just left is waited for."""
    mine = [connection.info.backend_pid, *ours]
    deadline = time.monotonic() + LEAVING_SECONDS
    while others := connection.execute(OTHERS, (mine,)).fetchall():
        connection.rollback()  # what is read of others stays the same within a transaction
        if time.monotonic() > deadline:
            raise DatabaseInUse(address=address, connections=len(others))
        time.sleep(PAUSE_SECONDS)
    connection.rollback()


def _check_rows(connection: psycopg.Connection, address: str) -> None:
    for name in contents_of(connection).tables:
        if name in PASSING:
            continue
        found = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name))
        if one(connection, found)[0]:
            raise NotEmpty(address=address, reason=f"there are rows in its table {name}")


def _fill(database: Database, backup: Backup, lock: int, told: Callable[[str], None]) -> None:
    """Load everything in one transaction. Nobody starts meanwhile: who does waits for the lock."""
    address = address_of(database.direct)
    with session(database) as connection:
        _check_alone(connection, address, lock)
        with _misfits(backup.path), connection.transaction():
            contents = contents_of(connection)
            names = sql.SQL(", ").join(map(sql.Identifier, contents.tables))
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
            _check_rows(connection, address)
            _check_fits(connection, backup, contents)
            connection.execute(sql.SQL("TRUNCATE {}").format(names))
            with _without_triggers(connection, contents):
                _load(connection, backup, contents, told)
            _set_positions(connection, backup.manifest, contents)
            connection.execute(sql.SQL("ANALYZE {}").format(names))


def _check_fits(connection: psycopg.Connection, backup: Backup, contents: Contents) -> None:
    """Make sure that the file names the tables there are, and no columns that there are not."""
    manifest = backup.manifest
    if manifest.checkpointer > one(connection, CHECKPOINTER_NOW)[0]:
        raise BackupNewer(path=backup.path)
    named = sorted(table.name for table in manifest.tables)
    if named != sorted(contents.tables) or set(manifest.positions) != set(contents.sequences):
        raise BackupUnreadable(path=backup.path, reason="it holds other tables than it should")
    for table in manifest.tables:
        if not set(table.columns) <= set(contents.tables[table.name]):
            raise BackupNewer(path=backup.path)


@contextmanager
def _without_triggers(connection: psycopg.Connection, contents: Contents) -> Iterator[None]:
    """Let nothing happen because of rows that are loaded. References are still checked."""
    for name in contents.tables:
        connection.execute(
            sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name))
        )
    yield
    for name in contents.tables:
        connection.execute(
            sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name))
        )


def _load(
    connection: psycopg.Connection,
    backup: Backup,
    contents: Contents,
    told: Callable[[str], None],
) -> None:
    tables = {table.name: table for table in backup.manifest.tables}
    for name in contents.tables:
        told(name)
        _load_table(connection, backup, tables[name])
    # They worked elsewhere: what they held is to be taken over at once.
    connection.execute("DELETE FROM workers")
    delete_workers(connection)


def _load_table(connection: psycopg.Connection, backup: Backup, table: TableInFile) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(copy_of(table, "FROM STDIN")) as copy:
            for piece in backup.pieces(table):
                copy.write(piece)
        if cursor.rowcount != table.rows:
            reason = f"its table {table.name} has other rows than it says"
            raise BackupUnreadable(path=backup.path, reason=reason)


def _set_positions(connection: psycopg.Connection, manifest: Manifest, contents: Contents) -> None:
    for place, (last, given) in manifest.positions.items():
        connection.execute("SELECT setval(%s, %s, %s)", (contents.sequences[place], last, given))


@contextmanager
def _misfits(path: Path) -> Iterator[None]:
    """Turn what the database has against rows into a sentence."""
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        reason = f"its rows are refused ({error.diag.message_primary})"
        raise BackupUnreadable(path=path, reason=reason) from error
