"""A run starts again from a checkpoint of another."""

from uuid import UUID, uuid4

import pytest
from langgraph.pregel import Pregel

from tests.builders import Quick
from tests.integration.executors import NewExecutor
from tests.integration.proved_builders import FAILING_TEST, GOOD, Scripted
from tests.integration.sql import ask, tell
from tests.integration.told_builders import Changing, Told
from toggle_core.builders.protocol import Builder
from toggle_core.errors import (
    CheckpointNotFound,
    IdempotencyConflict,
    NothingFollows,
    PlanBlank,
    RunInterrupted,
    RunNotFound,
)
from toggle_core.history.checkpoints import Step, timeline
from toggle_core.history.reads import get_run
from toggle_core.runs.control import approve
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.versions.lineage import continue_run, files_before, fork, run_again
from toggle_core.words import Stage, Status, Verdict


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def builder() -> Told:
    return Told()


def execute(database: Database, new: NewExecutor, builder: Builder, run_id: UUID) -> Run:
    new(builder, "worker").execute(run_id)
    return get_run(database, run_id)


@pytest.fixture
def source(database: Database, new_executor: NewExecutor) -> Run:
    """A completed draft."""
    run_id = submit(database, "Create a hello world app", builder="quick").task_id
    return execute(database, new_executor, Quick(), run_id)


def step_after(database: Database, run_id: UUID, node: str | None) -> Step:
    """The last step that a node wrote; None: the last before all nodes."""
    return [step for step in timeline(database, run_id) if step.node == node][-1]


def forked(database: Database, run_id: UUID, step: Step, plan: str | None = None) -> UUID:
    return fork(database, run_id, step.checkpoint_id, builder="told", plan=plan).task_id


@pytest.mark.parametrize(
    ("node", "planned", "coded"), [(None, 1, 1), ("planner", 0, 1), ("coder", 0, 0)]
)
def test_a_fork_goes_on_after_the_node_and_repeats_none_before(
    database: Database,
    new_executor: NewExecutor,
    source: Run,
    builder: Told,
    node: str | None,
    planned: int,
    coded: int,
) -> None:
    run_id = forked(database, source.id, step_after(database, source.id, node))
    run = execute(database, new_executor, builder, run_id)
    assert (builder.planned, len(builder.plans)) == (planned, coded)
    assert run.status is Status.COMPLETED
    assert (run.plan, run.files, run.response) == (source.plan, source.files, source.response)


def test_a_fork_from_the_input_is_the_task_from_the_start(
    database: Database, new_executor: NewExecutor, source: Run, builder: Told
) -> None:
    first = timeline(database, source.id)[0]
    run = execute(database, new_executor, builder, forked(database, source.id, first))
    assert (builder.planned, len(builder.plans)) == (1, 1)
    assert run.response == source.response


def test_a_fork_has_a_thread_of_its_own_and_its_parent_stays_as_it_was(
    database: Database, new_executor: NewExecutor, source: Run, builder: Told
) -> None:
    before = timeline(database, source.id)
    run_id = forked(database, source.id, step_after(database, source.id, "planner"))
    run = execute(database, new_executor, builder, run_id)
    assert (run.parent_id, run.task) == (source.id, source.task)
    assert timeline(database, source.id) == before
    assert get_run(database, source.id) == source
    steps = timeline(database, run_id)
    assert [step.node for step in steps] == ["planner", "coder", "responder"]
    assert [step.forked for step in steps] == [True, False, False]
    assert files_before(database, run) == source.files


def test_a_fork_counts_only_the_tokens_of_its_own(
    database: Database, new_executor: NewExecutor, source: Run, builder: Told
) -> None:
    step = step_after(database, source.id, "planner")
    run = execute(database, new_executor, builder, forked(database, source.id, step))
    assert (run.tokens_in, run.tokens_out) == (5, 6)


@pytest.mark.parametrize("node", [None, "planner", "coder", "responder"])
def test_a_fork_with_an_edited_plan_is_coded_by_it_from_whichever_step(
    database: Database, new_executor: NewExecutor, source: Run, builder: Told, node: str | None
) -> None:
    step = step_after(database, source.id, node)
    run_id = forked(database, source.id, step, " The plan of a person\n")
    run = execute(database, new_executor, builder, run_id)
    assert (builder.planned, builder.plans) == (0, ["The plan of a person"])
    assert (run.status, run.attempt) == (Status.COMPLETED, 1)
    assert run.plan == "The plan of a person"


def test_a_fork_after_failed_gates_is_repaired_with_what_they_said(
    database: Database, new_executor: NewExecutor
) -> None:
    run_id = submit(database, "Say hello", builder="scripted", production=True).task_id
    execute(database, new_executor, Scripted(FAILING_TEST, GOOD), run_id)
    after_gates = next(step for step in timeline(database, run_id) if step.node == "gates")
    assert after_gates.follows == "coder"
    builder = Scripted(GOOD)
    run = execute(database, new_executor, builder, forked(database, run_id, after_gates))
    [feedback] = builder.feedback
    assert feedback is not None
    assert ([failed.gate for failed in feedback.failures], feedback.attempt) == (
        ["tests", "promises"],
        2,
    )
    assert (run.production, run.verdict, run.attempt) == (True, Verdict.READY, 2)


def test_a_fork_before_the_review_waits_for_one_and_a_fork_after_it_does_not(
    database: Database, new_executor: NewExecutor, builder: Told
) -> None:
    run_id = submit(database, "Say hello", builder="told", review=True).task_id
    execute(database, new_executor, builder, run_id)
    approve(database, run_id, "Approved")
    execute(database, new_executor, builder, run_id)
    before = forked(database, run_id, step_after(database, run_id, "planner"))
    assert execute(database, new_executor, builder, before).stage is Stage.REVIEWING
    after = forked(database, run_id, step_after(database, run_id, "reviewer"))
    assert execute(database, new_executor, builder, after).status is Status.COMPLETED
    edited = forked(database, run_id, step_after(database, run_id, "planner"), "Edited")
    assert execute(database, new_executor, builder, edited).status is Status.COMPLETED
    assert builder.plans == ["Approved", "Approved", "Edited"]


def test_a_fork_of_a_fork_goes_on_there_too(
    database: Database, new_executor: NewExecutor, source: Run, builder: Told
) -> None:
    first = forked(database, source.id, step_after(database, source.id, "planner"))
    execute(database, new_executor, builder, first)
    second = forked(database, first, step_after(database, first, "planner"))
    assert execute(database, new_executor, builder, second).status is Status.COMPLETED
    assert (builder.planned, len(builder.plans)) == (0, 2)


def test_a_fork_needs_nothing_of_a_parent_that_is_gone(
    database: Database, new_executor: NewExecutor, source: Run, builder: Told
) -> None:
    run_id = forked(database, source.id, step_after(database, source.id, "planner"))
    tell(database, "DELETE FROM runs WHERE id = %(parent)s", parent=source.id)
    tell(database, "DELETE FROM checkpoints")
    run = execute(database, new_executor, builder, run_id)
    assert (run.status, run.plan) == (Status.COMPLETED, source.plan)


@pytest.mark.parametrize("node", [None, "planner"])
def test_forking_and_running_again_keep_what_a_continued_run_changes(
    database: Database, new_executor: NewExecutor, source: Run, node: str | None
) -> None:
    builder = Changing()
    wished = continue_run(database, source.id, "In Welsh", builder="changing").task_id
    execute(database, new_executor, builder, wished)
    step = step_after(database, wished, node)
    fork_id = forked(database, wished, step, "Edited")
    execute(database, new_executor, builder, fork_id)
    again = run_again(database, fork_id, builder="changing").task_id
    execute(database, new_executor, builder, again)
    assert len(builder.coded_with) == 3
    assert builder.coded_with[0] is not None
    assert builder.coded_with[1:] == builder.coded_with[:1] * 2


def test_a_worker_that_stops_before_or_after_the_first_state_is_written_harms_nothing(
    database: Database,
    new_executor: NewExecutor,
    source: Run,
    builder: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = forked(database, source.id, step_after(database, source.id, "planner"))
    real = Pregel.update_state

    def cut_off_before(*_: object, **__: object) -> object:
        raise RunInterrupted

    def cut_off_after(*arguments: object, **named: object) -> object:
        real(*arguments, **named)  # type: ignore[arg-type]  # passed on as they come
        raise RunInterrupted

    for cut_off in (cut_off_before, cut_off_after):
        monkeypatch.setattr(Pregel, "update_state", cut_off)
        with pytest.raises(RunInterrupted):
            new_executor(builder, "interrupted").execute(run_id)
    monkeypatch.undo()
    run = execute(database, new_executor, builder, run_id)
    assert run.status is Status.COMPLETED
    assert (builder.planned, len(builder.plans)) == (0, 1)
    nodes = [step.node for step in timeline(database, run_id)]
    assert nodes == ["planner", "coder", "responder"]


# What is refused.


def test_nothing_follows_the_last_step(database: Database, source: Run) -> None:
    with pytest.raises(NothingFollows):
        forked(database, source.id, timeline(database, source.id)[-1])


@pytest.mark.parametrize("checkpoint_id", ["", "1f0", "a\x00b", "' OR true --"])
def test_a_step_that_is_not_of_the_run_is_refused(
    database: Database, source: Run, checkpoint_id: str
) -> None:
    with pytest.raises(CheckpointNotFound):
        fork(database, source.id, checkpoint_id, builder="told")


def test_a_step_of_another_run_is_refused(
    database: Database, new_executor: NewExecutor, source: Run
) -> None:
    other = submit(database, "Another", builder="quick").task_id
    execute(database, new_executor, Quick(), other)
    with pytest.raises(CheckpointNotFound):
        forked(database, source.id, step_after(database, other, "planner"))
    with pytest.raises(RunNotFound):
        forked(database, uuid4(), step_after(database, other, "planner"))


def test_a_blank_plan_makes_no_fork(database: Database, source: Run) -> None:
    with pytest.raises(PlanBlank):
        forked(database, source.id, step_after(database, source.id, "planner"), "\n")
    assert len(ask(database, "SELECT FROM runs")) == 1


def test_the_same_key_returns_the_same_fork_of_the_same_step_and_plan_only(
    database: Database, source: Run
) -> None:
    def press(node: str, plan: str | None = None) -> UUID:
        step = step_after(database, source.id, node).checkpoint_id
        key = "key"
        return fork(
            database, source.id, step, plan=plan, builder="told", idempotency_key=key
        ).task_id

    assert press("planner") == press("planner")
    for node, plan in (("coder", None), ("planner", "Another plan.")):
        with pytest.raises(IdempotencyConflict):
            press(node, plan)
