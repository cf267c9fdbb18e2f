"""What a worker writes of a run. Each write holds only while the worker's lease is the newest."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, case, func, insert, select, update

from toggle_core.errors import LeaseLost, RunDangerous
from toggle_core.runs.deadlines import LEFT, clock_started
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

STRIKES_LIMIT: Final = 3
"""Workers in a row that a run may outlive without a step of it being done."""

LAID_ASIDE: Final[Mapping[str, Any]] = MappingProxyType(
    {"worker": None, "seconds_left": LEFT, "deadline_at": None, "strikes": 0}
)
"""What a run is when its worker has given it back in an orderly way."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker needs to know to execute a run.

    Attributes:
        waited_seconds: until the first worker began with it; None where it was begun before.
    """

    lease: Lease
    task: str
    production: bool
    review: bool
    waited_seconds: float | None = None


def claim(
    database: Database, run_id: UUID, worker: str, deadline_seconds: float | None = None
) -> Claim | None:
    """Take a run, from the queue or from a worker that died.

    A holder that never released the run died: taking its run counts as a take-over. After
    ``STRIKES_LIMIT`` in a row without a step done, the run is given up (issue 6, section 1).

    Args:
        database: where.
        run_id: of the run.
        worker: identity of this process.
        deadline_seconds: how long a run may be worked on that says nothing itself; None: any time.

    Returns:
        The claim, or None where the run is finished, gone, to be cancelled or given up: then
        nothing is left to do.
    """
    left_behind = RunRow.worker.is_not(None)
    died = left_behind & (RunRow.worker != worker)
    with database.begin() as connection:
        run = connection.execute(
            update(RunRow)
            .where(RunRow.id == run_id, RunRow.status == Status.PROCESSING)
            .values(
                lease=RunRow.lease + 1,
                takeovers=RunRow.takeovers + case((left_behind, 1), else_=0),
                strikes=RunRow.strikes + case((died, 1), else_=0),
                worker=worker,
                **clock_started(deadline_seconds),
                started_at=func.coalesce(RunRow.started_at, func.now()),
            )
            .returning(
                RunRow.lease,
                RunRow.task,
                RunRow.production,
                RunRow.review,
                RunRow.stage,
                RunRow.takeovers,
                RunRow.strikes,
                RunRow.cancel_requested_at,
                func.extract("epoch", func.now() - RunRow.created_at).label("waited"),
            )
        ).one_or_none()
        if run is None:
            return None
        lease = Lease(run_id, run.lease)
        if run.cancel_requested_at is not None:
            _cancel(connection, lease)
            return None
        if run.strikes >= STRIKES_LIMIT:
            given_up = RunDangerous(times=run.strikes)
            _end(connection, lease, Status.FAILED, error=str(given_up))
            detail = {"kind": type(given_up).__name__}
            record(connection, lease, EventKind.ERROR, Stage.DONE, detail)
            return None
        # Where it is queued again, that was told already: a person approved or retried it.
        if run.lease > 1 and run.stage != Stage.QUEUED:
            detail = {"worker": worker, "takeovers": run.takeovers}
            record(connection, lease, EventKind.CONTINUED, run.stage, detail)
    waited = float(run.waited) if run.lease == 1 else None
    return Claim(lease, run.task, run.production, run.review, waited)


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
    with database.begin() as connection:
        strikes = {"strikes": 0} if step_done else {}
        cancel_asked = _write(
            connection, lease, stage=stage, seconds_left=LEFT, **asdict(counts), **strikes
        )
        record(connection, lease, EventKind.STAGE, stage)
    return cancel_asked


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
    with database.begin() as connection:
        _end(connection, lease, Status.COMPLETED, verdict=verdict, **asdict(counts))
        record(connection, lease, EventKind.STAGE, Stage.DONE)


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
    with database.begin() as connection:
        _end(
            connection,
            lease,
            Status.FAILED,
            error=NOT_TEXT.sub("", error)[:ERROR_LIMIT],
            tokens_in=RunRow.tokens_in + used.read,
            tokens_out=RunRow.tokens_out + used.written,
        )
        record(connection, lease, EventKind.ERROR, Stage.DONE, detail)


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
    _end(connection, lease, Status.CANCELLED)
    record(connection, lease, EventKind.STAGE, Stage.DONE)


def _end(connection: Connection, lease: Lease, status: Status, **values: Any) -> None:
    _write(
        connection,
        lease,
        status=status,
        stage=Stage.DONE,
        worker=None,
        deadline_at=None,
        finished_at=func.now(),
        **values,
    )


def _write(connection: Connection, lease: Lease, **values: Any) -> bool:
    """Write to the run, if this lease is still its newest and the run has not ended.

    Returns:
        Whether somebody has asked for the end of the run.
    """
    written = connection.execute(
        update(RunRow)
        .where(
            RunRow.id == lease.run_id,
            RunRow.lease == lease.number,
            RunRow.status == Status.PROCESSING,
        )
        .values(**values)
        .returning(RunRow.cancel_requested_at)
    ).one_or_none()
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
