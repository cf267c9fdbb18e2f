"""What a worker writes of a run. Each write holds only while the worker's lease is the newest."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from toggle_core.errors import LeaseLost, RunDangerous
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

STRIKES_LIMIT: Final = 3
"""Workers in a row that a run may outlive without a step of it being done."""

LAID_ASIDE: Final[Mapping[str, Any]] = MappingProxyType(
    {"worker": None, "seconds_left": LEFT, "deadline_at": None, "strikes": 0}
)
"""What a run is when its worker has given it back in an orderly way."""


WORDS: Final = {
    "queued": Stage.QUEUED,
    "planning": Stage.PLANNING,
    "done": Stage.DONE,
    "completed": Status.COMPLETED,
    "told": EventKind.STAGE,
    "continued": EventKind.CONTINUED,
    "strikes_limit": STRIKES_LIMIT,
}

TAKE: Final = """
    WITH taken AS (
        UPDATE runs SET
               lease = lease + 1,
               stage = CASE WHEN lease = 0 AND stage = %(queued)s
                             AND NOT EXISTS (SELECT FROM origins WHERE run_id = runs.id)
                            THEN %(planning)s ELSE stage END,
               takeovers = takeovers + (worker IS NOT NULL)::int,
               strikes = strikes + (worker IS NOT NULL AND worker <> %(worker)s)::int,
               worker = %(worker)s,
               deadline_seconds = coalesce(deadline_seconds, %(limit)s::float8),
               seconds_left = coalesce(seconds_left, deadline_seconds, %(limit)s::float8),
               deadline_at = now() + make_interval(
                   secs => coalesce(seconds_left, deadline_seconds, %(limit)s::float8)),
               started_at = coalesce(started_at, now())
         WHERE id = %(run_id)s AND status = 'processing'
        RETURNING id, lease, task, production, review, stage, takeovers, strikes,
                  cancel_requested_at IS NOT NULL AS cancel_asked,
                  EXTRACT(epoch FROM now() - created_at)::float8 AS waited,
                  EXISTS (SELECT FROM origins WHERE run_id = runs.id) AS has_origin
    ), told AS (
        INSERT INTO run_events (run_id, kind, stage, detail)
        SELECT id, CASE lease WHEN 1 THEN %(told)s ELSE %(continued)s END, stage,
               CASE lease WHEN 1 THEN '{}'::jsonb ELSE
                    jsonb_build_object('worker', %(worker)s::text, 'takeovers', takeovers) END
          FROM taken
         WHERE stage <> %(queued)s AND NOT cancel_asked AND strikes < %(strikes_limit)s
    )
    SELECT * FROM taken
"""
"""Takes a run, and tells of it.

That planning begins is told here where that is known: of a run that nobody had before and that
begins with its task alone. Where a run is queued again, that was told already: a person approved or
retried it. The run's clock goes on with what is left of its time, null where it has any.

This and the next are what is written most, so they are no work for SQLAlchemy each time: to put
them together took it five times as long as to send them.
"""

COMPLETE: Final = """
    WITH ended AS (
        UPDATE runs SET status = %(completed)s, stage = %(done)s, worker = NULL, deadline_at = NULL,
               finished_at = now(), verdict = %(verdict)s, attempt = %(attempt)s,
               tokens_in = %(tokens_in)s, tokens_out = %(tokens_out)s
         WHERE id = %(run_id)s AND lease = %(lease)s AND status = 'processing'
        RETURNING id
    ), told AS (
        INSERT INTO run_events (run_id, kind, stage) SELECT id, %(told)s, %(done)s FROM ended
    )
    SELECT id FROM ended
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker needs to know to execute a run.

    Attributes:
        waited_seconds: until the first worker began with it; None where it was begun before.
        has_origin: whether it begins with more than its task.
    """

    lease: Lease
    task: str
    production: bool
    review: bool
    waited_seconds: float | None = None
    has_origin: bool = False

    @property
    def is_first(self) -> bool:
        """Whether nobody had the run before: then its thread has no checkpoint yet."""
        return self.lease.number == 1

    @property
    def is_told(self) -> bool:
        """Whether the claim has told already which stage begins."""
        return self.is_first and not self.has_origin


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
    with database.one_statement() as connection:
        run = _taken(connection, run_id, worker, deadline_seconds)
    if run is None:
        return None
    lease = Lease(run_id, run.lease)
    if run.cancel_asked:
        cancel(database, lease)
        return None
    if run.strikes >= STRIKES_LIMIT:
        given_up = RunDangerous(times=run.strikes)
        fail(database, lease, str(given_up), detail={"kind": type(given_up).__name__})
        return None
    waited = float(run.waited) if run.lease == 1 else None
    return Claim(lease, run.task, run.production, run.review, waited, run.has_origin)


def _taken(
    connection: Connection, run_id: UUID, worker: str, deadline_seconds: float | None
) -> Row[Any] | None:
    values = {"run_id": run_id, "worker": worker, "limit": deadline_seconds, **WORDS}
    return connection.exec_driver_sql(TAKE, values).one_or_none()


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
    with database.one_statement() as connection:
        if connection.exec_driver_sql(COMPLETE, {**values, **WORDS}).one_or_none() is None:
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
