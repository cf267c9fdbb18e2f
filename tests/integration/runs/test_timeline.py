"""The timeline of a run is read from its checkpoints by SQL."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from langgraph.checkpoint.postgres import PostgresSaver

from tests.builders import FILES, Quick
from tests.integration.executors import executors
from tests.integration.sql import plan_of
from toggle_core.builders.protocol import Plan
from toggle_core.graph.state import AgentState
from toggle_core.history.checkpoints import PREVIEW_LENGTH, Change, Step, timeline
from toggle_core.runs.control import approve
from toggle_core.runs.submission import submit
from toggle_core.store.checkpoint_pool import open_checkpoint_pool
from toggle_core.store.database import Database


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


class Wordy(Quick):
    """Plans at length."""

    def plan(self, task: str) -> Plan:
        """A long plan."""
        return Plan("é🚀" * 20_000)


@pytest.fixture
def run_id(database: Database) -> UUID:
    """A run with a review, approved with a plan of a person's, and completed."""
    run_id = submit(database, "Say hello", builder="quick", review=True).task_id
    with executors(database) as new_executor:
        executor = new_executor(Wordy(), "only")
        executor.execute(run_id)
        approve(database, run_id, "Another plan")
        executor.execute(run_id)
    return run_id


def changes(step: Step) -> dict[str, Change]:
    return {change.channel: change for change in step.changes}


def test_every_checkpoint_is_there_with_its_node_and_the_one_that_follows(
    database: Database, run_id: UUID
) -> None:
    steps = timeline(database, run_id)
    assert [(step.number, step.node, step.follows) for step in steps] == [
        (0, None, "planner"),
        (1, "planner", "reviewer"),
        (2, "reviewer", "coder"),
        (3, "coder", "responder"),
        (4, "responder", None),
    ]
    assert [step.checkpoint_id for step in steps] == sorted(step.checkpoint_id for step in steps)
    assert not any(step.forked for step in steps)


def test_the_times_of_the_steps_are_in_order_and_of_now(database: Database, run_id: UUID) -> None:
    times = [step.at for step in timeline(database, run_id)]
    assert times == sorted(times)
    assert abs(datetime.now(UTC) - times[-1]) < timedelta(minutes=1)


def test_each_step_tells_what_it_changed_and_nothing_else(database: Database, run_id: UUID) -> None:
    told = [set(changes(step)) for step in timeline(database, run_id)]
    assert told[:3] == [
        {"task", "review", "status", "stage"},
        {"plan", "stage"},
        {"plan", "stage"},
    ]
    assert {"code", "files", "entry", "attempt", "tokens_in"} <= told[3]
    assert {"response", "verdict", "status", "stage"} == told[4]
    assert set.union(*told) <= set(AgentState.__annotations__)


def test_a_change_is_told_by_its_beginning_and_its_length(database: Database, run_id: UUID) -> None:
    planned, reviewed, coded = timeline(database, run_id)[1:4]
    plan = changes(planned)["plan"]
    assert (plan.preview, plan.length) == ("é🚀" * (PREVIEW_LENGTH // 2), 40_000)
    assert changes(reviewed)["plan"] == Change("plan", "Another plan", 12)
    assert changes(coded)["code"].preview == FILES["main.py"]
    assert changes(coded)["attempt"] == Change("attempt", "1", 1)


def test_a_run_that_has_not_begun_or_is_unknown_has_no_steps(database: Database) -> None:
    waiting = submit(database, "Wait", builder="quick").task_id
    assert timeline(database, waiting) == []
    assert timeline(database, uuid4()) == []


def test_of_a_pruned_thread_the_last_step_is_left_and_known(
    database: Database, run_id: UUID
) -> None:
    pool = open_checkpoint_pool(database, 1)
    PostgresSaver(pool).prune([str(run_id)])
    pool.close(timeout=1)
    [step] = timeline(database, run_id)
    assert (step.node, step.follows) == ("responder", None)
    assert changes(step)["plan"].preview == "Another plan"


def test_only_the_thread_of_the_run_is_read_by_the_primary_key(
    database: Database, run_id: UUID
) -> None:
    plan = plan_of(database, lambda: timeline(database, run_id), without="enable_seqscan")
    [scan] = [node for node in plan if node.get("Relation Name") == "checkpoints"]
    assert scan["Index Name"] in {"checkpoints_pkey", "checkpoints_thread_id_idx"}
