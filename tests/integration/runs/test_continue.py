"""A run goes on from the files of another."""

import json
from uuid import UUID, uuid4

import pytest

from tests.builders import FILES, Quick, Refusing
from tests.integration.executors import NewExecutor
from tests.integration.sql import ask, tell
from tests.integration.told_builders import Changing
from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.protocol import Base, Builder, can_continue
from toggle_core.errors import IdempotencyConflict, NotContinuable, RunNotFound, TaskBlank
from toggle_core.history.reads import get_run
from toggle_core.runs.control import cancel
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.versions.lineage import ASKED_LIMIT, continue_run, files_before, run_again
from toggle_core.words import Status


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def parent(database: Database, new_executor: NewExecutor) -> Run:
    """A completed run."""
    run_id = submit(database, "Create a hello world app", builder="quick").task_id
    new_executor(Quick(), "first").execute(run_id)
    return get_run(database, run_id)


@pytest.fixture
def builder() -> Changing:
    return Changing()


def wish(database: Database, parent: UUID, request: str = "Say it in Welsh") -> UUID:
    return continue_run(database, parent, request, builder="changing").task_id


def executed(database: Database, executor: NewExecutor, builder: Builder, run_id: UUID) -> Run:
    executor(builder, "second").execute(run_id)
    return get_run(database, run_id)


def test_planner_and_coder_are_told_the_files_and_the_request_of_the_parent(
    database: Database, new_executor: NewExecutor, parent: Run, builder: Changing
) -> None:
    run = executed(database, new_executor, builder, wish(database, parent.id))
    base = Base(FILES, "main.py", "Create a hello world app")
    assert builder.planned_with == [base]
    assert builder.coded_with == [base]
    assert run.status is Status.COMPLETED
    assert run.files == FILES | {"15.txt": "Say it in Welsh"}


def test_the_new_run_knows_its_parent_and_the_parent_stays_as_it_was(
    database: Database, new_executor: NewExecutor, parent: Run, builder: Changing
) -> None:
    run = executed(database, new_executor, builder, wish(database, parent.id))
    assert (run.task, run.parent_id) == ("Say it in Welsh", parent.id)
    assert get_run(database, parent.id) == parent
    assert files_before(database, run) == FILES


def test_a_run_from_scratch_is_told_of_no_base(
    database: Database, new_executor: NewExecutor, builder: Changing
) -> None:
    run_id = submit(database, "From scratch", builder="changing").task_id
    run = executed(database, new_executor, builder, run_id)
    assert builder.planned_with == builder.coded_with == [None]
    assert files_before(database, run) is None


def test_a_continued_run_is_continued_with_all_that_was_asked(
    database: Database, new_executor: NewExecutor, parent: Run, builder: Changing
) -> None:
    first = wish(database, parent.id)
    executed(database, new_executor, builder, first)
    run = executed(database, new_executor, builder, wish(database, first, "And in Cornish too"))
    told = builder.planned_with[-1]
    assert told is not None
    assert told.task == "Create a hello world app\n\nSay it in Welsh"
    assert set(run.files) == {*FILES, "15.txt", "18.txt"}


def test_of_very_much_that_was_asked_the_newest_is_told(
    database: Database, new_executor: NewExecutor, parent: Run, builder: Changing
) -> None:
    run_id = parent.id
    for letter in "abcdef":
        run_id = wish(database, run_id, letter * 9_000)
        executed(database, new_executor, builder, run_id)
    told = builder.planned_with[-1]
    assert told is not None
    assert len(told.task) == ASKED_LIMIT
    assert told.task.endswith("e" * 9_000)


def test_a_continued_run_needs_nothing_of_a_parent_that_is_gone(
    database: Database, new_executor: NewExecutor, parent: Run, builder: Changing
) -> None:
    run_id = wish(database, parent.id)
    tell(database, "DELETE FROM runs WHERE id = %(parent)s", parent=parent.id)
    tell(database, "DELETE FROM checkpoints WHERE thread_id = %(parent)s", parent=str(parent.id))
    run = executed(database, new_executor, builder, run_id)
    assert (run.status, run.parent_id) == (Status.COMPLETED, None)
    assert files_before(database, run) == FILES


def test_running_a_continued_run_again_starts_from_the_same_files(
    database: Database, new_executor: NewExecutor, parent: Run, builder: Changing
) -> None:
    first = wish(database, parent.id)
    executed(database, new_executor, builder, first)
    again = run_again(database, first, builder="changing").task_id
    run = executed(database, new_executor, builder, again)
    assert builder.planned_with[1] == builder.planned_with[0]
    assert run.parent_id == first


def test_the_toggle_is_the_parents_unless_said_otherwise(database: Database, parent: Run) -> None:
    tell(database, "UPDATE runs SET production = true")
    same = wish(database, parent.id)
    draft = continue_run(
        database, parent.id, "Quick", builder="changing", production=False, review=True
    ).task_id
    runs = [get_run(database, run_id) for run_id in (same, draft)]
    assert [(run.production, run.review) for run in runs] == [(True, False), (False, True)]


# What is refused.


def test_a_builder_that_starts_from_scratch_says_so(
    database: Database, new_executor: NewExecutor, parent: Run
) -> None:
    run = executed(database, new_executor, Quick(), wish(database, parent.id))
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error.startswith("The builder quick starts every project from scratch.")


def test_the_built_in_builder_starts_from_scratch() -> None:
    assert not can_continue(Blueprints())


def test_a_run_that_has_not_ended_or_made_nothing_cannot_be_continued(
    database: Database, new_executor: NewExecutor
) -> None:
    waiting = submit(database, "Wait", builder="quick").task_id
    failed = submit(database, "Fail", builder="refusing").task_id
    new_executor(Refusing(), "only").execute(failed)
    stopped = submit(database, "Stop", builder="quick").task_id
    cancel(database, stopped)
    for run_id in (waiting, failed, stopped):
        with pytest.raises(NotContinuable):
            wish(database, run_id)
    assert ask(database, "SELECT FROM origins") == []


def test_an_unknown_run_or_an_empty_request_is_refused(database: Database, parent: Run) -> None:
    with pytest.raises(RunNotFound):
        wish(database, uuid4())
    with pytest.raises(TaskBlank):
        wish(database, parent.id, " ")


def test_the_same_key_returns_the_same_run_for_the_same_parent_only(
    database: Database, new_executor: NewExecutor, parent: Run
) -> None:
    other = submit(database, "Another app", builder="quick").task_id
    new_executor(Quick(), "first").execute(other)

    def press(run_id: UUID) -> UUID:
        return continue_run(
            database, run_id, "Go on", builder="changing", idempotency_key="key"
        ).task_id

    assert press(parent.id) == press(parent.id)
    with pytest.raises(IdempotencyConflict):
        press(other)
    assert len(ask(database, "SELECT FROM origins")) == 1


def test_the_base_is_json_text_in_the_first_state_of_the_thread(
    database: Database, new_executor: NewExecutor, parent: Run, builder: Changing
) -> None:
    run_id = wish(database, parent.id)
    executed(database, new_executor, builder, run_id)
    [row] = ask(
        database,
        "SELECT checkpoint -> 'channel_values' ->> 'base' AS base FROM checkpoints"
        " WHERE thread_id = %(thread)s AND metadata ->> 'step' = '0'",
        thread=str(run_id),
    )
    assert json.loads(row["base"]) == {
        "files": FILES,
        "entry": "main.py",
        "task": parent.task,
        "promises": None,
    }
