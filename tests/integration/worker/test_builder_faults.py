"""Whatever a builder does, its run ends, says so, and leaves the worker well."""

import sys

import pytest

from tests.builders import Quick
from tests.integration.executors import NewExecutor
from toggle_core.builders.protocol import Builder, Feedback, Plan, Project
from toggle_core.errors import BuildFailed
from toggle_core.history import reads
from toggle_core.projects.files import MOST_FILE_CHARACTERS
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import ERROR_LIMIT, Status

pytestmark = pytest.mark.usefixtures("ways_of_stepping")


class Refusing(Quick):
    """Refuses in words that cannot be stored, and too many of them."""

    def plan(self, task: str) -> Plan:
        """Refuse."""
        raise BuildFailed(reason="No\x00 \ud800way" + "!" * 10_000)


class Leaving(Quick):
    """Ends the program."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Leave."""
        sys.exit(1)


class Recursing(Quick):
    """Never comes to an end."""

    def plan(self, task: str) -> Plan:
        """Ask itself."""
        return self.plan(task)


class Confused(Quick):
    """Returns something else."""

    def plan(self, task: str) -> Plan:
        """Return a text."""
        return "1. Write it"  # type: ignore[return-value]  # that is what is tried


class Lavish(Quick):
    """Makes a file that is too large."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Write too much."""
        return Project(
            {"main.py": "x" * (MOST_FILE_CHARACTERS + 1)}, "main.py", "python main.py", "Much."
        )


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def executed(database: Database, new_executor: NewExecutor, builder: Builder) -> Run:
    """A run after its execution. The same thread then executes another one, which must go well."""
    executor = new_executor(builder, "only")
    run_id = submit(database, "Stumble", builder="own").task_id
    executor.execute(run_id)
    again = submit(database, "Go on", builder="quick").task_id
    new_executor(Quick(), "next").execute(again)
    assert reads.get_run(database, again).status is Status.COMPLETED
    return reads.get_run(database, run_id)


def test_a_refusal_in_words_that_cannot_be_stored_is_told_without_them(
    database: Database, new_executor: NewExecutor
) -> None:
    run = executed(database, new_executor, Refusing())
    assert run.status is Status.FAILED
    assert run.error == f"No way{'!' * 10_000}"[:ERROR_LIMIT]


@pytest.mark.parametrize("builder", [Leaving(), Recursing(), Confused()])
def test_a_fault_of_the_builder_fails_its_run_with_a_reference(
    database: Database, new_executor: NewExecutor, builder: Builder
) -> None:
    run = executed(database, new_executor, builder)
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error.startswith("Something went wrong that was not your doing.")
    [*_, last] = reads.list_events(database, run.id)
    assert last.detail["reference"] in run.error


def test_a_project_that_cannot_be_kept_fails_with_the_reason(
    database: Database, new_executor: NewExecutor
) -> None:
    run = executed(database, new_executor, Lavish())
    assert run.status is Status.FAILED
    assert run.error is not None
    assert "it is too large (400,001 characters)" in run.error
    assert run.plan is not None, "the plan is kept"
    assert (run.tokens_in, run.tokens_out) == (3, 4), "what the plan has cost is kept"
