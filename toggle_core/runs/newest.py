"""The newest checkpoint of each run, which holds its plan and its code."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Text, cast, desc, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import LateralFromClause

from toggle_core.store.tables import CheckpointRow

START_LENGTH: Final = 200
"""Characters of plan and code that a list reads."""


def newest_checkpoint(run_id: ColumnElement[Any]) -> LateralFromClause:
    """What to join to runs: reads one checkpoint for each of them, by the primary key.

    Args:
        run_id: column of the runs' ids.
    """
    return (
        select((CheckpointRow.checkpoint["channel_values"]).cast(JSONB).label("channels"))
        .where(CheckpointRow.thread_id == cast(run_id, Text), CheckpointRow.checkpoint_ns == "")
        .order_by(desc(CheckpointRow.checkpoint_id))
        .limit(1)
        .lateral("newest")
    )


def channel(newest: LateralFromClause, name: str) -> ColumnElement[str]:
    """A channel of the newest checkpoint as text, NULL before there is one."""
    column: ColumnElement[Any] = newest.c.channels
    return column.op("->>", return_type=Text())(name)


def start_of(newest: LateralFromClause, name: str) -> ColumnElement[str]:
    """The first characters of a channel."""
    return func.left(channel(newest, name), START_LENGTH).label(name)
