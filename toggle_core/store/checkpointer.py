"""The checkpointer of one worker thread: LangGraph's, fenced by the run's lease.

Once a take-over has raised the run's lease, what the earlier worker still writes is refused, in
the same transaction that would have written it.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

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
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from toggle_core.errors import CheckpointOutOfOrder, LeaseLost
from toggle_core.store.checkpoint_pool import CheckpointPool
from toggle_core.store.database import SHORT
from toggle_core.store.lease_guard import (
    CHECK_LEASE,
    Lease,
    PutGuard,
    parameters_of,
    put_by_lease,
)

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
        self._lease: Lease | None = None
        self._guard: PutGuard | None = None
        self._newest = ""
        self._left_out = ""
        self._is_new = False

    def fence(self, lease: Lease, *, is_new: bool = False) -> None:
        """From now on write for the run of this lease, while it is the newest.

        Args:
            lease: of the worker.
            is_new: whether the thread has no checkpoint yet, so that none is looked for.
        """
        self._lease = lease
        self._guard = None
        self._newest = ""
        self._left_out = ""
        self._is_new = is_new

    def guard_by(self, guard: PutGuard) -> None:
        """Write each checkpoint from now on by the statement of this guard.

        Args:
            guard: checks the lease, and may write to the run as well.
        """
        self._guard = guard

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
        if self._lease is None:
            raise LeaseLost
        guarded = self._guard.put(channels) if self._guard else put_by_lease(self._lease)
        with self.lock, self._pool.connection() as connection:
            row = connection.execute(guarded.statement, {**guarded.values, **put}).fetchone()
        if row is None:
            raise LeaseLost
        self._is_new = False
        if self._guard is not None:
            self._guard.written(channels, cancel_asked=row["cancel_asked"])

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
        (``graph.nodes``), as it does where it dies a moment before. Nor is what a retry begins with
        (``worker.graph_input``): it is counted anew from the run.

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
            if self._lease is None:
                raise LeaseLost
            if cursor.execute(CHECK_LEASE, parameters_of(self._lease)).fetchone() is None:
                raise LeaseLost
            yield cursor
