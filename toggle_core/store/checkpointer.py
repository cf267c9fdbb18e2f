"""The checkpointer of one worker thread: LangGraph's, fenced by the run's lease.

Once a take-over has raised the run's lease, what the earlier worker still writes is refused, in
the same transaction that would have written it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.base import id as ids
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool
from sqlalchemy import Connection, text

from toggle_core.errors import CheckpointOutOfOrder, LeaseLost
from toggle_core.store.database import SHORT, Database

CheckpointPool = ConnectionPool[psycopg.Connection[DictRow]]

LEASE_HELD: Final = """
    SELECT 1 FROM runs WHERE id = %s AND lease = %s AND status = 'processing' FOR SHARE
"""
"""FOR SHARE makes a take-over wait for the write that is under way, and later writes see it."""


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
        kwargs={"autocommit": True, "row_factory": dict_row, **prepared, **owned},
        min_size=1,
        max_size=connections,
        timeout=10.0,
        max_lifetime=1800.0,
        max_idle=300.0,
        check=ConnectionPool.check_connection,
        open=True,
    )


OWNED: Final = "{name} for {owner}"
"""Name of the connections of a worker's savers; Postgres keeps 63 characters of it."""

END_SESSIONS: Final = text(
    """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE usename = current_user AND substring(application_name FROM ' for (.*)$') = ANY(:owners)
    """
)


def end_sessions(connection: Connection, owners: list[str]) -> None:
    """Cut the connections of workers that are taken for dead.

    A worker that was stopped in the middle of a write holds a lock on its run, and whoever is to
    take it over would wait for as long as it is stopped.

    Args:
        connection: the caller's, inside a transaction.
        owners: short names of the workers.
    """
    connection.execute(END_SESSIONS, {"owners": owners})


LAST_TIME: Final = "_last_v6_timestamp"
"""Where ``langgraph.checkpoint.base.id`` keeps the time of the newest id; it has no public way."""

_clock: Final = threading.Lock()
"""Held by the one who moves LangGraph's clock."""


class FencedSaver(PostgresSaver):
    """A saver that writes for one run at a time, and only while its lease is the newest.

    One for each thread: a saver holds a lock around every call (langgraph #7259).
    """

    def __init__(self, pool: CheckpointPool) -> None:
        # Only LangGraph's own safe types are read back, whatever the environment says.
        super().__init__(pool, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
        self._pool = pool
        self._fence: tuple[UUID, int] | None = None
        self._newest = ""

    def fence(self, run_id: UUID, lease: int) -> None:
        """From now on write for this run, under this lease."""
        self._fence = (run_id, lease)
        self._newest = ""

    def follow(self, checkpoint_id: str) -> None:
        """Continue after this checkpoint: the ids of new ones will sort after it.

        The newest checkpoint of a thread is the one with the greatest id. LangGraph makes ids of
        the time of day and lets them grow within a process only: after another machine, whose clock
        was ahead, its own would be the older ones, and nodes would run again (DESIGN.md, "Clock
        skew breaks resume"). So the process is told that the time of this checkpoint has passed.

        Args:
            checkpoint_id: of the newest checkpoint of the run's thread.
        """
        self._newest = checkpoint_id
        passed = ids.UUID(checkpoint_id).time
        with _clock:
            vars(ids)[LAST_TIME] = max(vars(ids)[LAST_TIME] or 0, passed)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write a checkpoint.

        Raises:
            LeaseLost: another worker has the run; nothing was written.
            CheckpointOutOfOrder: it would not be the newest. LangGraph's clock has no lock, so that
                in a rare moment another thread may have turned it back.
        """
        if checkpoint["id"] < self._newest:
            raise CheckpointOutOfOrder
        return super().put(config, checkpoint, metadata, new_versions)

    @contextmanager
    def _cursor(self, *, pipeline: bool = False) -> Iterator[Cursor[DictRow]]:
        """A cursor; the saver asks for a pipeline where it writes.

        Raises:
            LeaseLost: another worker has the run; nothing was written.
        """
        if not pipeline:
            with super()._cursor() as cursor:
                yield cursor
            return
        with (
            self.lock,
            self._pool.connection() as connection,
            connection.pipeline(),
            connection.transaction(),
            connection.cursor(binary=True, row_factory=dict_row) as cursor,
        ):
            cursor.execute(SHORT)
            if self._fence is None or cursor.execute(LEASE_HELD, self._fence).fetchone() is None:
                raise LeaseLost
            yield cursor
