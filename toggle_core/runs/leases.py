"""Writes that a worker makes under its lease; each is refused once the lease is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, tuple_

from toggle_core.errors import RunDangerous, TransitionRefused
from toggle_core.runs.evidence import NO_EVIDENCE
from toggle_core.runs.lifecycle import (
    AWAIT_REVIEW,
    BEGIN,
    CLAIM,
    COMPLETE,
    FAIL,
    RESUME,
    STOP,
    hold,
    write,
)
from toggle_core.storable import UNSTORABLE
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.store.tables import RunRow
from toggle_core.words import ERROR_LIMIT, Stage, Status, Verdict

STRIKES_LIMIT: Final = 3
"""Workers in a row that may die over a run before it fails."""

TAKE_VALUES: Final = {
    "queued": Stage.QUEUED,
    "planning": BEGIN.target,
    "begun": BEGIN.event,
    "continued": CLAIM.event,
    "strikes_limit": STRIKES_LIMIT,
}


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
class Claim:
    """What a worker needs to know to execute a run.

    Attributes:
        lease: the worker's.
        task: description of the project, as it was submitted.
        production: whether the gates must prove the code.
        review: whether a person wants to see the plan before any code is written.
        stage: of the run, as it was recorded last.
        waited_seconds: until the first worker began with it; None where it was begun before.
        has_origin: whether it begins with more than its task.
        tokens_in: that the run has used, including steps that failed and left no checkpoint.
        tokens_out: likewise.
        promises: that came with the task; None: none did.
    """

    lease: Lease
    task: str
    production: bool
    review: bool
    stage: Stage
    waited_seconds: float | None = None
    has_origin: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    promises: Mapping[str, Any] | None = None

    @property
    def is_first(self) -> bool:
        """Whether nobody had the run before: then its thread has no checkpoint yet."""
        return self.lease.number == 1

    @property
    def has_begun(self) -> bool:
        """Whether the claim has recorded already which stage begins."""
        return self.is_first and not self.has_origin


def claim_run(
    database: Database, run_id: UUID, worker: str, deadline_seconds: float | None = None
) -> Claim | None:
    """Claim a run, from the queue or from a worker that died.

    A holder that never released the run died: claiming its run counts as a take-over. After
    ``STRIKES_LIMIT`` in a row without a step done, the run fails.

    Args:
        database: where.
        run_id: id of the run.
        worker: identity of this process.
        deadline_seconds: time limit of a run that has none of its own; None: no limit.

    Returns:
        The claim, or None where the run has ended, was deleted, or ends by this.
    """
    values = {"worker": worker, "limit": deadline_seconds, **TAKE_VALUES}
    try:
        run = write(database, CLAIM, run_id, **values)
    except TransitionRefused:
        return None
    lease = Lease(run_id, run.lease)
    if run.cancel_asked:
        write(database, STOP, lease)
        return None
    if run.strikes >= STRIKES_LIMIT:
        error = RunDangerous(times=run.strikes)
        fail(database, lease, str(error), detail={"kind": type(error).__name__})
        return None
    return Claim(
        lease,
        run.task,
        run.production,
        run.review,
        Stage(run.stage),
        float(run.waited) if run.lease == 1 else None,
        run.has_origin,
        run.tokens_in,
        run.tokens_out,
        run.sent_promises,
    )


def resume(database: Database, lease: Lease, stage: Stage, counts: Counts) -> bool:
    """Record the stage at which this worker goes on. No step is done by this.

    Args:
        database: where.
        lease: of this worker.
        stage: of the newest checkpoint.
        counts: what the run has used.

    Returns:
        Whether somebody has asked for the run's end.

    Raises:
        LeaseLost: another worker has the run.
    """
    return bool(write(database, RESUME[stage], lease, **asdict(counts)).cancel_asked)


def await_review(database: Database, lease: Lease, counts: Counts) -> None:
    """Release the run until a person has reviewed its plan; end it where its end was asked for.

    Raises:
        LeaseLost: another worker has the run.
    """
    with database.begin() as connection:
        transition = STOP if hold(connection, lease) else AWAIT_REVIEW
        write(connection, transition, lease, **asdict(counts))


def complete(
    database: Database,
    lease: Lease,
    verdict: Verdict,
    counts: Counts,
    evidence: Mapping[str, int | None] = NO_EVIDENCE,
) -> None:
    """End the run as completed.

    Args:
        database: where.
        lease: of this worker.
        verdict: of the gates; ``draft`` where they did not run.
        counts: what the run has used.
        evidence: what the verdict rests on, see ``runs.evidence``.

    Raises:
        LeaseLost: another worker has the run, or it has ended.
    """
    write(database, COMPLETE, lease, verdict=verdict, **asdict(counts), **evidence)


def fail(
    database: Database,
    lease: Lease,
    error: str,
    *,
    detail: dict[str, Any],
    tokens_in: int = 0,
    tokens_out: int = 0,
) -> None:
    """End the run as failed.

    Args:
        database: where.
        lease: of this worker.
        error: the sentence a person reads; what cannot be stored is left out of it, and it is cut
            at ``ERROR_LIMIT`` characters.
        detail: facts for the run's events, such as the reference id in the log.
        tokens_in: that the failed step has used, to be added to the run's.
        tokens_out: likewise.

    Raises:
        LeaseLost: another worker has the run, or it has ended.
    """
    sentence = UNSTORABLE.sub("", error)[:ERROR_LIMIT]
    failed = {"failed_in": tokens_in, "failed_out": tokens_out}
    write(database, FAIL, lease, detail, error=sentence, **failed)


def held(database: Database, leases: Iterable[Lease]) -> dict[Lease, bool]:
    """Which leases are the newest of a run that is processing.

    Args:
        database: where.
        leases: of this worker.

    Returns:
        For each of those, whether somebody has asked for the run's end.
    """
    query = select(RunRow.id, RunRow.lease, RunRow.cancel_requested_at.is_not(None)).where(
        RunRow.status == Status.PROCESSING,
        tuple_(RunRow.id, RunRow.lease).in_([(lease.run_id, lease.number) for lease in leases]),
    )
    with database.begin() as connection:
        rows = connection.execute(query).all()
    return {Lease(run_id, number): cancel_asked for run_id, number, cancel_asked in rows}
