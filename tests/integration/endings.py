"""Whether a run has ended."""

from uuid import UUID

from toggle_core.history.reads import get_run
from toggle_core.runs.model import Run
from toggle_core.store.database import Database
from toggle_core.words import Status


def finished(database: Database, run_id: UUID) -> Run | None:
    """Return the run, None while it goes on."""
    run = get_run(database, run_id)
    return run if run.status is not Status.PROCESSING else None
