"""One database for a process: where it is, and the pooled connections of commands and reads."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from toggle_core.connections import is_fresh
from toggle_core.errors import (
    DatabaseAway,
    DatabaseNotUnicode,
    DatabaseTooOld,
    DatabaseUnreachable,
    SettingRefused,
)
from toggle_core.store.budget import POOL_OVERFLOW, POOL_SIZE, check_budget
from toggle_core.store.url_parameters import advice_on, unknown_parameters

OLDEST_VERSION: Final = 15
"""Major version of Postgres, of the oldest that is tested."""

POOL_TIMEOUT_SECONDS: Final = 5.0

CONNECTION_DEFAULTS: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}

SHORT: Final = "SET LOCAL idle_in_transaction_session_timeout = '5s'"
"""Begins each transaction of more than one statement.

The locks of a process that was stopped, or whose network is gone, would hold up all others: the one
who sweeps, and whoever takes its runs over. Between two statements ours need no time worth speaking
of; after this long Postgres ends such a session. ``SET LOCAL``, because a pooler's sessions belong
to others as well.
"""


@dataclass(frozen=True, slots=True)
class Database:
    """The database of this process.

    Attributes:
        conninfo: libpq connection string; holds a password, so it is never shown or logged.
        direct: the same for what must last longer than a transaction: LISTEN, and the lock of a
            migration. It differs where ``conninfo`` leads to a pooler such as PgBouncer.
        engine: SQLAlchemy's pool for commands and reads.
    """

    conninfo: str
    direct: str
    engine: Engine

    def __repr__(self) -> str:
        return f"Database({address_of(self.conninfo)})"

    @property
    def is_pooled(self) -> bool:
        """Whether a pooler is between: a session is then no longer than a transaction."""
        return self.conninfo != self.direct

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection inside one transaction, committed at the end of the block.

        Raises:
            DatabaseAway: the server cannot be reached or went away in the middle.
        """
        with as_away(), self.engine.begin() as connection:
            connection.exec_driver_sql(SHORT)
            yield connection

    @contextmanager
    def one_statement(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own.

        For what is said in one: the server is asked once, and not for BEGIN and COMMIT as well.
        ``SHORT`` is not needed: there is nothing between two statements.

        Raises:
            DatabaseAway: the server cannot be reached or went away in the middle.
        """
        with as_away(), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def row_of(self, statement: LiteralString, values: Mapping[str, object]) -> Any | None:
        """The row of a statement that is a transaction of its own, by the names of its columns.

        For the few that every run and every request needs: they stand in the code as texts, are
        planned once for each connection (again once a transaction on it was rolled back: psycopg
        forgets them all then), and SQLAlchemy has no work with them.

        Args:
            statement: gives one row, or none.
            values: its parameters.

        Raises:
            DatabaseAway: the server cannot be reached or went away in the middle.
        """
        with as_away():
            pooled = self.engine.raw_connection()
        connection = cast(psycopg.Connection[Any], pooled.driver_connection)
        try:
            with (
                _autocommitting(connection),
                connection.cursor(row_factory=namedtuple_row) as asking,
            ):
                return asking.execute(statement, values, prepare=not self.is_pooled).fetchone()
        except psycopg.Error as error:
            if not (connection.closed or isinstance(error, psycopg.OperationalError)):
                raise
            pooled.invalidate(error)
            raise DatabaseAway from error
        finally:
            pooled.close()

    def close(self) -> None:
        """Close the pool."""
        self.engine.dispose()


@contextmanager
def _autocommitting(connection: psycopg.Connection[Any]) -> Iterator[None]:
    connection.autocommit = True
    try:
        yield
    finally:
        if not connection.closed:
            connection.autocommit = False


@contextmanager
def as_away() -> Iterator[None]:
    """Raise what an error of the connection means.

    Raises:
        DatabaseAway: the server could not be reached or went away inside the block.
    """
    try:
        yield
    except (PoolTimeout, psycopg.OperationalError) as error:
        raise DatabaseAway from error
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError):
            raise DatabaseAway from error
        raise


def address_of(conninfo: str) -> str:
    """Where a connection string leads, without user and password."""
    parts = conninfo_to_dict(conninfo)
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}"


def conninfo_of(
    url: str,
    password: str | None = None,
    name: str = "production-toggle",
    setting: str = "DATABASE_URL",
) -> str:
    """A connection string with our defaults from a URL, in libpq's or SQLAlchemy's spelling.

    What the URL says itself (TLS, timeouts, options) is passed on as it is.

    Args:
        url: where; may hold the password.
        password: for a URL without one; any characters, none of them escaped.
        name: of the connections, for a URL that has none.
        setting: the variable that holds the URL, for what is said of it.

    Raises:
        SettingRefused: the URL cannot be read; the sentence names a parameter that is unknown.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme.startswith(("postgres", "postgresql")):
        url = f"postgresql://{rest}"
    try:
        defaults = CONNECTION_DEFAULTS | {"application_name": name}
        if password:
            defaults["password"] = password
        return make_conninfo(url, **_missing(defaults, conninfo_to_dict(url)))
    except psycopg.ProgrammingError:
        raise SettingRefused(name=setting, reason=_fault_of(url)) from None


def _fault_of(url: str) -> str:
    """What is wrong with a URL that libpq cannot read, without anything that may be secret."""
    if unknown := unknown_parameters(url):
        names = ", ".join(f'"{name}"' for name in unknown)
        return f"Postgres does not know the parameter {names}: {advice_on(unknown)}"
    return (
        "it is not an address such as postgresql://user:password@host:5432/name (in a password, "
        "the characters @ : / % ? # must be escaped; or set DATABASE_PASSWORD)"
    )


def _missing(defaults: Mapping[str, str], given: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in defaults.items() if name not in given}


def check_server(conninfo: str, connections: int = 1) -> None:
    """Make sure that a Postgres of a supported version answers, with connections to spare.

    Args:
        conninfo: of Postgres itself, not of a pooler.
        connections: what this process may need.

    Raises:
        DatabaseUnreachable: nothing answers, or it refuses us.
        DatabaseTooOld: the server is older than ``OLDEST_VERSION``.
        DatabaseNotUnicode: the database cannot hold every character.
        ConnectionsTooFew: the processes may need more connections than there are.
    """
    address = address_of(conninfo)
    try:
        with psycopg.connect(conninfo) as connection:
            version = connection.info.server_version // 10_000
            if version < OLDEST_VERSION:
                raise DatabaseTooOld(version=version, address=address, oldest=OLDEST_VERSION)
            encoding = connection.info.parameter_status("server_encoding")
            if encoding != "UTF8":
                raise DatabaseNotUnicode(address=address, encoding=encoding)
            check_budget(connection, address, connections)
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(address=address, reason=_reason(error)) from None


def _reason(error: psycopg.OperationalError) -> str:
    """What libpq says last, without the address before it and the question it asks after it."""
    said = [line for line in str(error).strip().splitlines() if not line.endswith("?")]
    return said[-1].rsplit("failed: ", 1)[-1].removeprefix("FATAL:").strip().rstrip(".")


def open_database(conninfo: str, direct: str | None = None) -> Database:
    """Open the pool. Connections are made when they are first needed.

    Args:
        conninfo: libpq connection string, see :func:`conninfo_of`.
        direct: of Postgres itself, where ``conninfo`` leads to a pooler.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        # Not prepared by itself: each search and each status is worth a plan of its own.
        creator=lambda: psycopg.connect(conninfo, prepare_threshold=sys.maxsize),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_recycle=1800,
        hide_parameters=True,
    )
    _check_connections(engine)
    return Database(conninfo, direct or conninfo, engine)


def _check_connections(engine: Engine) -> None:
    """Let a pool check the connections it hands out, where they are not fresh."""

    @event.listens_for(engine, "checkin")
    def note_use(_: object, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, _: object) -> None:
        used_at = record.info.get("used_at")
        if used_at is None or is_fresh(connection, used_at):
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error
