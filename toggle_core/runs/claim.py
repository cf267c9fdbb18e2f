"""Taking a run: what a worker does first, from the queue or after a worker that died."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from toggle_core.errors import RunDangerous
from toggle_core.runs.progress import NOTHING_USED, Lease, Tokens, cancel, fail
from toggle_core.store.database import Database
from toggle_core.words import EventKind, Stage

STRIKES_LIMIT: Final = 3
"""Workers in a row that a run may outlive without a step of it being done."""

WORDS: Final = {
    "queued": Stage.QUEUED,
    "planning": Stage.PLANNING,
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
                  tokens_in, tokens_out,
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

It is no work for SQLAlchemy each time: to put it together took five times as long as to send it.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker needs to know to execute a run.

    Attributes:
        waited_seconds: until the first worker began with it; None where it was begun before.
        has_origin: whether it begins with more than its task.
        used: by the run so far, with what models used for steps that failed and left no checkpoint.
    """

    lease: Lease
    task: str
    production: bool
    review: bool
    waited_seconds: float | None = None
    has_origin: bool = False
    used: Tokens = NOTHING_USED

    @property
    def is_first(self) -> bool:
        """Whether nobody had the run before: then its thread has no checkpoint yet."""
        return self.lease.number == 1

    @property
    def is_told(self) -> bool:
        """Whether the claim has told already which stage begins."""
        return self.is_first and not self.has_origin


def claim_run(
    database: Database, run_id: UUID, worker: str, deadline_seconds: float | None = None
) -> Claim | None:
    """Take a run, from the queue or from a worker that died.

    A holder that never released the run died: taking its run counts as a take-over. After
    ``STRIKES_LIMIT`` in a row without a step done, the run is given up.

    Args:
        database: where.
        run_id: of the run.
        worker: identity of this process.
        deadline_seconds: how long a run may be worked on that says nothing itself; None: any time.

    Returns:
        The claim, or None where the run is finished, gone, to be cancelled or given up: then
        nothing is left to do.
    """
    values = {"run_id": run_id, "worker": worker, "limit": deadline_seconds, **WORDS}
    run = database.row_of(TAKE, values)
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
    used = Tokens(run.tokens_in, run.tokens_out)
    return Claim(lease, run.task, run.production, run.review, waited, run.has_origin, used)
