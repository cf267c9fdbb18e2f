"""Tokens of a run, where its steps fail and are tried again."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.builders import Quick
from tests.integration.executors import NewExecutor
from tests.integration.sql import ask, tell
from toggle_core.builders.protocol import Builder, Feedback, Plan, Project
from toggle_core.errors import BuildFailed
from toggle_core.graph.attempts import Limits
from toggle_core.history import reads
from toggle_core.history.checkpoints import timeline
from toggle_core.projects.files import MOST_FILE_CHARACTERS
from toggle_core.runs.control import approve, retry
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Stage, Status

Execute = Callable[..., Run]

NO_LIMIT = Limits()

COST = (100, 20)
"""Tokens in and out of an answer that was of no use."""


def useless_answer() -> BuildFailed:
    """What a chat model's builder raises then."""
    failed = BuildFailed(reason="The answer was cut off.")
    failed.tokens_in, failed.tokens_out = COST
    return failed


class Planless(Quick):
    """Has used tokens for a plan that is of no use."""

    def plan(self, task: str) -> Plan:
        """Fail."""
        raise useless_answer()


class Codeless(Quick):
    """Has used tokens for code that is of no use."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Fail."""
        raise useless_answer()


class Lavish(Quick):
    """Has used tokens for a project that is too large to keep."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Write too much."""
        files = {"main.py": "x" * (MOST_FILE_CHARACTERS + 1)}
        return Project(files, "main.py", "python main.py", "Much.", *COST)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def execute(database: Database, new_executor: NewExecutor) -> Execute:
    """Does to a run what a worker does that fetches its job."""

    def once(run_id: UUID, builder: Builder, limits: Limits = NO_LIMIT) -> Run:
        tell(database, "DELETE FROM procrastinate_jobs")
        executor = new_executor(builder, "worker")
        executor.limits = limits
        executor.execute(run_id)
        return reads.get_run(database, run_id)

    return once


@pytest.fixture
def run_id(database: Database) -> UUID:
    return submit(database, "Count my tokens", builder="own").task_id


def tokens(run: Run) -> tuple[int, int]:
    return run.tokens_in, run.tokens_out


def test_a_project_that_cannot_be_kept_has_cost_its_tokens(run_id: UUID, execute: Execute) -> None:
    run = execute(run_id, Lavish())
    assert run.status is Status.FAILED
    assert tokens(run) == (103, 24), "those of the plan as well"


def test_a_run_that_is_retried_keeps_the_tokens_of_its_failed_steps(
    database: Database, run_id: UUID, execute: Execute
) -> None:
    assert tokens(execute(run_id, Planless())) == (100, 20)
    retry(database, run_id)
    assert tokens(execute(run_id, Codeless())) == (203, 44)
    retry(database, run_id)
    assert tokens(execute(run_id, Codeless())) == (303, 64)
    retry(database, run_id)
    run = execute(run_id, Quick())
    assert run.status is Status.COMPLETED
    assert tokens(run) == (308, 70)


def test_the_steps_after_a_retry_are_told_as_ever_and_count_its_tokens(
    database: Database, run_id: UUID, execute: Execute
) -> None:
    execute(run_id, Codeless())
    retry(database, run_id)
    execute(run_id, Quick())
    steps = timeline(database, run_id)
    assert [step.node for step in steps] == [None, "planner", "coder", "responder"]
    assert not any(step.forked for step in steps)
    [newest] = ask(
        database,
        """
        SELECT (checkpoint #>> '{channel_values,tokens_in}')::int AS read,
               (checkpoint #>> '{channel_values,tokens_out}')::int AS written
          FROM checkpoints WHERE thread_id = %(run)s ORDER BY checkpoint_id DESC LIMIT 1
        """,
        run=str(run_id),
    )
    assert newest == {"read": 108, "written": 30}


def test_a_plan_that_is_approved_after_failed_steps_keeps_their_tokens(
    database: Database, execute: Execute
) -> None:
    run_id = submit(database, "Show me the plan", builder="own", review=True).task_id
    execute(run_id, Planless())
    retry(database, run_id)
    run = execute(run_id, Quick())
    assert run.stage is Stage.REVIEWING
    assert tokens(run) == (103, 24)
    approve(database, run_id)
    run = execute(run_id, Codeless())
    assert tokens(run) == (203, 44)
    retry(database, run_id)
    run = execute(run_id, Quick())
    assert run.status is Status.COMPLETED
    assert tokens(run) == (208, 50)


@pytest.mark.parametrize("builder", [Planless(), Codeless()])
def test_retries_come_to_an_end_at_the_limit_of_tokens(
    database: Database, run_id: UUID, execute: Execute, builder: Builder
) -> None:
    limits = Limits(tokens=200)
    for _ in range(2):
        run = execute(run_id, builder, limits)
        assert run.error is not None
        assert "The answer was cut off." in run.error
        retry(database, run_id)
    used = tokens(run)
    assert sum(used) >= 200
    run = execute(run_id, Quick(), limits)
    assert run.status is Status.FAILED
    assert run.error is not None
    assert "limit of 200 tokens" in run.error
    assert tokens(run) == used, "nothing more was asked"
