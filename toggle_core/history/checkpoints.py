"""The checkpoints of a run, read by SQL without unpacking them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    cast,
    desc,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from toggle_core.store.database import Database
from toggle_core.store.tables import CheckpointRow

PREVIEW_LENGTH: Final = 200
"""Characters of a channel that a step shows."""

BEGINNING: Final = "__start__"
"""LangGraph's name for the node that puts the input into the channels."""

NO_NODES: Final = ("__input__", "__interrupt__")
"""What LangGraph notes beside nodes in ``versions_seen``."""

BRANCH: Final = "branch:to:"
"""How the channel begins that is set when a node is to follow."""

EMPTY: Final = ('""', "0", "false")
"""Channels that say nothing yet, as JSON."""


@dataclass(frozen=True, slots=True)
class Change:
    """A channel that a step changed.

    Attributes:
        channel: its name in the graph's state.
        preview: the first characters of what it holds now.
        length: characters of all that it holds.
    """

    channel: str
    preview: str
    length: int


@dataclass(frozen=True, slots=True)
class Step:
    """A checkpoint.

    Attributes:
        checkpoint_id: what :func:`~toggle_core.versions.lineage.fork` asks for.
        number: counted by LangGraph; 0 is the task's arrival in the channels. Runs of earlier
            versions have its input before that, -1.
        at: when it was written, by the clock of the worker's machine.
        node: that wrote it; None at those that stand before all nodes.
        follows: node that comes next; None at the end.
        forked: whether it was taken over from another run.
        changes: in the order of their names, against the step before.
    """

    checkpoint_id: str
    number: int
    at: datetime
    node: str | None
    follows: str | None
    forked: bool
    changes: tuple[Change, ...]


def timeline(database: Database, run_id: UUID) -> list[Step]:
    """Every checkpoint of a run, oldest first; none where it has not begun.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        rows = connection.execute(_steps(run_id)).all()
    return [
        Step(
            checkpoint_id=row.checkpoint_id,
            number=row.step,
            at=datetime.fromisoformat(row.ts),
            node=None if row.node == BEGINNING else row.node,
            follows=BEGINNING if row.source == "input" else row.follows,
            forked=row.source == "update",
            changes=tuple(Change(*change) for change in row.changes or ()),
        )
        for row in rows
    ]


def _steps(run_id: UUID) -> Select[*tuple[Any, ...]]:
    channels = CheckpointRow.checkpoint["channel_values"]
    thread = (
        select(
            CheckpointRow.checkpoint_id,
            CheckpointRow.about["step"].as_integer().label("step"),
            CheckpointRow.about["source"].as_string().label("source"),
            CheckpointRow.checkpoint["ts"].as_string().label("ts"),
            CheckpointRow.checkpoint["versions_seen"].label("seen"),
            channels.label("channels"),
            func.lag(channels).over(order_by=CheckpointRow.checkpoint_id).label("before"),
        )
        .where(CheckpointRow.thread_id == str(run_id), CheckpointRow.checkpoint_ns == "")
        .subquery("thread")
    )
    return select(
        thread.c.checkpoint_id,
        thread.c.step,
        thread.c.source,
        thread.c.ts,
        node_of(thread.c.seen).label("node"),
        follower_of(thread.c.channels).label("follows"),
        _changes(thread.c.channels, thread.c.before).label("changes"),
    ).order_by(thread.c.checkpoint_id)


def node_of(seen: ColumnElement[Any]) -> ScalarSelect[str]:
    """The node that wrote a checkpoint: the one that has seen the newest version of a channel.

    So LangGraph itself infers it in ``update_state`` without ``as_node``; its metadata names none.
    One that was written by ``update_state`` into an empty thread has seen no version at all.

    Args:
        seen: ``versions_seen`` of the checkpoint.
    """
    node = func.jsonb_each(seen).table_valued("key", "value").alias("node")
    versions = func.jsonb_each_text(node.c.value).table_valued("key", "value").alias("versions")
    newest = select(func.max(versions.c.value)).scalar_subquery()
    return (
        select(node.c.key)
        .where(node.c.key.not_in(NO_NODES))
        .order_by(desc(newest).nulls_last())
        .limit(1)
        .scalar_subquery()
    )


def follower_of(channels: ColumnElement[Any]) -> ScalarSelect[str]:
    """The node that comes after a checkpoint, NULL after the last and before the first.

    Args:
        channels: ``channel_values`` of the checkpoint.
    """
    channel = func.jsonb_each(channels).table_valued("key", "value").alias("channel")
    return (
        select(func.substr(channel.c.key, len(BRANCH) + 1))
        .where(channel.c.key.startswith(BRANCH))
        .limit(1)
        .scalar_subquery()
    )


def _changes(channels: ColumnElement[Any], before: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Name, beginning and length of each channel that changed. An empty new one is no change."""
    now = func.jsonb_each(channels).table_valued("key", "value").alias("now")
    value: ColumnElement[Any] = cast(now.c.value, JSONB)
    text: ColumnElement[str] = value.op("#>>", return_type=Text())(literal_column("'{}'"))
    earlier: ColumnElement[Any] = cast(before, JSONB).op("->", return_type=JSONB())(now.c.key)
    change = func.jsonb_build_array(
        now.c.key, func.left(text, PREVIEW_LENGTH), func.char_length(text)
    )
    return (
        select(func.jsonb_agg(aggregate_order_by(change, now.c.key)))
        .where(
            now.c.key.not_like("%:%"),
            value.is_distinct_from(earlier),
            earlier.is_not(None) | cast(value, Text).not_in(EMPTY),
        )
        .scalar_subquery()
    )
