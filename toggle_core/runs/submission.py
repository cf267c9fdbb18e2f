"""Task submission."""

from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, select
from uuid_utils.compat import uuid7

from toggle_core.errors import IdempotencyConflict, QueueFull
from toggle_core.gates.promises.reading import read_promises
from toggle_core.queue.jobs import INSERT_RUN_JOBS
from toggle_core.runs.admission import UNLIMITED, Intake, take_turn
from toggle_core.runs.lifecycle import RECORD, SUBMIT
from toggle_core.runs.model import Receipt
from toggle_core.runs.run_source import Origin, keep_origin
from toggle_core.runs.validation import check_idempotency_key, check_task
from toggle_core.runs.webhooks import keep_webhook
from toggle_core.store.database import Database
from toggle_core.store.tables import OriginRow, RunRow
from toggle_core.store.webhook_tables import RunWebhookRow
from toggle_core.words import Status

INSERT_RUN: Final = f"""
    WITH run AS (
        INSERT INTO runs (id, task, production, review, builder, idempotency_key, submitted_by,
                          parent_id, priority, deadline_seconds, turn, sent_promises)
        SELECT %(id)s::uuid, %(task)s, %(production)s::boolean, %(review)s::boolean, %(builder)s,
               %(idempotency_key)s, %(submitted_by)s, %(parent_id)s::uuid, %(priority)s::smallint,
               %(deadline_seconds)s::double precision, %(turn)s, %(promises)s::jsonb
         WHERE %(max_queue)s::bigint = 0 OR %(max_queue)s::bigint > (
               SELECT count(*) FROM (
                   SELECT FROM runs WHERE status = 'processing' AND stage = %(stage)s
                    LIMIT %(max_queue)s::bigint) AS waiting)
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING id, stage, %(event)s AS event, '{{}}'::jsonb AS detail
    ){RECORD}, job AS ({INSERT_RUN_JOBS})
    SELECT id FROM run
"""  # noqa: S608  a constant of ours
"""The run, its first event and its job, or none of them: where its key was used or the queue is
full. The job is what ``queue.jobs.enqueue`` writes.

Transactions do not see each other: as many runs more than the limit can get in as are submitted in
the same moment. Nothing is locked, so that one submit does not wait for another.
"""

ALWAYS: Final = {
    "stage": SUBMIT.target,
    "event": SUBMIT.event,
    "alone": False,
}


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
    promises: object | None = None,
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
        parent_id: the run this one comes from, if any: this one is the next version of its
            project. A run without a parent is version 1 of a new project.
        origin: what it begins with, if not with its task alone.
        priority: from -10 to 10; more urgent runs, those with a higher number, begin first.
        deadline_seconds: how long it may be worked on; None: as long as its worker's setting says.
        intake: how many runs are accepted.
        webhook_url: told of its end, see :func:`toggle_core.runs.webhooks.check_webhook`.
        promises: what it will be checked for, as ``docs/promises.md`` describes; None: the builder
            decides.

    Returns:
        The receipt, of the earlier run where the key was used before.

    Raises:
        TaskRefused: the text or the key cannot be accepted; the sentence says why.
        PromisesRefused: the promises cannot.
        IdempotencyConflict: the key was used for another task.
        QueueFull: too many runs are waiting already.
        DatabaseAway: nothing was accepted.
    """
    task = check_task(task)
    key = check_idempotency_key(idempotency_key)
    agreed = None if promises is None else read_promises(promises).to_json()
    run_id = uuid7()
    new_run = {
        "id": run_id,
        "task": task,
        "production": production,
        "review": review,
        "builder": builder,
        "idempotency_key": key,
        "submitted_by": submitted_by,
        "parent_id": parent_id,
        "priority": priority,
        "deadline_seconds": deadline_seconds,
        "max_queue": intake.max_queue,
        "promises": None if agreed is None else Jsonb(agreed),
        **ALWAYS,
    }
    if origin is None and webhook_url is None and intake.max_active == 0:
        accepted = database.row_of(INSERT_RUN, {**new_run, "turn": None}) is not None
    else:
        with database.begin() as connection:
            turn = take_turn(connection, intake, submitted_by)
            given = {**new_run, "turn": turn}
            accepted = connection.exec_driver_sql(INSERT_RUN, given).one_or_none() is not None
            if accepted and origin is not None:
                keep_origin(connection, run_id, origin)
            if accepted and webhook_url is not None:
                keep_webhook(connection, run_id, webhook_url)
    if accepted:
        return Receipt(run_id, Status.PROCESSING)
    if key is None:
        raise QueueFull(limit=intake.max_queue)
    forked = origin.checkpoint_id if origin else None
    edited = origin.plan if origin else None
    asked = (task, production, review, priority, parent_id, agreed, forked, edited, webhook_url)
    with database.begin() as connection:
        return _earlier(connection, key, asked, intake.max_queue)


def _earlier(
    connection: Connection, key: str, asked: tuple[object, ...], max_queue: int
) -> Receipt:
    """The receipt of the run that this key made before, where the same was asked for.

    Raises:
        IdempotencyConflict: something else was.
        QueueFull: the key has made none; there was no room.
    """
    asked_before = (
        RunRow.task,
        RunRow.production,
        RunRow.review,
        RunRow.priority,
        RunRow.parent_id,
        RunRow.sent_promises,
        OriginRow.checkpoint_id,
        OriginRow.plan,
        RunWebhookRow.url,
    )
    run = connection.execute(
        select(RunRow.id, RunRow.status, *asked_before)
        .outerjoin(OriginRow, OriginRow.run_id == RunRow.id)
        .outerjoin(RunWebhookRow, RunWebhookRow.run_id == RunRow.id)
        .where(RunRow.idempotency_key == key)
    ).one_or_none()
    if run is None:
        raise QueueFull(limit=max_queue)
    if tuple(run[2:]) != asked:
        raise IdempotencyConflict
    return Receipt(run.id, Status(run.status))
