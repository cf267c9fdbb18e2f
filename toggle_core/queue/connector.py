"""Procrastinate's app for a worker, with a connection pool of its own."""

import time
from typing import Any

from procrastinate import App, PsycopgConnector
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from toggle_core.connections import RECONNECT_SECONDS, is_fresh


def worker_app(conninfo: str, connections: int) -> App:
    """Create an app for a worker: async, with a pool of its own.

    Args:
        conninfo: libpq connection string.
        connections: most connections the pool keeps.

    Returns:
        The app, not open.
    """
    return App(
        connector=PsycopgConnector(
            pool_factory=_pool,
            conninfo=conninfo,
            min_size=1,
            max_size=connections,
            timeout=5.0,
            max_lifetime=1800.0,
            reconnect_timeout=RECONNECT_SECONDS,
        )
    )


class _QueueConnection(AsyncConnection[TupleRow]):
    used_at = 0.0


def _pool(**given: Any) -> AsyncConnectionPool[AsyncConnection[TupleRow]]:
    """A pool as Procrastinate wants it, which pings a connection only after it was idle.

    Each of its transactions is one statement, which needs no BEGIN and COMMIT around it.
    """
    ours = {"connection_class": _QueueConnection, "configure": _configure}
    return AsyncConnectionPool[AsyncConnection[TupleRow]](
        **{**given, **ours, "check": _check, "reset": _note_use}
    )


async def _configure(connection: _QueueConnection) -> None:
    await connection.set_autocommit(True)


async def _note_use(connection: _QueueConnection) -> None:
    connection.used_at = time.monotonic()


async def _check(connection: _QueueConnection) -> None:
    if not is_fresh(connection, connection.used_at):
        await AsyncConnectionPool.check_connection(connection)
