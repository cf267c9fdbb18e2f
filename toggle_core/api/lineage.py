"""Routes where a person judges a plan, or lets a task come of another."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path

from toggle_core.api.authentication import OWN_TASK, CalledBy
from toggle_core.api.dependencies import Opened
from toggle_core.api.lineage_schemas import (
    ContinueIn,
    ForkIn,
    PlanDecision,
    TimelineOut,
    timeline_out,
)
from toggle_core.api.openapi_responses import may_answer
from toggle_core.api.schemas import TaskAccepted
from toggle_core.builders.protocol import can_continue
from toggle_core.errors import ContinuationRefused
from toggle_core.history import reads
from toggle_core.history.checkpoints import timeline
from toggle_core.runs import control
from toggle_core.runs.model import Receipt
from toggle_core.versions import lineage

router = APIRouter()

TaskId = Annotated[UUID, Path()]

IdempotencyKey = Annotated[
    str | None,
    Header(description="The same key with the same body returns the same new task."),
]


@router.post(
    "/tasks/{task_id}/plan",
    status_code=202,
    dependencies=[OWN_TASK],
    summary="Approve or reject a plan",
    responses=may_answer(404, 409, 413, 422, 503),
)
def judge_plan(task_id: TaskId, word: PlanDecision, opened: Opened) -> TaskAccepted:
    """Judge the plan of a task whose stage is `reviewing`.

    Approved, its code is written next; rejected, it is cancelled. An approval that is sent again
    changes nothing: the first one counts.
    """
    if word.decision == "reject":
        return _accepted(control.reject(opened.database, task_id, word.reason))
    return _accepted(control.approve(opened.database, task_id, word.plan, word.promises))


@router.post(
    "/tasks/{task_id}/continue",
    status_code=202,
    summary="Continue a task",
    responses=may_answer(404, 409, 413, 422, 503),
)
def continue_task(
    task_id: TaskId,
    wish: ContinueIn,
    opened: Opened,
    caller: CalledBy,
    idempotency_key: IdempotencyKey = None,
) -> TaskAccepted:
    """Change what a task has made: a new task that starts from its files."""
    if not can_continue(opened.builder):
        raise ContinuationRefused(builder=opened.builder.name)
    receipt = lineage.continue_run(
        opened.database,
        task_id,
        wish.description,
        builder=opened.builder.name,
        intake=opened.intake,
        production=wish.production,
        review=wish.review,
        idempotency_key=idempotency_key,
        submitted_by=caller.name,
    )
    return _accepted(receipt)


@router.get(
    "/tasks/{task_id}/timeline",
    summary="Read the steps of a task",
    responses=may_answer(404, 422, 503),
)
def get_timeline(task_id: TaskId, opened: Opened) -> TimelineOut:
    """Every checkpoint, oldest first: which node wrote it, when, and what it changed."""
    reads.get_run(opened.database, task_id)
    return timeline_out(timeline(opened.database, task_id))


@router.post(
    "/tasks/{task_id}/fork",
    status_code=202,
    summary="Start again from a step",
    responses=may_answer(404, 409, 413, 422, 503),
)
def fork_task(
    task_id: TaskId,
    where: ForkIn,
    opened: Opened,
    caller: CalledBy,
    idempotency_key: IdempotencyKey = None,
) -> TaskAccepted:
    """Start a new task from a step of this one, with its plan or with an edited one."""
    receipt = lineage.fork(
        opened.database,
        task_id,
        where.checkpoint_id,
        builder=opened.builder.name,
        intake=opened.intake,
        plan=where.plan,
        idempotency_key=idempotency_key,
        submitted_by=caller.name,
    )
    return _accepted(receipt)


def _accepted(receipt: Receipt) -> TaskAccepted:
    return TaskAccepted(task_id=receipt.task_id, status=receipt.status)
