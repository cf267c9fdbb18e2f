"""What a follower of a run reads: the events after one it knows, and whether the run has ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, true

from toggle_core.errors import RunNotFound
from toggle_core.runs.model import Event
from toggle_core.store.database import Database
from toggle_core.store.tables import RunEventRow, RunRow
from toggle_core.words import EventKind, Stage, Status, Verdict

AT_ONCE: Final = 100
"""Events that are read at once; a growing answer among them has at most 4,000 characters."""

INTERNAL: Final = frozenset({"worker"})
"""Facts of an event that name machines and processes: for people who run them, not for others."""


@dataclass(frozen=True, slots=True)
class Following:
    """What happened to a run after an event.

    Attributes:
        events: oldest first, at most ``AT_ONCE``.
        status: of the run, as true as its events.
        verdict: None until it is completed.
        more: whether there may be later events already.
    """

    events: tuple[Event, ...]
    status: Status
    verdict: Verdict | None
    more: bool

    @property
    def ended(self) -> bool:
        """Whether this is all that will come."""
        return self.status is not Status.PROCESSING and not self.more


def read_following(database: Database, run_id: UUID, after: int) -> Following:
    """Read on, by one statement, so that status and events are of the same moment.

    Events of a run appear in the order of their ids (migration 0008), so that none is missed.

    Args:
        database: where.
        run_id: of the run.
        after: id of the newest event that is known already; 0: none.

    Raises:
        RunNotFound: there is none with this id, or not any more.
        DatabaseAway: the database cannot be reached.
    """
    events = (
        select(RunEventRow.__table__)
        .where(RunEventRow.run_id == run_id, RunEventRow.id > after)
        .order_by(RunEventRow.id)
        .limit(AT_ONCE)
        .subquery()
    )
    statement = (
        select(RunRow.status, RunRow.verdict, events)
        .select_from(RunRow.__table__.outerjoin(events, true()))
        .where(RunRow.id == run_id)
        .order_by(events.c.id)
    )
    with database.begin() as connection:
        rows = connection.execute(statement).all()
    if not rows:
        raise RunNotFound
    found = tuple(
        Event(
            row.id,
            row.at,
            EventKind(row.kind),
            Stage(row.stage),
            {name: value for name, value in row.detail.items() if name not in INTERNAL},
        )
        for row in rows
        if row.id is not None
    )
    verdict = Verdict(rows[0].verdict) if rows[0].verdict else None
    return Following(found, Status(rows[0].status), verdict, more=len(found) == AT_ONCE)


def newest_events(database: Database, run_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The id of the newest event of each run that has one.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    statement = (
        select(RunEventRow.run_id, func.max(RunEventRow.id))
        .where(RunEventRow.run_id.in_(run_ids))
        .group_by(RunEventRow.run_id)
    )
    with database.begin() as connection:
        return {row[0]: row[1] for row in connection.execute(statement)}
