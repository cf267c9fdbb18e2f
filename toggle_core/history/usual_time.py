"""How long runs such as one usually take, from the latest that have ended."""

from statistics import median
from typing import Final

from sqlalchemy import select

from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow
from toggle_core.words import Status

LATEST: Final = 40
"""Runs of a builder that are looked at."""

FEWEST: Final = 3
"""Runs from which on one can speak of a habit."""


def usual_seconds(database: Database, builder: str, *, production: bool) -> float | None:
    """The median of how long the latest completed runs of a builder took.

    Args:
        database: where.
        builder: name of the builder.
        production: whether the gates proved the code.

    Returns:
        Seconds from start to end; None where fewer than ``FEWEST`` are known. Runs that waited for
        a person are not counted.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    latest = (
        select(RunRow.duration, RunRow.production, RunRow.status, RunRow.review)
        .where(RunRow.builder == builder)
        .order_by(RunRow.created_at.desc(), RunRow.id.desc())
        .limit(LATEST)
        .subquery()
    )
    alike = select(latest.c.duration).where(
        latest.c.production == production,
        latest.c.status == Status.COMPLETED.value,
        latest.c.duration.is_not(None),
        ~latest.c.review,
    )
    with database.one_statement() as connection:
        seconds = connection.execute(alike).scalars().all()
    return median(seconds) if len(seconds) >= FEWEST else None
