"""The versions of a project, as links between their pages."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow

NEWEST: Final = 6
"""Versions that are listed: more have no room beside a name."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a project.

    Attributes:
        number: 1 or more.
        run_id: of the run that made it.
    """

    number: int
    run_id: UUID


def list_versions(database: Database, project_id: UUID) -> tuple[Version, ...]:
    """Read the newest versions of a project, the oldest of them first.

    Args:
        database: where.
        project_id: of the project.

    Returns:
        At most ``NEWEST``; deleted ones are missing.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    newest = (
        select(RunRow.version, RunRow.id)
        .where(RunRow.project_id == project_id)
        .order_by(RunRow.version.desc())
        .limit(NEWEST)
    )
    with database.one_statement() as connection:
        rows = connection.execute(newest).all()
    return tuple(Version(row.version, row.id) for row in reversed(rows))
