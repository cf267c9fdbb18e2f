"""Runs that a test executes itself, from submit to the end."""

from dataclasses import dataclass
from uuid import UUID

from tests.integration.executors import NewExecutor
from tests.integration.proved_builders import Answering
from toggle_core.history.reads import get_run
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.versions.lineage import continue_run
from toggle_core.words import Status


@dataclass(frozen=True)
class Build:
    """Submits a task, or the change of a run, and executes it to its end."""

    database: Database
    new_executor: NewExecutor

    def __call__(
        self, builder: Answering, *, production: bool = True, change: UUID | None = None
    ) -> Run:
        """The run, completed.

        Args:
            builder: that answers.
            production: whether the gates check the code.
            change: the run to change; None: from scratch.
        """
        if change is None:
            receipt = submit(
                self.database, "Say hello", builder=builder.name, production=production
            )
        else:
            receipt = continue_run(
                self.database, change, "Say it kindly", builder=builder.name, production=production
            )
        self.new_executor(builder, "only").execute(receipt.task_id)
        run = get_run(self.database, receipt.task_id)
        assert run.status is Status.COMPLETED, run.error
        assert run.response is not None
        return run


def outcome_of(run: Run, gate: str) -> str:
    """How a gate went for the files that a run has kept, and its sentence."""
    return next(f"{each.outcome}: {each.summary}" for each in run.gates if each.gate == gate)
