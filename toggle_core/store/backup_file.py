"""The file of a backup: a zip with one member for each table, and at its end what is in them.

The rows are in the text format of Postgres's COPY, which every version of Postgres reads. A zip
that is cut short is none: its directory is its end. The manifest says how many rows and bytes each
table has, and their SHA-256.
"""

import hashlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final, Self

from toggle_core.errors import BackupExists, BackupNewer, BackupNotWritten, BackupUnreadable

FORMAT: Final = 1
"""Raised when older versions of this app could not read what is written."""

KIND: Final = "production-toggle-backup"
MANIFEST: Final = "manifest.json"
MANIFEST_LIMIT: Final = 1_000_000
"""Bytes: some hundred tables take a tenth of it."""

PG_DUMP_SIGNATURE: Final = b"PGDMP"
"""The first bytes of a file by ``pg_dump -Fc``."""

PIECE: Final = 256 * 1024
"""Bytes that are read at once."""

LEVEL: Final = 3
"""Of zlib, whose default takes twice the time for files a tenth smaller."""


@dataclass(frozen=True, slots=True)
class TableInFile:
    """A table in a backup.

    Attributes:
        name: of the table.
        columns: in the order of the rows.
        rows: how many.
        bytes: of their text.
        sha256: of their text.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str

    @property
    def member(self) -> str:
        """Name of the member of the zip."""
        return f"tables/{self.name}.copy"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: ISO 8601, by the database's clock.
        revision: of our tables.
        checkpointer: number of the checkpointer's last migration.
        postgres: version of the server it was made from, for people.
        tables: in the order of the file.
        positions: of each sequence: ``table.column`` -> its last value, and whether it was given.
    """

    made_at: str
    revision: str
    checkpointer: int
    postgres: str
    tables: tuple[TableInFile, ...]
    positions: Mapping[str, tuple[int, bool]]

    def rows(self, table: str) -> int:
        """How many rows a table has, 0 where it is not there."""
        return sum(each.rows for each in self.tables if each.name == table)

    def as_json(self) -> str:
        """The text in the file."""
        return json.dumps({"kind": KIND, "format": FORMAT, **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, found: Any) -> Self:
        """Read the text in the file.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        return cls(
            made_at=str(found["made_at"]),
            revision=str(found["revision"]),
            checkpointer=int(found["checkpointer"]),
            postgres=str(found["postgres"]),
            tables=tuple(
                TableInFile(
                    name=str(table["name"]),
                    columns=tuple(map(str, table["columns"])),
                    rows=int(table["rows"]),
                    bytes=int(table["bytes"]),
                    sha256=str(table["sha256"]),
                )
                for table in found["tables"]
            ),
            positions={
                str(name): (int(last), bool(given))
                for name, (last, given) in found["positions"].items()
            },
        )


@contextmanager
def new_file(path: Path) -> Iterator[zipfile.ZipFile]:
    """A file that gets its name once it is complete, for its owner's eyes only.

    What another process kills halfway stays behind as ``.NAME.….partial``.

    Args:
        path: where it shall be.

    Raises:
        BackupExists: something is there already.
        BackupNotWritten: the disk or the folder refuses it.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        if path.exists():
            raise BackupExists(path=path)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise BackupNotWritten(path=path, reason=error.strerror or error) from error
    finally:
        with suppress(OSError):  # What refused the file may refuse this, and was told.
            partial.unlink(missing_ok=True)


class TableWriter:
    """Writes the rows of one table into the file, and counts them.

    Args:
        member: of the zip, open for writing.
    """

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self._hash = hashlib.sha256()
        self._rows = self._bytes = 0

    def write(self, piece: bytes) -> None:
        """Write a piece of what COPY says. Each row ends with a line feed, and no value has one."""
        self._member.write(piece)
        self._hash.update(piece)
        self._rows += piece.count(b"\n")
        self._bytes += len(piece)

    def told(self, name: str, columns: tuple[str, ...]) -> TableInFile:
        """What was written."""
        return TableInFile(name, columns, self._rows, self._bytes, self._hash.hexdigest())


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is open for reading.

    Attributes:
        path: of the file.
        archive: the file.
        manifest: what it holds.
    """

    path: Path
    archive: zipfile.ZipFile
    manifest: Manifest

    def check(self) -> None:
        """Read all of it once, and make sure that it is what the manifest says.

        Raises:
            BackupUnreadable: it is not.
        """
        for table in self.manifest.tables:
            for _ in self.pieces(table):
                pass

    def pieces(self, table: TableInFile) -> Iterator[bytes]:
        """The rows of a table, in pieces.

        Raises:
            BackupUnreadable: they are not what the manifest says. It is known at the end only.
        """
        found, size = hashlib.sha256(), 0
        with _refusals(self.path), self.archive.open(table.member) as member:
            while size <= table.bytes and (piece := member.read(PIECE)):
                found.update(piece)
                size += len(piece)
                yield piece
        if (size, found.hexdigest()) != (table.bytes, table.sha256):
            raise BackupUnreadable(path=self.path, reason=f"its table {table.name} is damaged")


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    """Open a file, and read what it says it holds.

    Raises:
        BackupUnreadable: it is no backup, or not a whole one.
        BackupNewer: a newer version of this app has made it.
    """
    with _refusals(path):
        _check_origin(path)
        archive = zipfile.ZipFile(path)
    with archive:
        with _refusals(path):
            manifest = _manifest(archive, path)
        yield Backup(path, archive, manifest)


def _check_origin(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(PG_DUMP_SIGNATURE)) == PG_DUMP_SIGNATURE:
            reason = "it was made by pg_dump; pg_restore reads it"
            raise BackupUnreadable(path=path, reason=reason)


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    with archive.open(MANIFEST) as member:
        found = json.loads(member.read(MANIFEST_LIMIT))
    if found["kind"] != KIND:
        raise BackupUnreadable(path=path, reason="it is no backup of this app")
    if int(found["format"]) > FORMAT:
        raise BackupNewer(path=path)
    return Manifest.from_json(found)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Turn what can be wrong with a file into sentences."""
    try:
        yield
    except zipfile.BadZipFile as error:
        reason = "it is damaged, or not a whole backup"
        raise BackupUnreadable(path=path, reason=reason) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BackupUnreadable(path=path, reason="it is no backup of this app") from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BackupUnreadable(path=path, reason="it is damaged") from error
    except OSError as error:
        raise BackupUnreadable(path=path, reason=error.strerror or error) from error
