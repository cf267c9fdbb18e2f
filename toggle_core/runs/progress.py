"""What a worker writes of a run. Each write holds only while the worker's lease is the newest."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Connection,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from toggle_core.errors import LeaseLost
from toggle_core.runs.deadlines import LEFT
from toggle_core.runs.door import NOT_TEXT
from toggle_core.store.database import Database
from toggle_core.store.tables import RunEventRow, RunRow
from toggle_core.words import ERROR_LIMIT, EventKind, Stage, Status, Verdict


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write a run. A later take-over raises the number and ends it.

    Attributes:
        run_id: of the run.
        number: compared with the run's at every write.
    """

    run_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run has used so far.

    Attributes:
        attempt: number of the coder's newest attempt.
        tokens_in: tokens that models read.
        tokens_out: tokens that models wrote.
    """

    attempt: int
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a model.

    Attributes:
        read: tokens in.
        written: tokens out.
    """

    read: int = 0
    written: int = 0


NOTHING_USED: Final = Tokens()

LAID_ASIDE: Final[Mapping[str, Any]] = MappingProxyType(
    {"worker": None, "seconds_left": LEFT, "deadline_at": None, "strikes": 0}
)
"""What a run is when its worker has given it back in an orderly way."""


ENDED: Final[Mapping[str, str]] = MappingProxyType(
    {"stage": Stage.DONE, "status": Status.COMPLETED, "kind": EventKind.STAGE}
)

COMPLETION: Final = """
    WITH held AS (
        UPDATE runs SET status = %(status)s, stage = %(stage)s, worker = NULL, deadline_at = NULL,
               finished_at = now(), verdict = %(verdict)s, attempt = %(attempt)s,
               tokens_in = %(tokens_in)s, tokens_out = %(tokens_out)s
         WHERE id = %(run_id)s AND lease = %(lease)s AND status = 'processing'
        RETURNING id, cancel_requested_at IS NOT NULL AS cancel_asked
    ), told AS (
        INSERT INTO run_events (run_id, kind, stage) SELECT id, %(kind)s, %(stage)s FROM held
    )
"""
"""Begins a statement: completes a run, and tells of it."""

WHICH: Final = "SELECT id FROM held"

COMPLETE: Final = COMPLETION + WHICH


def advance(
    database: Database, lease: Lease, stage: Stage, counts: Counts, *, step_done: bool = True
) -> bool:
    """Say where the run is now, and what it has used so far.

    Args:
        database: where.
        lease: of this worker.
        stage: the one that begins.
        counts: what the run has used.
        step_done: whether this worker has done a step of the run, not only begun with it.

    Returns:
        Whether somebody has asked for the end of the run.

    Raises:
        LeaseLost: another worker has the run.
    """
    strikes = {"strikes": 0} if step_done else {}
    values = {"stage": stage, "seconds_left": LEFT, **asdict(counts), **strikes}
    with database.one_statement() as connection:
        return _write_and_tell(connection, lease, values)


def wait_for_review(database: Database, lease: Lease, counts: Counts) -> None:
    """Lay the run aside until a person has judged its plan. Nobody holds it then.

    Raises:
        LeaseLost: another worker has the run.
    """
    with database.begin() as connection:
        if _write(connection, lease, stage=Stage.REVIEWING, **LAID_ASIDE, **asdict(counts)):
            _cancel(connection, lease)
        else:
            record(connection, lease, EventKind.STAGE, Stage.REVIEWING)


def complete(database: Database, lease: Lease, verdict: Verdict, counts: Counts) -> None:
    """End the run as completed.

    Args:
        database: where.
        lease: of this worker.
        verdict: what the gates say; ``draft`` where they were not asked.
        counts: what the run has used.

    Raises:
        LeaseLost: another worker has the run, or it ended already.
    """
    values = {"run_id": lease.run_id, "lease": lease.number, "verdict": verdict, **asdict(counts)}
    if database.row_of(COMPLETE, {**values, **ENDED}) is None:
        raise LeaseLost


def fail(
    database: Database,
    lease: Lease,
    error: str,
    *,
    detail: dict[str, Any],
    used: Tokens = NOTHING_USED,
) -> None:
    """End the run as failed.

    Args:
        database: where.
        lease: of this worker.
        error: the sentence a person reads; what cannot be stored is left out of it, and it is cut
            at ``ERROR_LIMIT`` characters.
        detail: facts for the run's events, such as the reference id in the log.
        used: tokens that the failed step had used, to be added to the run's.

    Raises:
        LeaseLost: another worker has the run, or it ended already.
    """
    ended = _ended(
        Status.FAILED,
        error=NOT_TEXT.sub("", error)[:ERROR_LIMIT],
        tokens_in=RunRow.tokens_in + used.read,
        tokens_out=RunRow.tokens_out + used.written,
    )
    with database.one_statement() as connection:
        _write_and_tell(connection, lease, ended, EventKind.ERROR, detail)


def cancel(database: Database, lease: Lease) -> None:
    """End the run as cancelled.

    Raises:
        LeaseLost: another worker has the run, or it ended already.
    """
    with database.begin() as connection:
        _cancel(connection, lease)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are with a run that a worker executes.

    Attributes:
        lease: the newest number.
        processing: whether the run has not ended.
        cancel_asked: whether somebody has asked for its end.
    """

    lease: int
    processing: bool
    cancel_asked: bool


def standings(database: Database, run_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """How things are with runs; one that was deleted is missing.

    Args:
        database: where.
        run_ids: of the runs.
    """
    asked = select(
        RunRow.id,
        RunRow.lease,
        RunRow.status == Status.PROCESSING,
        RunRow.cancel_requested_at.is_not(None),
    ).where(RunRow.id.in_(tuple(run_ids)))
    with database.begin() as connection:
        found = connection.execute(asked).all()
    return {
        run_id: Standing(lease, processing, cancel_asked)
        for run_id, lease, processing, cancel_asked in found
    }


def release(database: Database, lease: Lease) -> None:
    """Give the run back, to be continued by whoever takes its job next.

    Raises:
        LeaseLost: another worker has the run already.
    """
    with database.begin() as connection:
        _write(connection, lease, **LAID_ASIDE)


def _cancel(connection: Connection, lease: Lease) -> None:
    _write_and_tell(connection, lease, _ended(Status.CANCELLED))


def _ended(status: Status, **values: Any) -> dict[str, Any]:
    """New values of a run that ends."""
    ended = {"status": status, "stage": Stage.DONE, "worker": None, "deadline_at": None}
    return {**ended, "finished_at": func.now(), **values}


def _write_and_tell(
    connection: Connection,
    lease: Lease,
    values: dict[str, Any],
    kind: EventKind = EventKind.STAGE,
    detail: dict[str, Any] | None = None,
) -> bool:
    """Write to the run as :func:`_write` does and tell of its stage, by one statement.

    Returns:
        Whether somebody has asked for the end of the run.
    """
    written = _update_of(lease, values).cte("written")
    event = RunEventRow.__table__.c
    told = insert(RunEventRow).from_select(
        ["run_id", "kind", "stage", "detail"],
        select(
            written.c.id,
            literal(kind, event.kind.type),
            literal(values["stage"], event.stage.type),
            literal(detail or {}, event.detail.type),
        ),
    )
    row = connection.execute(select(written).add_cte(told.cte("told"))).one_or_none()
    if row is None:
        raise LeaseLost
    return row.cancel_requested_at is not None


def _update_of(lease: Lease, values: dict[str, Any]) -> ReturningUpdate[UUID, datetime | None]:
    return (
        update(RunRow)
        .where(
            RunRow.id == lease.run_id,
            RunRow.lease == lease.number,
            RunRow.status == Status.PROCESSING,
        )
        .values(**values)
        .returning(RunRow.id, RunRow.cancel_requested_at)
    )


def _write(connection: Connection, lease: Lease, **values: Any) -> bool:
    """Write to the run, if this lease is still its newest and the run has not ended.

    Returns:
        Whether somebody has asked for the end of the run.
    """
    written = connection.execute(_update_of(lease, values)).one_or_none()
    if written is None:
        raise LeaseLost
    return written.cancel_requested_at is not None


def hold(connection: Connection, lease: Lease) -> None:
    """Make sure that this lease is the newest until the end of the transaction.

    Raises:
        LeaseLost: another worker has the run, or it ended already.
    """
    held = connection.execute(
        select(RunRow.id)
        .where(
            RunRow.id == lease.run_id,
            RunRow.lease == lease.number,
            RunRow.status == Status.PROCESSING,
        )
        .with_for_update(key_share=True)
    )
    if held.first() is None:
        raise LeaseLost


def record(
    connection: Connection,
    lease: Lease,
    kind: EventKind,
    stage: Stage,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append to what happened to the run, in the caller's transaction."""
    connection.execute(
        insert(RunEventRow).values(run_id=lease.run_id, kind=kind, stage=stage, detail=detail or {})
    )
