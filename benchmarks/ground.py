"""The ground that contestants share: one Postgres, as delivered, and a database for each."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from toggle_core.store import embedded
from toggle_core.store.database import conninfo_of, open_database
from toggle_core.store.migrate import migrate

ROOM: Final = {"max_connections": "300"}
"""All contestants are connected at the same time. Every other setting is as delivered."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where everything is measured.

    Attributes:
        url: of the server.
        folder: for files; gone at the end.
    """

    url: str
    folder: Path

    def database(self, name: str) -> str:
        """URL of a new database without tables."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self.url.replace("/toggle?", f"/{name}?")

    def migrated(self, name: str) -> str:
        """URL of a new database with our tables."""
        url = self.database(name)
        database = open_database(conninfo_of(url))
        migrate(database)
        database.close()
        return url

    def ask(self, statement: str, *parameters: object) -> Any:
        """The one value that a statement gives, on a connection to no contestant's database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(statement.encode(), parameters).fetchone()
        assert row is not None
        return row[0]


@contextmanager
def ground() -> Iterator[Ground]:
    """A server of its own for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="toggle-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with embedded.start(folder / "data", extra=ROOM) as server:
            yield Ground(server.url, folder)
