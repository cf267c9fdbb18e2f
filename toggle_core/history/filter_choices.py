"""Filter choices: the builders, submitters and projects that occur in the history."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from toggle_core.store.database import Database
from toggle_core.store.tables import ProjectRow, RunRow

CHOICES_LIMIT: Final = 100
"""A menu with more than these is no menu."""


def known_builders(database: Database) -> list[str]:
    """The builders that have made runs, in the order of their names, at most ``CHOICES_LIMIT``.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    return _different(database, RunRow.builder)


def known_submitters(database: Database) -> list[str]:
    """The people who have asked for runs, in the order of their names, at most ``CHOICES_LIMIT``.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    return _different(database, RunRow.submitted_by)


def named_projects(database: Database, chosen: UUID | None = None) -> dict[UUID, str]:
    """The names of the newest projects, at most ``CHOICES_LIMIT``, by their ids.

    Args:
        database: where.
        chosen: a project that is among them however old it is; without a name where there is none.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    newest = select(ProjectRow.id, ProjectRow.name).order_by(ProjectRow.id.desc())
    with database.begin() as connection:
        found = {row.id: row.name for row in connection.execute(newest.limit(CHOICES_LIMIT))}
        if chosen is not None and chosen not in found:
            name = connection.execute(select(ProjectRow.name).where(ProjectRow.id == chosen))
            found[chosen] = name.scalar_one_or_none() or ""
    return found


def _different(
    database: Database, column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
) -> list[str]:
    """The different values of a column that begins an index, each found by one look into it.

    Postgres has no loose index scan: ``SELECT DISTINCT`` would read all runs
    (https://wiki.postgresql.org/wiki/Loose_indexscan).
    """
    first = select(func.min(column).label("value"), literal(1).label("place"))
    found = first.cte("found", recursive=True)
    following = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(
        select(following, found.c.place + 1).where(
            found.c.value.is_not(None), found.c.place < CHOICES_LIMIT
        )
    )
    with database.begin() as connection:
        values = connection.execute(select(found.c.value).where(found.c.value.is_not(None)))
        return list(values.scalars())
