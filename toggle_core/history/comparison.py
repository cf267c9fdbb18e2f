"""Two runs side by side: what they planned and made, how it was judged, and what it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from toggle_core.errors import SameRun
from toggle_core.gates.model import GateResult, PromiseResult, Proof, promises_of
from toggle_core.history.diff import FileDiff, diff_files
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.model import Event, Run
from toggle_core.runs.working_time import WAITING, seconds_by_stage
from toggle_core.store.database import Database
from toggle_core.store.snapshot import at_one_moment
from toggle_core.words import GATES, Stage

PLAN_FILE: Final = "plan.md"
"""What a plan is called in its differences."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two runs.

    Attributes:
        run: with everything that is known of it.
        events: what happened to it, oldest first.
        stages: seconds it has spent in each stage it was in.
    """

    run: Run
    events: Sequence[Event]
    stages: Mapping[Stage, float]

    @property
    def working_seconds(self) -> float:
        """Seconds it was worked on, without the time it waited."""
        return sum(seconds for stage, seconds in self.stages.items() if stage not in WAITING)

    @property
    def promises(self) -> Mapping[str, PromiseResult]:
        """What became of its promises, by their sentences: ids may change between versions."""
        return {each.sentence: each for each in promises_of(self.run.gates)}

    @property
    def proof(self) -> Proof | None:
        """What its tests notice, None where they were not put to the proof."""
        return next((result.proof for result in self.run.gates if result.proof), None)

    def said_by(self, gate: str) -> GateResult | None:
        """What a gate said of the run's files, None where it was not asked."""
        return next((result for result in self.run.gates if result.gate == gate), None)


@dataclass(frozen=True, slots=True)
class RunPair:
    """Two runs, and what differs from the left to the right.

    Attributes:
        plan: differences of the plans, None where they are the same.
        files: differences of the files.
    """

    left: Side
    right: Side
    plan: FileDiff | None
    files: tuple[FileDiff, ...]

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that spoke of at least one of the two, in their order."""
        spoke = {result.gate for side in (self.left, self.right) for result in side.run.gates}
        return tuple(gate for gate in GATES if gate in spoke)

    @property
    def promises(self) -> tuple[str, ...]:
        """Sentences of the promises of either, those of the left first."""
        return tuple({**self.left.promises, **self.right.promises})

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that at least one of the two was in, in their order."""
        been = self.left.stages.keys() | self.right.stages.keys()
        return tuple(stage for stage in Stage if stage in been and stage is not Stage.DONE)


def compare(database: Database, left: UUID, right: UUID) -> RunPair:
    """Put two runs side by side, as they are at this moment.

    Args:
        database: where.
        left: id of the run to compare with.
        right: id of the run that is compared.

    Raises:
        SameRun: the ids are the same.
        RunNotFound: there is no run with one of the ids.
        DatabaseAway: the database cannot be reached.
    """
    if left == right:
        raise SameRun
    with at_one_moment(database) as now:
        before, after = _side(now, left), _side(now, right)
    plans = diff_files(*({PLAN_FILE: side.run.plan or ""} for side in (before, after)))
    return RunPair(
        before,
        after,
        next(iter(plans), None),
        diff_files(before.run.files, after.run.files),
    )


def _side(database: Database, run_id: UUID) -> Side:
    run = get_run(database, run_id)
    events = list_events(database, run_id)
    return Side(run, events, seconds_by_stage(run, events))
