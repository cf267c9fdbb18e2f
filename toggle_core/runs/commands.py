"""What people and programs ask for: submit a task."""

from typing import cast
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as upsert
from uuid_utils.compat import uuid7

from toggle_core.errors import IdempotencyConflict
from toggle_core.queue import enqueue
from toggle_core.runs.door import check_idempotency_key, check_task
from toggle_core.runs.intake import UNLIMITED, Intake, take_turn
from toggle_core.runs.locked import driver, tell_stage
from toggle_core.runs.model import Receipt
from toggle_core.runs.origins import Origin, keep_origin
from toggle_core.runs.room import check_room
from toggle_core.runs.webhooks import keep_webhook
from toggle_core.store.database import Database
from toggle_core.store.tables import OriginRow, RunRow
from toggle_core.store.webhook_tables import RunWebhookRow
from toggle_core.words import Stage, Status


def submit(
    database: Database,
    task: str,
    *,
    builder: str,
    production: bool = False,
    review: bool = False,
    idempotency_key: str | None = None,
    submitted_by: str | None = None,
    parent_id: UUID | None = None,
    origin: Origin | None = None,
    priority: int = 0,
    deadline_seconds: float | None = None,
    intake: Intake = UNLIMITED,
    webhook_url: str | None = None,
) -> Receipt:
    """Accept a task: one transaction writes the run and its job, so it survives any crash.

    Args:
        database: where.
        task: what should be built, as it was typed.
        builder: name of the builder that will make it.
        production: whether the gates must prove the code.
        review: whether a person wants to see the plan before any code is written.
        idempotency_key: the same key with the same task returns the same run.
        submitted_by: who asks, where that is known.
        parent_id: the run this one comes from, if any.
        origin: what it begins with, if not with its task alone.
        priority: from -10 to 10; more urgent runs, those with a higher number, begin first.
        deadline_seconds: how long it may be worked on; None: as long as its worker's setting says.
        intake: how many runs are accepted.
        webhook_url: told of its end, see :func:`toggle_core.runs.webhooks.check_webhook`.

    Returns:
        The receipt, of the earlier run where the key was used before.

    Raises:
        TaskRefused: the text or the key cannot be accepted; the sentence says why.
        IdempotencyConflict: the key was used for another task.
        QueueFull: too many runs are waiting already.
        DatabaseAway: nothing was accepted.
    """
    task = check_task(task)
    key = check_idempotency_key(idempotency_key)
    run_id = uuid7()
    new_run = upsert(RunRow).values(
        id=run_id,
        task=task,
        production=production,
        review=review,
        builder=builder,
        idempotency_key=key,
        submitted_by=submitted_by,
        parent_id=parent_id,
        priority=priority,
        deadline_seconds=deadline_seconds,
    )
    with database.begin() as connection:
        turn = take_turn(connection, intake, submitted_by)
        new_run = new_run.values(turn=turn)
        inserted = connection.execute(
            new_run.on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(RunRow.id)
        )
        if inserted.one_or_none() is None:
            forked = origin.checkpoint_id if origin else None
            asked = (task, production, review, parent_id, forked, webhook_url)
            return _earlier(connection, cast(str, key), asked)
        check_room(connection, intake.max_queue)
        if origin is not None:
            keep_origin(connection, run_id, origin)
        if webhook_url is not None:
            keep_webhook(connection, run_id, webhook_url)
        tell_stage(connection, run_id, Stage.QUEUED)
        enqueue(run_id, driver(connection), priority=priority, turn=turn)
    return Receipt(run_id, Status.PROCESSING)


def _earlier(connection: Connection, key: str, asked: tuple[object, ...]) -> Receipt:
    """The receipt of the run that this key made before, where the same was asked for."""
    asked_before = (
        RunRow.task,
        RunRow.production,
        RunRow.review,
        RunRow.parent_id,
        OriginRow.checkpoint_id,
        RunWebhookRow.url,
    )
    run = connection.execute(
        select(RunRow.id, RunRow.status, *asked_before)
        .outerjoin(OriginRow, OriginRow.run_id == RunRow.id)
        .outerjoin(RunWebhookRow, RunWebhookRow.run_id == RunRow.id)
        .where(RunRow.idempotency_key == key)
    ).one()
    if tuple(run[2:]) != asked:
        raise IdempotencyConflict
    return Receipt(run.id, Status(run.status))
