"""The life of a run: its states, the transitions between them, and the one write that makes them.

A run that is processing is in the state of its stage; one that has ended is in the state of its
status. ``TRANSITIONS`` lists every change of state and every change of who holds a run. Each is
made by :func:`write`, or by a checkpoint that carries the same statement
(:mod:`toggle_core.runs.checkpoint_guard`): one guarded ``UPDATE`` with its event. Nothing else
updates ``runs``. ``docs/lifecycle.md`` shows the table and a diagram of it.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from toggle_core.errors import LeaseLost, TransitionRefused
from toggle_core.runs.evidence import NO_EVIDENCE
from toggle_core.runs.reason import GATES_BY_WEIGHT, REASON_CODE
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.words import EventKind, Stage, Status

State = Stage | Status
"""The stage of a run that is processing, or the status of one that has ended."""

PROCESSING: Final = frozenset(Stage) - {Stage.DONE}
"""States of runs that have not ended."""


class Actor(StrEnum):
    """Who may make a transition."""

    USER = "user"
    """A person or a program, through a page or the API. Checks the run under a row lock."""
    CLAIMANT = "claimant"
    """A worker that has fetched the run's job. It gets a lease by this."""
    HOLDER = "holder"
    """The worker whose lease is the newest."""
    SWEEP = "sweep"
    """The worker that looks for overdue and abandoned runs. Names the lease it has read."""


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """A row of the table.

    Attributes:
        name: what happens to the run.
        actor: who may do it.
        sources: states in which it may happen.
        target: the state it leads to; None: the state stays.
        change: SQL that makes it and records its event, without a final ``SELECT``. Empty for
            ``SUBMIT``: its insert is in :mod:`toggle_core.runs.submission`.
        event: kind of the event it records; None: none.
    """

    name: str
    actor: Actor
    sources: Set[State]
    target: State | None
    change: LiteralString
    event: EventKind | None = EventKind.STAGE

    @property
    def by_lease(self) -> bool:
        """Whether it is refused to everyone but the holder of the newest lease."""
        return self.actor in {Actor.HOLDER, Actor.SWEEP}


GUARD: Final = """
    WHERE id = %(run_id)s AND (%(lease)s::integer IS NULL OR lease = %(lease)s)
      AND CASE status WHEN 'processing' THEN stage ELSE status END = ANY(%(sources)s::text[])
"""

EVENT: Final = "%(event)s::text AS event, %(detail)s::jsonb AS detail"

CANCEL_ASKED: Final = "cancel_requested_at IS NOT NULL AS cancel_asked"

RECORD: Final = """, recorded AS (
        INSERT INTO run_events (run_id, kind, stage, detail)
        SELECT id, event, stage, detail FROM run WHERE event IS NOT NULL
    )
"""
"""The only insert of an event. The CTE ``run`` before it gives the run, its stage and the event."""

LOCK: Final = f"""
    WITH run AS (
        SELECT id, %(stage)s::text AS stage, {CANCEL_ASKED}, {EVENT}
          FROM runs
         {GUARD}
           FOR NO KEY UPDATE
    ){RECORD}
"""  # noqa: S608  constants of ours


def _update(assignments: LiteralString, returning: LiteralString = EVENT) -> LiteralString:
    """The guarded update, as the CTE ``run``, and its event.

    Args:
        assignments: what it sets.
        returning: columns ``event`` and ``detail``, and more that the caller reads.
    """
    return f"""
    WITH run AS (
        UPDATE runs SET {assignments}
         {GUARD}
        RETURNING id, stage, {CANCEL_ASKED}, {returning}
    ){RECORD}
    """  # noqa: S608  constants of ours


CHANGED: Final = "SELECT * FROM run"

SECONDS_LEFT: Final = "seconds_left = EXTRACT(epoch FROM deadline_at - now())::double precision"
"""Keeps what is left of the run's time; null where it has no limit. Only time in which a worker
holds the run is counted: a machine that is off over night uses none of it."""

PROGRESS: Final = f"""
    stage = %(stage)s, attempt = %(attempt)s, tokens_in = %(tokens_in)s,
    tokens_out = %(tokens_out)s, {SECONDS_LEFT}
"""

STEP_DONE: Final = ", strikes = 0"

KNOWN_KIND: Final = ", kind = coalesce(%(kind)s::text, kind)"
"""What the run builds, once its promises say so."""

RELEASED: Final = ", strikes = 0, worker = NULL, deadline_at = NULL"
"""The holder gives the run back in an orderly way."""

TIMES: Final = """
    (working_seconds, waiting_seconds, review_seconds) = (
        SELECT coalesce(sum(spent) FILTER (WHERE stay NOT IN ('queued', 'reviewing', 'done')), 0),
               coalesce(sum(spent) FILTER (WHERE stay = 'queued'), 0),
               coalesce(sum(spent) FILTER (WHERE stay = 'reviewing'), 0)
          FROM (SELECT stage AS stay, greatest(EXTRACT(
                           epoch FROM lead(at, 1, clock_timestamp()) OVER (ORDER BY id) - at
                       ), 0)::float8 AS spent
                  FROM run_events
                 WHERE run_id = runs.id AND kind IN ('stage', 'continued', 'error')) AS stays
        HAVING count(*) > 0
    )
"""
"""What a run's events say about its time, all visits to a stage together. What passes between an
end and a retry belongs to none of the three. No row, and so NULL, where there are no events."""

FAILED_CHECKS: Final = """,
    failed_checks = (SELECT array_agg(DISTINCT gate ORDER BY gate) FROM gate_results
                      WHERE run_id = runs.id AND outcome = 'failed')"""
"""NULL where none has failed."""

END: Final = _update(
    TIMES
    + ", reason_code = "
    + REASON_CODE
    + FAILED_CHECKS
    + KNOWN_KIND
    + """,
    status = %(status)s, stage = 'done', worker = NULL, deadline_at = NULL, finished_at = now(),
    verdict = %(verdict)s, evidence = %(evidence)s::smallint,
    promises_count = %(promises_count)s::smallint,
    promises_kept = %(promises_kept)s::smallint,
    promises_untried = %(promises_untried)s::smallint, left_out = %(left_out)s::smallint,
    proof_strength = %(proof_strength)s::smallint, works = %(works)s::boolean, error = %(error)s,
    lease = lease + %(revoked)s::integer,
    attempt = coalesce(%(attempt)s, attempt),
    tokens_in = coalesce(%(tokens_in)s, tokens_in) + %(failed_in)s::bigint,
    tokens_out = coalesce(%(tokens_out)s, tokens_out) + %(failed_out)s::bigint,
    cancel_requested_at = CASE %(status)s WHEN 'cancelled' THEN coalesce(cancel_requested_at, now())
                                          ELSE cancel_requested_at END
    """
)
"""The only end of a run."""

TAKE: Final = _update(
    """
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
    """,
    """
    CASE WHEN stage = %(queued)s OR cancel_requested_at IS NOT NULL
           OR strikes >= %(strikes_limit)s THEN NULL
         WHEN lease = 1 THEN %(begun)s ELSE %(continued)s END AS event,
    CASE lease WHEN 1 THEN '{}'::jsonb ELSE
         jsonb_build_object('worker', %(worker)s::text, 'takeovers', takeovers) END AS detail,
    lease, task, production, review, sent_promises, takeovers, strikes, tokens_in, tokens_out,
    EXTRACT(epoch FROM now() - created_at)::float8 AS waited,
    EXISTS (SELECT FROM origins WHERE run_id = runs.id) AS has_origin
    """,
)
"""Claims a run. Planning begins by this where nobody had the run before and it has no origin;
where it was queued again, its stage is recorded by ``RESUME``."""

TAKE_OFF: Final = _update(
    """
    worker = NULL, deadline_at = NULL,
    takeovers = takeovers + (worker IS NOT NULL)::int,
    strikes = strikes + coalesce((worker <> %(worker)s)::int, 0)
    """
)
"""A worker other than the one that sweeps has died over the run, which is a strike."""


SUBMIT: Final = Transition("submit", Actor.USER, frozenset(), Stage.QUEUED, "")

BEGIN: Final = Transition("begin", Actor.CLAIMANT, {Stage.QUEUED}, Stage.PLANNING, TAKE)

CLAIM: Final = Transition("claim", Actor.CLAIMANT, PROCESSING, None, TAKE, EventKind.CONTINUED)

RESUME: Final[dict[Stage, Transition]] = {
    stage: Transition("resume", Actor.HOLDER, PROCESSING, stage, _update(PROGRESS))
    for stage in Stage
    if stage not in {Stage.QUEUED, Stage.REVIEWING, Stage.DONE}
}
"""A worker goes on at the stage of the newest checkpoint, whatever was recorded last."""

ADVANCE: Final[dict[Stage, Transition]] = {
    stage: Transition(
        "advance", Actor.HOLDER, sources, stage, _update(PROGRESS + STEP_DONE + KNOWN_KIND)
    )
    for stage, sources in {
        Stage.CODING: {Stage.PLANNING, Stage.QUEUED},  # queued: its plan was approved
        Stage.CHECKING: {Stage.CODING, Stage.REPAIRING},
        Stage.REPAIRING: {Stage.CHECKING},
        Stage.RESPONDING: {Stage.CODING, Stage.CHECKING, Stage.REPAIRING},
    }.items()
}
"""A step is done and leads to the next."""

AWAIT_REVIEW: Final = Transition(
    "await review",
    Actor.HOLDER,
    {Stage.PLANNING, Stage.QUEUED, Stage.REVIEWING},
    Stage.REVIEWING,
    _update(PROGRESS + RELEASED),
)

APPROVE: Final = Transition(
    "approve", Actor.USER, {Stage.REVIEWING}, Stage.QUEUED, _update("stage = %(stage)s")
)

REJECT: Final = Transition("reject", Actor.USER, {Stage.REVIEWING}, Status.CANCELLED, END)

COMPLETE: Final = Transition(
    "complete", Actor.HOLDER, {Stage.RESPONDING, Stage.QUEUED}, Status.COMPLETED, END
)
"""Queued is a run whose last checkpoint was there before."""

FAIL: Final = Transition("fail", Actor.HOLDER, PROCESSING, Status.FAILED, END, EventKind.ERROR)

STOP: Final = Transition("stop", Actor.HOLDER, PROCESSING, Status.CANCELLED, END)

CANCEL: Final = Transition("cancel", Actor.USER, PROCESSING, Status.CANCELLED, END)

EXPIRE: Final = Transition("expire", Actor.SWEEP, PROCESSING, Status.FAILED, END, EventKind.ERROR)

RETRY: Final = Transition(
    "retry",
    Actor.USER,
    {Status.FAILED, Status.CANCELLED},
    Stage.QUEUED,
    _update(
        """
        status = %(status)s, stage = %(stage)s, error = NULL, reason_code = NULL,
        failed_checks = NULL, finished_at = NULL,
        cancel_requested_at = NULL, strikes = 0, seconds_left = NULL
        """
    ),
)

REQUEST_CANCEL: Final = Transition(
    "request cancellation",
    Actor.USER,
    PROCESSING,
    None,
    _update("cancel_requested_at = coalesce(cancel_requested_at, now())"),
    None,
)

RELEASE: Final = Transition(
    "release", Actor.HOLDER, PROCESSING, None, _update(SECONDS_LEFT + RELEASED), None
)

TAKE_OVER: Final = Transition("take over", Actor.SWEEP, PROCESSING, None, TAKE_OFF, None)

HOLD: Final = Transition("hold", Actor.HOLDER, PROCESSING, None, LOCK, None)
"""Changes nothing, see :func:`hold`."""

TRANSITIONS: Final = (
    SUBMIT,
    BEGIN,
    CLAIM,
    *RESUME.values(),
    *ADVANCE.values(),
    AWAIT_REVIEW,
    APPROVE,
    REJECT,
    COMPLETE,
    FAIL,
    STOP,
    CANCEL,
    EXPIRE,
    RETRY,
    REQUEST_CANCEL,
    RELEASE,
    TAKE_OVER,
)

END_DEFAULTS: Final = {
    **dict.fromkeys(("verdict", "error", "attempt", "tokens_in", "tokens_out", "kind")),
    **NO_EVIDENCE,
    **dict.fromkeys(("failed_in", "failed_out", "revoked"), 0),
    "gates": "{" + ",".join(GATES_BY_WEIGHT) + "}",
}
"""Parameters of ``END`` that most ends leave out."""


@cache
def _constants(transition: Transition) -> dict[str, object]:
    """The parameters that are always the same, in the form that costs psycopg least."""
    target = transition.target
    return {
        **(END_DEFAULTS if transition.change is END else {"kind": None}),
        "sources": "{" + ",".join(transition.sources) + "}",
        "status": target if isinstance(target, Status) else Status.PROCESSING,
        "stage": target if isinstance(target, Stage) else Stage.DONE,
        "event": transition.event,
        "detail": "{}",
    }


def parameters(
    transition: Transition,
    run: UUID | Lease,
    detail: Mapping[str, Any] | None = None,
    /,
    **values: object,
) -> dict[str, object]:
    """The parameters of a transition's ``change``.

    Args:
        transition: which.
        run: the lease, or the run's id where none is needed.
        detail: facts for the event.
        values: parameters that only this transition has.

    Raises:
        ValueError: the transition needs a lease and none is given, or the other way round.
    """
    if transition.by_lease is not isinstance(run, Lease):
        raise ValueError(f"{transition.name}: by lease, or not")
    given = {**_constants(transition), "run_id": run, "lease": None, **values}
    if isinstance(run, Lease):
        given |= {"run_id": run.run_id, "lease": run.number}
    if detail:
        given["detail"] = Jsonb(detail)
    return given


def write(
    place: Database | Connection,
    transition: Transition,
    run: UUID | Lease,
    detail: Mapping[str, Any] | None = None,
    /,
    **values: object,
) -> Any:
    """Make a transition and record its event, by one statement.

    Args:
        place: the database, for a transaction of its own; else the connection of one that is open.
        transition: which.
        run: the lease, or the run's id where none is needed.
        detail: facts for the event.
        values: parameters that only this transition has.

    Returns:
        A row with ``cancel_asked``, whether somebody has asked for the run's end; for a claim,
        with all that ``TAKE`` returns.

    Raises:
        LeaseLost: the lease is not the newest any more, or the run has ended.
        TransitionRefused: the run is not in a state in which the table allows this.
        DatabaseAway: nothing was written.
    """
    given = parameters(transition, run, detail, **values)
    row = _row(place, transition.change + CHANGED, given)
    if row is None:
        raise _refusal(place, transition, run)
    return row


def hold(
    connection: Connection,
    lease: Lease,
    *,
    event: EventKind | None = None,
    stage: Stage | None = None,
    detail: Mapping[str, Any] | None = None,
) -> bool:
    """Lock a run for the holder of its lease until the end of the transaction.

    Args:
        connection: of the transaction.
        lease: of this worker.
        event: kind of an event to record by the same statement; None: none.
        stage: of the event.
        detail: facts for the event.

    Returns:
        Whether somebody has asked for the run's end.

    Raises:
        LeaseLost: the lease is not the newest any more, or the run has ended.
    """
    return bool(write(connection, HOLD, lease, detail, event=event, stage=stage).cancel_asked)


def _row(place: Database | Connection, sql: LiteralString, given: Mapping[str, object]) -> Any:
    if isinstance(place, Database):
        return place.row_of(sql, given)
    return place.exec_driver_sql(sql, dict(given)).one_or_none()


def _refusal(
    place: Database | Connection, transition: Transition, run: UUID | Lease
) -> LeaseLost | TransitionRefused:
    """Why nothing was written."""
    run_id = run.run_id if isinstance(run, Lease) else run
    row = _row(place, "SELECT lease, status, stage FROM runs WHERE id = %(id)s", {"id": run_id})
    if isinstance(run, Lease) and (
        row is None or row.status != Status.PROCESSING or row.lease != run.number
    ):
        return LeaseLost()
    state = row and (row.stage if row.status == Status.PROCESSING else row.status)
    return TransitionRefused(transition=transition.name, state=state or "gone")
