"""What a run begins with that does not begin with its task alone: kept, and read by its worker.

It is kept with the run and not in its job: what the sweep puts into the queue after a crash is a
plain job. And it is a copy, so that an accepted run needs nothing of its parent any more.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from toggle_core.store.database import Database
from toggle_core.store.tables import OriginRow


@dataclass(frozen=True, slots=True)
class Origin:
    """The project that is continued, or the checkpoint that is forked.

    Attributes:
        base: JSON text of the project; None for a fork.
        checkpoint_id: of the parent's checkpoint; None where a project is continued.
        as_node: name of the node that wrote this checkpoint.
        state: its channels.
        plan: takes the place of the checkpoint's plan; None: as it is.
    """

    base: str | None = None
    checkpoint_id: str | None = None
    as_node: str | None = None
    state: Mapping[str, Any] | None = None
    plan: str | None = None


def keep_origin(connection: Connection, run_id: UUID, origin: Origin) -> None:
    """Keep what a new run begins with, in the transaction that makes it."""
    values = {name: value for name, value in asdict(origin).items() if value is not None}
    connection.execute(insert(OriginRow).values(run_id=run_id, **values))


def origin_of(database: Database, run_id: UUID) -> Origin | None:
    """What a run begins with, None where that is its task alone.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    kept = select(
        OriginRow.base,
        OriginRow.checkpoint_id,
        OriginRow.as_node,
        OriginRow.state,
        OriginRow.plan,
    ).where(OriginRow.run_id == run_id)
    with database.begin() as connection:
        row = connection.execute(kept).one_or_none()
    return None if row is None else Origin(**row._asdict())


def base_of(connection: Connection, run_id: UUID) -> str:
    """JSON text of the project that a run began with, empty where it began from scratch."""
    inherited = OriginRow.state["base"].as_string()
    kept = select(func.coalesce(OriginRow.base, inherited, "")).where(OriginRow.run_id == run_id)
    return connection.execute(kept).scalar_one_or_none() or ""
