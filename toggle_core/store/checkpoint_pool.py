"""The connections of a worker's savers: one pool for all its threads, and how others cut them."""

import time
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool
from sqlalchemy import Connection, text

from toggle_core.connections import RECONNECT_SECONDS, is_fresh
from toggle_core.store.database import Database


class CheckpointConnection(psycopg.Connection[DictRow]):
    """A connection of the pool.

    Attributes:
        used_at: when it was given back, on the monotonic clock.
    """

    used_at = 0.0


CheckpointPool = ConnectionPool[psycopg.Connection[DictRow]]

OWNED: Final = "{name} for {owner}"
"""Name of the connections of a worker's savers; Postgres keeps 63 characters of it."""


def open_checkpoint_pool(
    database: Database, connections: int, owner: str | None = None
) -> CheckpointPool:
    """One pool for the savers of all threads of a worker.

    Args:
        database: where.
        connections: most connections it keeps.
        owner: short name of the worker, by which :func:`end_sessions` finds them.
    """
    given = conninfo_to_dict(database.conninfo).get("application_name") or ""
    owned = {"application_name": OWNED.format(name=str(given)[:44], owner=owner)} if owner else {}
    # A statement that is prepared belongs to a session, and a pooler's sessions change.
    prepared = {"prepare_threshold": None} if database.is_pooled else {}
    return ConnectionPool(
        database.conninfo,
        connection_class=CheckpointConnection,
        kwargs={"autocommit": True, "row_factory": dict_row, **prepared, **owned},
        min_size=1,
        max_size=connections,
        timeout=10.0,
        max_lifetime=1800.0,
        max_idle=300.0,
        reconnect_timeout=RECONNECT_SECONDS,
        check=_check,
        reset=_note_use,
        open=True,
    )


END_SESSIONS: Final = text(
    """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE usename = current_user AND substring(application_name FROM ' for (.*)$') = ANY(:owners)
    """
)


def end_sessions(connection: Connection, owners: list[str]) -> None:
    """Cut the connections of workers that are taken for dead.

    A worker that was stopped in the middle of a transaction holds a lock on its run, and whoever is
    to take it over would wait for as long as it is stopped.

    Args:
        connection: the caller's, inside a transaction.
        owners: short names of the workers.
    """
    connection.execute(END_SESSIONS, {"owners": owners})


def _note_use(connection: psycopg.Connection[DictRow]) -> None:
    if isinstance(connection, CheckpointConnection):
        connection.used_at = time.monotonic()


def _check(connection: psycopg.Connection[DictRow]) -> None:
    """Whether a connection still leads to the server."""
    used_at = connection.used_at if isinstance(connection, CheckpointConnection) else 0.0
    if not is_fresh(connection, used_at):
        ConnectionPool.check_connection(connection)
