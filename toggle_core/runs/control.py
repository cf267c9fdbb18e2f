"""Commands on a run that exists: cancel it, retry it, approve or reject its plan.

A run that waits for a review is in the stage ``reviewing``, held by no worker, and has no job: it
waits for days and over restarts, and no sweep touches it. An approval is kept in the same
transaction as the job that goes on with the run. The worker resumes the graph only where there is
one, so that neither a sweep nor a take-over ever approves, and what was approved stays so whatever
dies.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, insert, select

from toggle_core.errors import NotCancellable, NotRetryable, NotReviewing, StepsCleared
from toggle_core.gates.promises.reading import read_promises
from toggle_core.queue.jobs import dequeue, enqueue
from toggle_core.runs.lifecycle import APPROVE, CANCEL, REJECT, REQUEST_CANCEL, RETRY, write
from toggle_core.runs.locked import LockedRun, driver, lock
from toggle_core.runs.model import Receipt
from toggle_core.runs.validation import check_plan, check_reason
from toggle_core.store.database import Database
from toggle_core.store.retention_tables import RunResultRow
from toggle_core.store.tables import ApprovalRow
from toggle_core.words import Stage, Status


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes to a plan.

    Attributes:
        plan: as the person edited it; None: as it was.
        promises: as the person edited them, JSON text; empty: as they were.
    """

    plan: str | None
    promises: str = ""


def cancel(database: Database, run_id: UUID) -> Receipt:
    """Ask for the end of a run.

    One that waits ends at once. One that a worker holds ends at its next node boundary, or as soon
    as its gate is cut; until then it is processing. One that is cancelled already stays so.

    Args:
        database: where.
        run_id: of the run.

    Returns:
        The run's status after this moment: ``cancelled`` only where that is true already.

    Raises:
        RunNotFound: there is none with this id.
        NotCancellable: it is completed or failed.
        DatabaseAway: nothing was asked.
    """
    with database.begin() as connection:
        run = lock(connection, run_id)
        if run.status is Status.CANCELLED:
            return Receipt(run_id, run.status)
        if run.status is not Status.PROCESSING:
            raise NotCancellable
        if run.worker is not None:
            write(connection, REQUEST_CANCEL, run_id)
            return Receipt(run_id, Status.PROCESSING)
        write(connection, CANCEL, run_id)
        dequeue(run_id, driver(connection))
    return Receipt(run_id, Status.CANCELLED)


def retry(database: Database, run_id: UUID) -> Receipt:
    """Go on with a failed or cancelled run from its last checkpoint: what was made is kept.

    It stays the same run, and so the same version of its project.

    Args:
        database: where.
        run_id: of the run.

    Raises:
        RunNotFound: there is none with this id.
        NotRetryable: it is processing or completed.
        StepsCleared: what it made is still there, but no step to go on from.
        DatabaseAway: nothing was asked.
    """
    with database.begin() as connection:
        run = lock(connection, run_id)
        if run.status not in RETRY.sources:
            raise NotRetryable
        if connection.scalar(select(RunResultRow.run_id).where(RunResultRow.run_id == run_id)):
            raise StepsCleared
        write(connection, RETRY, run_id)
        enqueue(run_id, driver(connection), priority=run.priority, turn=run.turn)
    return Receipt(run_id, Status.PROCESSING)


def approve(
    database: Database, run_id: UUID, plan: str | None = None, promises: object | None = None
) -> Receipt:
    """Say yes to the plan of a run that waits for it: its code is written next.

    Sent again it changes nothing: the first word counts, with its plan.

    Args:
        database: where.
        run_id: of the run.
        plan: as the person edited it; None: as it is.
        promises: as the person edited them; None: as they are.

    Returns:
        The run's status at this moment.

    Raises:
        PlanRefused: the edited plan cannot be accepted; the sentence says why.
        PromisesRefused: the edited promises cannot.
        RunNotFound: there is none with this id.
        NotReviewing: it does not wait for a review and was never approved.
        DatabaseAway: nothing was approved.
    """
    edited = None if plan is None else check_plan(plan)
    agreed = None if promises is None else read_promises(promises, reviewed=True).to_json()
    with database.begin() as connection:
        run = lock(connection, run_id)
        if _approval(connection, run_id) is not None:
            return Receipt(run_id, run.status)
        _check_waiting(run)
        connection.execute(insert(ApprovalRow).values(run_id=run_id, plan=edited, promises=agreed))
        detail = {"decision": "approve", "edited": (edited, agreed) != (None, None)}
        write(connection, APPROVE, run_id, detail)
        dequeue(run_id, driver(connection))
        enqueue(run_id, driver(connection), priority=run.priority, turn=run.turn)
    return Receipt(run_id, Status.PROCESSING)


def reject(database: Database, run_id: UUID, reason: str = "") -> Receipt:
    """Say no to the plan of a run that waits for it: the run ends as cancelled.

    Args:
        database: where.
        run_id: of the run.
        reason: why, kept in the run's events.

    Raises:
        ReasonRefused: the reason cannot be accepted.
        RunNotFound: there is none with this id.
        NotReviewing: it does not wait for a review.
        DatabaseAway: nothing was rejected.
    """
    reason = check_reason(reason)
    with database.begin() as connection:
        run = lock(connection, run_id)
        _check_waiting(run)
        write(connection, REJECT, run_id, {"decision": "reject", "reason": reason})
    return Receipt(run_id, Status.CANCELLED)


def approval_of(database: Database, run_id: UUID) -> Approval | None:
    """The yes to the plan of a run, None where nobody gave one.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        return _approval(connection, run_id)


def _approval(connection: Connection, run_id: UUID) -> Approval | None:
    kept = select(ApprovalRow.plan, ApprovalRow.promises).where(ApprovalRow.run_id == run_id)
    row = connection.execute(kept).one_or_none()
    if row is None:
        return None
    promises = "" if row.promises is None else json.dumps(row.promises, ensure_ascii=False)
    return Approval(row.plan, promises)


def _check_waiting(run: LockedRun) -> None:
    if run.stage is not Stage.REVIEWING or run.worker is not None:
        raise NotReviewing
