"""The checkpointer of one worker thread: LangGraph's, fenced by the run's lease.

Once a take-over has raised the run's lease, what the earlier worker still writes is refused, in
the same transaction that would have written it.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString, Protocol
from uuid import UUID

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_serializable_checkpoint_metadata,
)
from langgraph.checkpoint.base import id as ids
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool
from sqlalchemy import Connection, text

from toggle_core.errors import CheckpointOutOfOrder, LeaseLost
from toggle_core.store.database import RECONNECT_SECONDS, SHORT, Database, is_fresh


class CheckpointConnection(psycopg.Connection[DictRow]):
    """A connection of the pool.

    Attributes:
        used_at: when it was given back, on the monotonic clock.
    """

    used_at = 0.0


CheckpointPool = ConnectionPool[psycopg.Connection[DictRow]]

PUT: Final = """, written AS (
        INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id,
                                 checkpoint, metadata)
        SELECT %(thread_id)s, %(checkpoint_ns)s, %(checkpoint_id)s, %(parent_checkpoint_id)s,
               %(checkpoint)s, %(metadata)s
          FROM held
        ON CONFLICT (thread_id, checkpoint_ns, checkpoint_id)
        DO UPDATE SET checkpoint = EXCLUDED.checkpoint, metadata = EXCLUDED.metadata
    )
    SELECT cancel_asked FROM held
"""
"""Ends the statement of a :class:`Holding`: writes a checkpoint as LangGraph's own saver does."""

HELD: Final = """
    WITH held AS (
        SELECT cancel_requested_at IS NOT NULL AS cancel_asked FROM runs
         WHERE id = %(run_id)s AND lease = %(lease)s AND status = 'processing' FOR SHARE
    )
"""
"""FOR SHARE makes a take-over wait for the write that is under way, and later writes see it."""

LOOK: Final = "SELECT cancel_asked FROM held"

HELD_AND_PUT: Final = HELD + PUT
LEASE_HELD: Final = HELD + LOOK
"""Holds a run until the end of a transaction."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The statement that writes a checkpoint, if the run may be written: nobody else has taken it.

    Attributes:
        statement: ends with ``PUT``. Its CTE ``held`` holds the run until the end, and has a row
            where it may be written: whether somebody has asked for the run's end.
        values: its parameters, but for those of ``PUT``.
    """

    statement: LiteralString
    values: Mapping[str, object]


class Hold(Protocol):
    """Holds a run for each of its checkpoints. It may write to the run as well."""

    def holding(self, channels: Mapping[str, Any]) -> Holding:
        """How to write a checkpoint with these channels."""

    def written(self, channels: Mapping[str, Any], *, cancel_asked: bool) -> None:
        """Hear that it was written, and whether somebody has asked for the run's end."""


def held_by_lease(run_id: UUID, lease: int) -> Holding:
    """Holds a run, where this lease is its newest, and writes nothing to it."""
    return Holding(HELD_AND_PUT, {"run_id": run_id, "lease": lease})


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


PRIMITIVE: Final = (str, int, float, bool, type(None))
"""Channels that LangGraph's saver keeps in the checkpoint itself, and not beside it."""

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
        self._hold: Hold | None = None
        self._newest = ""
        self._left_out = ""
        self._is_new = False

    def fence(self, run_id: UUID, lease: int, *, is_new: bool = False) -> None:
        """From now on write for this run, under this lease.

        Args:
            run_id: of the run.
            lease: of its worker.
            is_new: whether the thread has no checkpoint yet, which need not be asked then.
        """
        self._fence = (run_id, lease)
        self._hold = None
        self._newest = ""
        self._is_new = is_new

    def hold_by(self, hold: Hold) -> None:
        """Let this hold the run for each checkpoint from now on; it may write to the run as well.

        Args:
            hold: takes the place of a look at the lease.
        """
        self._hold = hold

    def follow(self, checkpoint_id: str) -> None:
        """Continue after this checkpoint: the ids of new ones will sort after it.

        The newest checkpoint of a thread is the one with the greatest id. LangGraph makes ids of
        the time of day and lets them grow within a process only: after another machine, whose clock
        was ahead, its own would be the older ones, and nodes would run again. So the process is
        told that the time of this checkpoint has passed.

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
        new_versions: ChannelVersions,  # noqa: ARG002  # of channels that are kept beside it: none
    ) -> RunnableConfig:
        """Write a checkpoint, and what goes with it, in one statement.

        The first one, of the input, is left out: it holds nothing that the run does not, and the
        next one follows before any node has begun.

        Raises:
            LeaseLost: another worker has the run; nothing was written.
            TypeError: a channel is no flat primitive, see ``graph.state``.
            CheckpointOutOfOrder: it would not be the newest. LangGraph's clock has no lock, so that
                in a rare moment another thread may have turned it back.
        """
        if checkpoint["id"] < self._newest:
            raise CheckpointOutOfOrder
        channels, place = checkpoint["channel_values"], config["configurable"]
        put = {
            "thread_id": place["thread_id"],
            "checkpoint_ns": place["checkpoint_ns"],
            "checkpoint_id": checkpoint["id"],
        }
        if metadata.get("source") == "input":
            self._left_out = checkpoint["id"]
        else:
            parent = place.get("checkpoint_id")
            if deep := [
                name for name, value in channels.items() if not isinstance(value, PRIMITIVE)
            ]:
                raise TypeError(f"channels that are no flat primitives: {deep}")
            self._write(
                channels,
                {
                    **put,
                    "parent_checkpoint_id": None if parent == self._left_out else parent,
                    "checkpoint": Jsonb(checkpoint),
                    "metadata": Jsonb(get_serializable_checkpoint_metadata(config, metadata)),
                },
            )
        return {"configurable": put}

    def _write(self, channels: Mapping[str, Any], put: Mapping[str, object]) -> None:
        if self._fence is None:
            raise LeaseLost
        holding = self._hold.holding(channels) if self._hold else held_by_lease(*self._fence)
        with self.lock, self._pool.connection() as connection:
            row = connection.execute(holding.statement, {**holding.values, **put}).fetchone()
        if row is None:
            raise LeaseLost
        self._is_new = False
        if self._hold is not None:
            self._hold.written(channels, cancel_asked=row["cancel_asked"])

    def put_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Write what a task says of itself: that it waits, or what it goes on with.

        What it returned is not written: in this graph each step has one task, and the checkpoint
        that holds it follows at once. A worker that dies in between repeats the step, which is safe
        (``graph.nodes``), as it does where it dies a moment before.

        Raises:
            LeaseLost: another worker has the run; nothing was written.
        """
        if any(channel in WRITES_IDX_MAP for channel, _ in writes):
            super().put_writes(config, writes, task_id, task_path)

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The newest checkpoint of a thread, or the one that ``config`` names."""
        return None if self._is_new else super().get_tuple(config)

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
            if self._fence is None:
                raise LeaseLost
            held = {"run_id": self._fence[0], "lease": self._fence[1]}
            if cursor.execute(LEASE_HELD, held).fetchone() is None:
                raise LeaseLost
            yield cursor
