"""Filter choices: the builders and submitters that occur in the history."""

from typing import Final

from sqlalchemy import func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow

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
