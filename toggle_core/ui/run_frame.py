"""What the page of a run shows, read at one moment: no part of it is ahead of another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from toggle_core.history.briefs import get_briefs
from toggle_core.history.project_versions import Version, list_versions
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.attempts import Attempt, list_attempts
from toggle_core.runs.model import Event, Run, RunBrief
from toggle_core.runs.partial_output import get_partial_output
from toggle_core.runs.pictures import PictureInfo, list_pictures
from toggle_core.store.database import Database
from toggle_core.store.snapshot import at_one_moment
from toggle_core.ui.differences import Comparison, comparisons
from toggle_core.versions.lineage import files_before
from toggle_core.words import Status


@dataclass(frozen=True, slots=True)
class RunFrame:
    """A run at one moment.

    Attributes:
        run: with everything that is known of it.
        events: what happened to it, oldest first.
        attempts: the first first, with what the gates have said so far.
        pictures: of the pages of its program, once it has ended.
        versions: of its project, oldest first.
        partial_output: what a model has written so far; None where none writes.
        compared: what there is to compare, the most interesting first.
        known: the runs that were asked for and its parent, by their ids.
    """

    run: Run
    events: Sequence[Event]
    attempts: Sequence[Attempt]
    pictures: Sequence[PictureInfo]
    versions: Sequence[Version]
    partial_output: str | None
    compared: Sequence[Comparison]
    known: Mapping[UUID, RunBrief]


def read_frame(database: Database, run_id: UUID, watched: Collection[UUID]) -> RunFrame:
    """Read a run with all that its page shows of it.

    Args:
        database: where.
        run_id: of the run.
        watched: ids of other runs that the viewer wants to hear of.

    Raises:
        RunNotFound: there is none with this id.
        DatabaseAway: the database cannot be reached.
    """
    with at_one_moment(database) as now:
        run = get_run(now, run_id)
        attempts = list_attempts(now, run_id)
        is_processing = run.status is Status.PROCESSING
        return RunFrame(
            run,
            list_events(now, run_id),
            attempts,
            [] if is_processing else list_pictures(now, run_id),
            list_versions(now, run.project_id),
            get_partial_output(now, run_id) if is_processing else None,
            comparisons(run.files, _files_before(now, run), attempts),
            get_briefs(now, {*watched, *([run.parent_id] if run.parent_id else [])}),
        )


def _files_before(database: Database, run: Run) -> Mapping[str, str] | None:
    """The files that a run started from, once it has made others or has ended."""
    if not run.files or (run.parent_id is None and run.version == 1):
        return None
    before = files_before(database, run)
    return None if run.status is Status.PROCESSING and run.files == before else before
