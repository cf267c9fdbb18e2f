"""Runs that ended days ago, made by the worker's own executor."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.builders import Broken, Quick
from tests.integration.executors import NewExecutor
from tests.integration.proved_builders import FAILING_TEST, GOOD, Scripted
from tests.integration.sql import ask, tell
from toggle_core.builders.protocol import Builder
from toggle_core.history.reads import get_run
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.store.retention import Done, Policy
from toggle_core.store.sweeping import sweep

PRUNED = Policy(history_days=30)
CLEARED = Policy(history_days=30, checkpoints_days=90)


def swept(database: Database, policy: Policy) -> Done:
    """What one whole sweep did."""
    found = sweep(database, policy)
    assert found is not None
    assert not found.unfinished
    return found.done


@dataclass(frozen=True)
class Aged:
    """Makes runs.

    Attributes:
        database: where.
        new: makes executors.
    """

    database: Database
    new: NewExecutor

    def completed(self, days: float = 100, task: str = "Say hello") -> UUID:
        """A draft."""
        return self.ended(Quick(), days, task=task)

    def failed(self, days: float = 100) -> UUID:
        """One that has a plan, and no code."""
        return self.ended(Broken(), days)

    def proved(self, days: float = 100) -> UUID:
        """One with gates, whose coder was asked twice."""
        return self.ended(Scripted(FAILING_TEST, GOOD), days, production=True)

    def ended(
        self, builder: Builder, days: float, *, task: str = "Say hello", **asked: Any
    ) -> UUID:
        """One that ended so many days ago."""
        run_id = submit(self.database, task, builder=builder.name, **asked).task_id
        self.execute(run_id, builder)
        tell(
            self.database,
            "UPDATE runs SET finished_at = now() - make_interval(secs => %(days)s * 86400.0)"
            " WHERE id = %(run)s",
            run=run_id,
            days=days,
        )
        return run_id

    def execute(self, run_id: UUID, builder: Builder | None = None) -> Run:
        """Execute a run as a worker does that has taken its job off the queue."""
        self.new(builder or Quick(), "worker").execute(run_id)
        tell(
            self.database,
            "DELETE FROM procrastinate_jobs WHERE queueing_lock = %(run)s",
            run=str(run_id),
        )
        return get_run(self.database, run_id)

    def kept(self, run_id: UUID) -> tuple[int, ...]:
        """How many checkpoints, blobs and writes there are of a run."""
        [row] = ask(
            self.database,
            """
            SELECT (SELECT count(*) FROM checkpoints WHERE thread_id = %(run)s) AS checkpoints,
                   (SELECT count(*) FROM checkpoint_blobs WHERE thread_id = %(run)s) AS blobs,
                   (SELECT count(*) FROM checkpoint_writes WHERE thread_id = %(run)s) AS writes
            """,
            run=str(run_id),
        )
        return tuple(row.values())
