"""The books: what was accepted, and what the database says has become of it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import psycopg

RESULTS_OF_DRAFT: Final = 3
"""Checkpoints with a node's result in a draft: of planner, coder and responder, one each.

Before them come the input and the first state, which are written again where a worker died then.
"""

STAGES: Final = {"queued", "planning", "coding", "responding", "done"}
"""What the events of a completed draft tell."""

UNEXPECTED: Final = "Something went wrong"
"""How the sentence of a run begins that failed for no reason that has a name."""

UNFINISHED: Final = "SELECT count(*) FROM runs WHERE status = 'processing'"

SUSPECTED: Final = "SELECT count(*) FROM runs WHERE status = 'processing' AND strikes > 0"

BEGUN: Final = """
    SELECT count(DISTINCT thread_id) FROM checkpoints
     WHERE checkpoint -> 'channel_values' ? 'stage'
"""

RUNS: Final = """
    SELECT run.id, run.status, run.error,
           (SELECT count(*) FROM run_events AS event
             WHERE event.run_id = run.id AND event.stage = 'done') AS ends,
           (SELECT array_agg(DISTINCT event.stage) FROM run_events AS event
             WHERE event.run_id = run.id AND event.kind = 'stage') AS stages,
           (SELECT count(*) FROM checkpoints AS point
             WHERE point.thread_id = run.id::text
               AND point.checkpoint -> 'channel_values' ->> 'stage' <> 'planning') AS results,
           (SELECT count(*) FROM checkpoints AS point
             WHERE point.thread_id = run.id::text) AS points,
           (SELECT count(DISTINCT point.parent_checkpoint_id) FROM checkpoints AS point
             WHERE point.thread_id = run.id::text) AS parents
      FROM runs AS run
"""

HELD: Final = """
    SELECT run.id, run.lease, max(event.id)
      FROM runs AS run JOIN run_events AS event ON event.run_id = run.id
     WHERE run.status = 'processing' AND run.worker IS NOT NULL
     GROUP BY run.id, run.lease
"""

HELD_BY: Final = """
    SELECT count(*) FROM runs WHERE status = 'processing' AND split_part(worker, '/', -3) = %s
"""

STILL_HELD: Final = """
    SELECT count(*)
      FROM unnest(%s::uuid[], %s::int[], %s::bigint[]) AS earlier (id, lease, event)
      JOIN runs AS run USING (id)
     WHERE run.status = 'processing' AND run.lease = earlier.lease
       AND NOT EXISTS (SELECT FROM run_events AS event
                        WHERE event.run_id = run.id AND event.id > earlier.event)
"""
"""Of the runs that were held at some moment, those that have neither ended nor gone on since."""


@dataclass(frozen=True)
class Balance:
    """What became of accepted tasks. All but the first three are to be none.

    Attributes:
        accepted: tasks whose receipt was given.
        failed: of those that ended, how many ended as failed.
        unexplained: of those, how many failed with no better reason than an error of ours.
        lost: accepted, and not in the database.
        twice: runs that ended more than once, or whose steps were recorded more than once.
        stuck: runs that are processing still.
        untold: completed runs of which an event is missing.
    """

    accepted: int
    failed: int
    unexplained: int
    lost: int
    twice: int
    stuck: int
    untold: int

    @property
    def holds(self) -> bool:
        """Whether every accepted task is in exactly one terminal state, and nothing was lost."""
        return not (self.lost or self.twice or self.stuck or self.untold)


@dataclass(frozen=True)
class Moment:
    """The runs that workers held at some moment.

    Attributes:
        ids: of the runs.
        leases: of each.
        events: newest event of each.
    """

    ids: list[UUID]
    leases: list[int]
    events: list[int]


def unfinished(url: str) -> int:
    """How many runs have not ended."""
    with psycopg.connect(url, connect_timeout=20) as connection:
        [(count,)] = connection.execute(UNFINISHED).fetchall()
    return int(count)


def suspected(url: str) -> int:
    """How many runs have not done a step since their worker died."""
    with psycopg.connect(url, connect_timeout=20) as connection:
        [(count,)] = connection.execute(SUSPECTED).fetchall()
    return int(count)


def begun(url: str) -> int:
    """Of how many runs a step is under way, or was."""
    with psycopg.connect(url, connect_timeout=20) as connection:
        [(count,)] = connection.execute(BEGUN).fetchall()
    return int(count)


def held(url: str) -> Moment:
    """The runs that workers hold."""
    with psycopg.connect(url, connect_timeout=20) as connection:
        rows = connection.execute(HELD).fetchall()
    return Moment([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


def held_by(url: str, pid: int) -> int:
    """How many runs the worker in a process holds."""
    with psycopg.connect(url, connect_timeout=20) as connection:
        found = connection.execute(HELD_BY, (str(pid),)).fetchall()
    return int(found[0][0])


def still_held(url: str, then: Moment) -> int:
    """How many of the runs of a moment have not gone on since."""
    with psycopg.connect(url, connect_timeout=20) as connection:
        found = connection.execute(STILL_HELD, (then.ids, then.leases, then.events)).fetchall()
    return int(found[0][0])


def balance(url: str, accepted: set[UUID]) -> Balance:
    """Balance the books of runs that are all drafts of three steps.

    Args:
        url: of the database.
        accepted: the tasks whose receipt was given.
    """
    with psycopg.connect(url) as connection:
        rows = connection.execute(RUNS).fetchall()
    twice = untold = failed = stuck = unexplained = 0
    for _, status, error, ends, stages, results, points, parents in rows:
        failed += status == "failed"
        unexplained += status == "failed" and error.startswith(UNEXPECTED)
        stuck += status == "processing"
        completed = status == "completed"
        repeated = results != RESULTS_OF_DRAFT or parents != points - 1
        twice += ends > 1 or (completed and repeated)
        untold += status != "processing" and ends == 0
        untold += completed and not set(stages) >= STAGES
    lost = len(accepted - {row[0] for row in rows})
    return Balance(len(accepted), failed, unexplained, lost, twice, stuck, untold)
