"""Admission control: how many runs may wait, and how many of one submitter may run at once."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from toggle_core.store.tables import RunRow
from toggle_core.words import Status


@dataclass(frozen=True, slots=True)
class Intake:
    """What a process accepts.

    Attributes:
        max_active: runs of one submitter executed at the same time; 0: any number. Those who did
            not say who they are count as one.
        max_queue: runs that may wait before new ones are refused; 0: any number.
    """

    max_active: int = 0
    max_queue: int = 0


UNLIMITED = Intake()


def take_turn(connection: Connection, intake: Intake, submitted_by: str | None) -> str | None:
    """Choose the turn a new run waits for: the one of its submitter with the shortest line.

    The queue executes one run of a turn at a time, so that a submitter has as many at once as
    turns, whatever they submit, and others go past those who wait.

    Args:
        connection: of the transaction that submits.
        intake: how many turns there are.
        submitted_by: who asks, None where that is not known.

    Returns:
        The name of the turn, None where there is no limit.
    """
    if intake.max_active == 0:
        return None
    turns = [f"{submitted_by or ''}#{number}" for number in range(intake.max_active)]
    waiting = connection.execute(
        select(RunRow.turn, func.count())
        .where(RunRow.status == Status.PROCESSING, RunRow.turn.in_(turns))
        .group_by(RunRow.turn)
    )
    lines = {str(turn): int(runs) for turn, runs in waiting}
    return min(turns, key=lambda turn: lines.get(turn, 0))
