"""Whether there is room for one more run among those that wait."""

from sqlalchemy import Connection, func, select

from toggle_core.errors import QueueFull
from toggle_core.store.tables import RunRow
from toggle_core.words import Stage, Status


def check_room(connection: Connection, limit: int) -> None:
    """Refuse a run that makes the queue too long, by the end of its transaction.

    Transactions do not see each other: as many runs more can get in as are submitted in the same
    moment. Nothing is locked, so that one submit does not wait for another.

    Args:
        connection: in which the run is queued already.
        limit: runs that may wait; 0: any number.

    Raises:
        QueueFull: there are more.
    """
    if not limit:
        return
    waiting = (
        select(RunRow.id)
        .where(RunRow.status == Status.PROCESSING, RunRow.stage == Stage.QUEUED)
        .limit(limit + 1)
        .subquery()
    )
    if connection.execute(select(func.count()).select_from(waiting)).scalar_one() > limit:
        raise QueueFull(limit=limit)
