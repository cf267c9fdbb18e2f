"""In which thread the steps of a run are executed."""

import threading

import pytest

from tests.builders import Quick
from tests.integration.executors import NewExecutor
from toggle_core.builders.protocol import Feedback, Plan, Project
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database


class Noting(Quick):
    """Notes the threads that it is called in."""

    def __init__(self, *, streams: bool) -> None:
        self.streams = streams
        self.called_in: set[int] = set()

    def plan(self, task: str) -> Plan:
        """Plan, and note it."""
        self.called_in.add(threading.get_ident())
        return super().plan(task)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Code, and note it."""
        self.called_in.add(threading.get_ident())
        return super().code(task, plan, feedback)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def test_a_draft_of_a_builder_without_a_model_is_executed_in_the_threads_of_its_worker_alone(
    database: Database, new_executor: NewExecutor
) -> None:
    builder = Noting(streams=False)
    new_executor(builder, "only").execute(submit(database, "Say hello", builder="quick").task_id)
    assert builder.called_in == {threading.get_ident()}


def test_a_run_whose_builder_tells_its_answer_as_it_grows_is_listened_to_meanwhile(
    database: Database, new_executor: NewExecutor
) -> None:
    builder = Noting(streams=True)
    new_executor(builder, "only").execute(submit(database, "Say hello", builder="quick").task_id)
    assert builder.called_in
    assert threading.get_ident() not in builder.called_in
