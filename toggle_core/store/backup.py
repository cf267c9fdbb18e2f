"""Backup: all tables of the app in one file, as of one moment. The app may be running.

It is made by COPY and not by pg_dump: see docs/decisions/backup.md.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, LiteralString, cast
from zipfile import ZipFile

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.abc import Query

from toggle_core.errors import DatabaseAway, DatabaseNewer, NothingToBackUp
from toggle_core.store.backup_file import (
    MANIFEST,
    Manifest,
    TableInFile,
    TableWriter,
    new_file,
)
from toggle_core.store.contents import Contents, contents_of
from toggle_core.store.database import Database, address_of
from toggle_core.store.migrate import is_known, migration_lock

SPELLING: Final = (
    "SET client_encoding = 'UTF8'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    "SET TimeZone = 'UTC'",
    "SET extra_float_digits = 1",
    "SET bytea_output = 'hex'",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)
"""How values are written in a backup and read from it, whatever the server's own settings are."""


def back_up(
    database: Database, path: Path, told: Callable[[str], None] = lambda _: None
) -> Manifest:
    """Write a backup, which is there as a whole or not at all. Nothing is kept waiting for it.

    Args:
        database: where; it need not be migrated to the newest revision.
        path: where the file shall be.
        told: is called with the name of each table as it begins.

    Returns:
        What the file holds.

    Raises:
        BackupExists: there is a file with this name already.
        BackupNotWritten: the disk or the folder refuses it.
        NothingToBackUp: the database has none of our tables.
        DatabaseNewer: a newer version of this app has migrated it: this one would miss tables.
        DatabaseAway: the database went away in the middle.
    """
    with new_file(path) as archive, session(database) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return _write(connection, archive, database, told)


@contextmanager
def session(database: Database) -> Iterator[psycopg.Connection]:
    """A connection of its own that spells values as backups do.

    Raises:
        DatabaseAway: the database cannot be reached or went away in the middle.
    """
    try:
        with psycopg.connect(database.direct) as connection:
            for setting in SPELLING:
                connection.execute(setting)
            connection.commit()
            yield connection
    except psycopg.OperationalError as error:
        raise DatabaseAway from error


def _write(
    connection: psycopg.Connection,
    archive: ZipFile,
    database: Database,
    told: Callable[[str], None],
) -> Manifest:
    with migration_lock(database.direct):
        revision = _revision(connection, address_of(database.direct))
        contents = contents_of(connection)
        _keep_shape(connection, contents)
    tables = []
    for name, columns in contents.tables.items():
        told(name)
        tables.append(_copy(connection, archive, name, columns))
    manifest = Manifest(
        made_at=one(connection, "SELECT to_json(now())")[0],
        revision=revision,
        checkpointer=one(connection, "SELECT max(v) FROM checkpoint_migrations")[0],
        postgres=one(connection, "SHOW server_version")[0],
        tables=tuple(tables),
        positions=_positions(connection, contents),
    )
    archive.writestr(MANIFEST, manifest.as_json())
    return manifest


def _revision(connection: psycopg.Connection, address: str) -> str:
    """The revision of our tables. This query takes the snapshot."""
    if one(connection, "SELECT to_regclass('alembic_version')")[0] is None:
        raise NothingToBackUp(address=address)
    found: str | None = one(connection, "SELECT max(version_num) FROM alembic_version")[0]
    if found is None:
        raise NothingToBackUp(address=address)
    if not is_known(found):
        raise DatabaseNewer(address=address)
    return found


def _keep_shape(connection: psycopg.Connection, contents: Contents) -> None:
    """Let nobody alter the tables before the end. Reading and writing them goes on."""
    names = sql.SQL(", ").join(map(sql.Identifier, contents.tables))
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(names))


def _copy(
    connection: psycopg.Connection, archive: ZipFile, name: str, columns: tuple[str, ...]
) -> TableInFile:
    empty = TableInFile(name, columns, 0, 0, "")
    with (
        archive.open(empty.member, "w", force_zip64=True) as member,
        connection.cursor() as cursor,
        cursor.copy(copy_of(empty, "TO STDOUT")) as copy,
    ):
        writer = TableWriter(member)
        for piece in copy:
            writer.write(bytes(piece))
    return writer.told(name, columns)


def copy_of(table: TableInFile, direction: LiteralString) -> sql.Composed:
    """The statement that copies a table, in text and with the same columns in both directions."""
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    statement = sql.SQL("COPY {} ({}) " + direction)
    return statement.format(sql.Identifier(table.name), columns)


def _positions(
    connection: psycopg.Connection, contents: Contents
) -> Mapping[str, tuple[int, bool]]:
    """Of all sequences. They stand outside of transactions: no earlier than the rows is enough."""
    return {
        place: cast(
            tuple[int, bool],
            one(connection, f"SELECT last_value, is_called FROM {name}".encode()),  # noqa: S608  Postgres has quoted it
        )
        for place, name in contents.sequences.items()
    }


def one(connection: psycopg.Connection, query: Query) -> tuple[Any, ...]:
    """The one row of a query."""
    return cast(tuple[Any, ...], connection.execute(query).fetchone())
