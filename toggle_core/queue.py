"""The queue: Procrastinate, on the same Postgres. Knows jobs by name, nothing of runs or graphs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection, Connection, OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from toggle_core.errors import DatabaseAway
from toggle_core.store.database import RECONNECT_SECONDS, is_fresh

QUEUE: Final = "runs"
EXECUTE: Final = "execute_run"
"""Name of the job that executes one run."""

WEBHOOKS: Final = "webhooks"
DELIVER: Final = "deliver_webhook"
"""Name of the job that makes one delivery; a trigger writes the first (migration 0008)."""

_enqueuer = App(connector=SyncPsycopgConnector())
"""Writes jobs on connections handed to it. Never opened: it has no connection of its own."""


CONTINUED_FIRST: Final = 100
"""Added to the priority of a run that was begun: it does not wait behind those that were not."""


@contextmanager
def _telling() -> Iterator[None]:
    """Tell Procrastinate's own error for a server that went away, or is full, as ours.

    Raises:
        DatabaseAway: the server cannot write at the moment.
    """
    try:
        yield
    except ConnectorException as error:
        if isinstance(error.__cause__, OperationalError):
            raise DatabaseAway from error
        raise


def enqueue(
    run_id: UUID,
    connection: Connection,
    *,
    priority: int = 0,
    turn: str | None = None,
    alone: bool = False,
) -> None:
    """Queue the execution of a run, in the transaction that is open on ``connection``.

    Args:
        run_id: the run to execute.
        connection: the caller's; the job exists when the caller commits.
        priority: jobs with a higher number leave the queue first.
        turn: of all jobs with the same one, one is executed at a time.
        alone: whether the run is suspected to kill its worker, so that no other such run should
            be executed beside it.

    Raises:
        DatabaseAway: the server cannot write at the moment.
    """
    job = _enqueuer.configure_task(
        EXECUTE,
        allow_unknown=True,
        queue=QUEUE,
        queueing_lock=str(run_id),
        lock=turn,
        priority=priority,
        connection=connection,
    )
    with _telling():
        job.defer(run_id=str(run_id), alone=alone)


def dequeue(of: UUID, connection: Connection) -> None:
    """Take the waiting job of a run or a delivery off the queue, if there is one.

    Args:
        of: id of the run, or of the delivery.
        connection: the caller's, inside a transaction.
    """
    connection.execute(
        "DELETE FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'",
        (str(of),),
    )


def requeue(
    run_id: UUID,
    job_id: int | None,
    connection: Connection,
    *,
    priority: int = 0,
    turn: str | None = None,
    alone: bool = False,
) -> None:
    """Queue a run again, in place of the job that a dead worker left.

    A new job, because Procrastinate notifies its workers of new jobs only.

    Args:
        run_id: the run to execute.
        job_id: of the job that was left, None where there is none.
        connection: the caller's, inside a transaction.
        priority: of the run.
        turn: as for :func:`enqueue`.
        alone: as for :func:`enqueue`.
    """
    connection.execute(
        "DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'doing'", (job_id,)
    )
    enqueue(run_id, connection, priority=priority + CONTINUED_FIRST, turn=turn, alone=alone)


def enqueue_delivery(delivery_id: UUID, connection: Connection, *, seconds: float = 0) -> None:
    """Queue an attempt of a delivery, in the transaction that is open on ``connection``.

    It takes the place of one that is queued already.

    Args:
        delivery_id: of the delivery.
        connection: the caller's; the job exists when the caller commits.
        seconds: until it is to be made.

    Raises:
        DatabaseAway: the server cannot write at the moment.
    """
    dequeue(delivery_id, connection)
    job = _enqueuer.configure_task(
        DELIVER,
        allow_unknown=True,
        queue=WEBHOOKS,
        queueing_lock=str(delivery_id),
        schedule_in={"milliseconds": round(seconds * 1_000)} if seconds else None,
        connection=connection,
    )
    with _telling():
        job.defer(delivery_id=str(delivery_id))


def requeue_delivery(delivery_id: UUID, job_id: int | None, connection: Connection) -> None:
    """Queue a delivery again, in place of the job that a dead worker left.

    Args:
        delivery_id: of the delivery.
        job_id: of the job that was left, None where there is none.
        connection: the caller's, inside a transaction.
    """
    connection.execute(
        "DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'doing'", (job_id,)
    )
    enqueue_delivery(delivery_id, connection)


def worker_app(conninfo: str, connections: int) -> App:
    """An app for a worker: async, with a pool of its own.

    Args:
        conninfo: libpq connection string.
        connections: most connections the pool keeps.
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
    """A pool as Procrastinate asks for it, whose connections are not asked more than they need be.

    All it says is said in one statement, which needs no BEGIN and COMMIT around it.
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
