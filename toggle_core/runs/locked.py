"""A run that a command has locked until the end of its transaction."""

from dataclasses import dataclass, fields
from typing import cast
from uuid import UUID

import psycopg
from sqlalchemy import Connection, select

from toggle_core.errors import RunNotFound
from toggle_core.store.tables import RunRow
from toggle_core.words import Stage, Status


@dataclass(frozen=True, slots=True)
class LockedRun:
    """What commands check before they change a run."""

    id: UUID
    status: Status
    stage: Stage
    worker: str | None
    task: str
    production: bool
    review: bool
    priority: int
    turn: str | None


def lock(connection: Connection, run_id: UUID) -> LockedRun:
    """Lock a run: nobody else changes it before the end of the transaction.

    Raises:
        RunNotFound: there is none with this id.
    """
    columns = (RunRow.__table__.c[field.name] for field in fields(LockedRun))
    run = connection.execute(
        select(*columns).where(RunRow.id == run_id).with_for_update()
    ).one_or_none()
    if run is None:
        raise RunNotFound
    values = run._asdict()
    return LockedRun(**values | {"status": Status(run.status), "stage": Stage(run.stage)})


def driver(connection: Connection) -> psycopg.Connection:
    """The same connection, in the same transaction, as the queue wants it."""
    return cast(psycopg.Connection, connection.connection.driver_connection)
