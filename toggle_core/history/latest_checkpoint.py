"""The newest checkpoint of each run, or what is kept of it: holds its plan and its code."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Text, cast, desc, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import LateralFromClause

from toggle_core.runs.columns import Declared
from toggle_core.store.retention_tables import RunResultRow
from toggle_core.store.tables import CheckpointRow, RunRow

START_LENGTH: Final = 200
"""Characters of plan and code that a list reads."""


def newest_checkpoint(run_id: ColumnElement[Any]) -> LateralFromClause:
    """What to join to runs: reads one checkpoint for each of them, by the primary key.

    Where a run's checkpoints have been cleared away, it is what was kept of the last. No run has
    both, and Postgres looks for the second only where it has not found the first.

    Args:
        run_id: column of the runs' ids.
    """
    runs = RunRow.__table__
    checkpoint = (
        select((CheckpointRow.checkpoint["channel_values"]).cast(JSONB).label("channels"))
        .where(CheckpointRow.thread_id == cast(run_id, Text), CheckpointRow.checkpoint_ns == "")
        .order_by(desc(CheckpointRow.checkpoint_id))
        .limit(1)
        .correlate(runs)
    )
    result = select(RunResultRow.channels).where(RunResultRow.run_id == run_id).correlate(runs)
    either = union_all(checkpoint, result).subquery("either")
    return select(either.c.channels).limit(1).lateral("newest")


def channel(newest: LateralFromClause, name: str) -> ColumnElement[str]:
    """A channel of the newest checkpoint as text, NULL before there is one."""
    column: ColumnElement[Any] = newest.c.channels
    return column.op("->>", return_type=Text())(name)


def start_of(newest: LateralFromClause, name: str) -> ColumnElement[str]:
    """The first characters of a channel."""
    return func.left(channel(newest, name), START_LENGTH).label(name)


def value_of(declared: Declared, newest: LateralFromClause) -> ColumnElement[Any]:
    """The value of a declared column, as SQL over ``runs``.

    Args:
        declared: the column.
        newest: joined to ``runs``; read only for a column of the checkpoint.
    """
    if declared.column.checkpoint:
        return channel(newest, declared.name)
    if declared.column.sql:
        return literal_column(f"({declared.column.sql})")
    return RunRow.__table__.c[declared.name]
