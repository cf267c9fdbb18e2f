"""Runs that come of other runs: from the same task, from a run's files, or from a checkpoint.

Each of them is the next version of its parent's project, whichever version the parent is.
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from toggle_core.errors import CheckpointNotFound, NotContinuable, NothingFollows, RunNotFound
from toggle_core.history.checkpoints import BEGINNING, follower_of, node_of, timeline
from toggle_core.history.reads import get_run
from toggle_core.runs.admission import UNLIMITED, Intake
from toggle_core.runs.locked import LockedRun, lock
from toggle_core.runs.model import Receipt, Run
from toggle_core.runs.run_source import Origin, base_of
from toggle_core.runs.submission import submit
from toggle_core.runs.validation import check_plan
from toggle_core.storable import UNSTORABLE
from toggle_core.store.database import Database
from toggle_core.store.tables import CheckpointRow
from toggle_core.words import Status

GATES_NODE: Final = "gates"
"""Of the graph; it checks what the coder has written."""

ASKED_LIMIT: Final = 40_000
"""Characters of earlier requests that a continued run is told; the newest are kept."""


def run_again(
    database: Database,
    run_id: UUID,
    *,
    builder: str,
    idempotency_key: str | None = None,
    submitted_by: str | None = None,
    intake: Intake = UNLIMITED,
) -> Receipt:
    """Submit the same task again, as a new run from the start.

    One that continued another begins with the same project again.

    Args:
        database: where.
        run_id: of the earlier run, which becomes the parent.
        builder: name of the builder that will make it.
        idempotency_key: the same key returns the same new run.
        submitted_by: who asks, where that is known.
        intake: how many runs are accepted.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: nothing was accepted.
    """
    with database.begin() as connection:
        run = lock(connection, run_id)
        base = base_of(connection, run_id)
    return _submit_again(
        database,
        run,
        Origin(base=base) if base else None,
        builder=builder,
        idempotency_key=idempotency_key,
        submitted_by=submitted_by,
        intake=intake,
    )


def continue_run(
    database: Database,
    run_id: UUID,
    request: str,
    *,
    builder: str,
    production: bool | None = None,
    review: bool = False,
    idempotency_key: str | None = None,
    submitted_by: str | None = None,
    intake: Intake = UNLIMITED,
) -> Receipt:
    """Accept a wish to change what a run has made: a new run that starts from its files.

    Args:
        database: where.
        run_id: of the run that has ended, which becomes the parent.
        request: what should change, as it was typed.
        builder: name of the builder that will do it.
        production: whether the gates must prove the code; None: as for the parent.
        review: whether a person wants to see the plan before any code is written.
        idempotency_key: the same key with the same request returns the same run.
        submitted_by: who asks, where that is known.
        intake: how many runs are accepted.

    Raises:
        TaskRefused: the text or the key cannot be accepted; the sentence says why.
        RunNotFound: there is none with this id.
        NotContinuable: it has not ended, or has no files.
        IdempotencyConflict: the key was used for something else.
        DatabaseAway: nothing was accepted.
    """
    parent = get_run(database, run_id)
    if parent.status is Status.PROCESSING or not parent.files:
        raise NotContinuable
    base = {
        "files": dict(parent.files),
        "entry": parent.entry,
        "task": _asked_so_far(database, parent),
        "promises": parent.promises,
    }
    return submit(
        database,
        request,
        builder=builder,
        production=parent.production if production is None else production,
        review=review,
        idempotency_key=idempotency_key,
        submitted_by=submitted_by,
        parent_id=run_id,
        origin=Origin(base=json.dumps(base, ensure_ascii=False)),
        intake=intake,
    )


def fork(
    database: Database,
    run_id: UUID,
    checkpoint_id: str,
    *,
    builder: str,
    plan: str | None = None,
    idempotency_key: str | None = None,
    submitted_by: str | None = None,
    intake: Intake = UNLIMITED,
) -> Receipt:
    """Start again from a checkpoint: a new run with a thread of its own, which begins there.

    With a plan it goes on with the coder, whichever checkpoint it begins at: what came of the
    earlier plan is left out.

    Args:
        database: where.
        run_id: of the run, which becomes the parent; it may have ended or not.
        checkpoint_id: of a step of its timeline.
        builder: name of the builder that will go on.
        plan: as a person edited it; None: as it was.
        idempotency_key: the same key returns the same new run.
        submitted_by: who asks, where that is known.
        intake: how many runs are accepted.

    Raises:
        PlanRefused: the plan cannot be accepted; the sentence says why.
        RunNotFound: there is no run with this id.
        CheckpointNotFound: the run has no such step (any more).
        NothingFollows: it is the last step, and the plan is as it was.
        IdempotencyConflict: the key was used for something else.
        DatabaseAway: nothing was accepted.
    """
    edited = None if plan is None else check_plan(plan)
    with database.begin() as connection:
        run = lock(connection, run_id)
        origin = _fork_of(connection, run_id, checkpoint_id, edited)
    return _submit_again(
        database,
        run,
        origin,
        builder=builder,
        idempotency_key=idempotency_key,
        submitted_by=submitted_by,
        intake=intake,
    )


def checkpoint_of_code(database: Database, run_id: UUID) -> str:
    """Where a fork checks the code of a run again: the checkpoint at which its last attempt stood.

    Args:
        database: where.
        run_id: of the run.

    Returns:
        The id that :func:`fork` takes.

    Raises:
        CheckpointNotFound: its steps are cleared away, or it wrote no code that was checked.
        DatabaseAway: the database cannot be reached.
    """
    written = [step for step in timeline(database, run_id) if step.follows == GATES_NODE]
    if not written:
        raise CheckpointNotFound
    return written[-1].checkpoint_id


def files_before(database: Database, run: Run) -> Mapping[str, str] | None:
    """What the files of a run are to be compared with.

    Args:
        database: where.
        run: that comes of another.

    Returns:
        The files it continues, else those its parent has now; None where it has no parent (any
        more).

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        base = base_of(connection, run.id)
    if base:
        files: dict[str, str] = json.loads(base)["files"]
        return files
    try:
        return get_run(database, run.parent_id).files if run.parent_id else None
    except RunNotFound:
        return None


def _submit_again(
    database: Database, run: LockedRun, origin: Origin | None, **submission: Any
) -> Receipt:
    return submit(
        database,
        run.task,
        production=run.production,
        review=run.review,
        parent_id=run.id,
        origin=origin,
        priority=run.priority,
        **submission,
    )


def _asked_so_far(database: Database, run: Run) -> str:
    with database.begin() as connection:
        base = base_of(connection, run.id)
    earlier = json.loads(base)["task"] if base else ""
    return f"{earlier}\n\n{run.task}".strip()[-ASKED_LIMIT:]


def _fork_of(connection: Connection, run_id: UUID, checkpoint_id: str, plan: str | None) -> Origin:
    channels = CheckpointRow.checkpoint["channel_values"]
    chosen = select(
        channels.label("channels"),
        CheckpointRow.about["source"].as_string().label("source"),
        node_of(CheckpointRow.checkpoint["versions_seen"]).label("node"),
        follower_of(channels).label("follows"),
    ).where(
        CheckpointRow.thread_id == str(run_id),
        CheckpointRow.checkpoint_ns == "",
        CheckpointRow.checkpoint_id == UNSTORABLE.sub("", checkpoint_id),
    )
    checkpoint = connection.execute(chosen).one_or_none()
    if checkpoint is None:
        raise CheckpointNotFound
    if checkpoint.source == "input":
        state = {"base": base_of(connection, run_id)}
        return Origin(None, checkpoint_id, BEGINNING, state, plan)
    if checkpoint.follows is None and plan is None:
        raise NothingFollows
    return Origin(None, checkpoint_id, checkpoint.node, checkpoint.channels, plan)
