"""Runs that earlier versions began go on with this one, and can be started again from."""

from uuid import UUID

import psycopg
import pytest
from langgraph.checkpoint.base import id as ids

from tests.builders import Quick
from tests.integration.executors import NewExecutor
from tests.integration.old_inputs import EARLY, LATE, give_input
from tests.integration.sql import tell
from tests.integration.told_builders import Told
from toggle_core.builders.protocol import Feedback, Project
from toggle_core.errors import RunInterrupted
from toggle_core.history.checkpoints import timeline
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.store.checkpointer import LAST_TIME
from toggle_core.store.database import Database
from toggle_core.versions.lineage import fork
from toggle_core.words import Status

NEWER = ["review", "base", "gates", "best", "failure", "stopped"]
"""Channels that the first version did not have."""


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


class CutOff(Quick):
    """Plans, and loses its database in the coder."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Fail as a connection does."""
        raise psycopg.OperationalError


@pytest.fixture
def old(database: Database, new_executor: NewExecutor) -> UUID:
    """A run that was planned by the first version and then interrupted."""
    run_id = submit(database, "Go on", builder="quick").task_id
    with pytest.raises(RunInterrupted):
        new_executor(CutOff(), "first").execute(run_id)
    touched = tell(
        database,
        """
        UPDATE checkpoints SET checkpoint = checkpoint || jsonb_build_object(
                   'channel_values', (checkpoint -> 'channel_values') - %(newer)s,
                   'channel_versions', (checkpoint -> 'channel_versions') - %(newer)s)
         WHERE checkpoint -> 'channel_values' ? 'base'
        """,
        newer=NEWER,
    )
    assert touched == 2
    return run_id


def test_the_input_of_an_old_thread_is_a_step_from_which_to_start_again(
    database: Database, new_executor: NewExecutor, old: UUID
) -> None:
    give_input(database, old, EARLY)
    first, second, *_ = timeline(database, old)
    assert (first.number, first.node, first.follows) == (-1, None, "__start__")
    assert (second.number, second.node, second.follows) == (0, None, "planner")
    builder = Told()
    run_id = fork(database, old, first.checkpoint_id, builder="told").task_id
    new_executor(builder, "second").execute(run_id)
    assert get_run(database, run_id).status is Status.COMPLETED
    assert (builder.planned, len(builder.plans)) == (1, 1)


def test_an_old_thread_that_holds_its_input_only_begins_also_where_that_is_ahead(
    database: Database, new_executor: NewExecutor, old: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids, LAST_TIME, None)
    tell(database, "DELETE FROM checkpoints")
    give_input(database, old, LATE)
    builder = Told()
    new_executor(builder, "second").execute(old)
    assert get_run(database, old).status is Status.COMPLETED
    assert (builder.planned, len(builder.plans)) == (1, 1)
    assert min(step.checkpoint_id for step in timeline(database, old)) == LATE


def test_an_old_thread_is_continued(
    database: Database, new_executor: NewExecutor, old: UUID
) -> None:
    builder = Told()
    new_executor(builder, "second").execute(old)
    assert get_run(database, old).status is Status.COMPLETED
    assert (builder.planned, len(builder.plans)) == (0, 1)


def test_an_old_thread_is_forked(database: Database, new_executor: NewExecutor, old: UUID) -> None:
    planned = timeline(database, old)[-1]
    assert planned.node == "planner"
    builder = Told()
    run_id = fork(database, old, planned.checkpoint_id, builder="told").task_id
    new_executor(builder, "second").execute(run_id)
    assert get_run(database, run_id).status is Status.COMPLETED
    assert (builder.planned, len(builder.plans)) == (0, 1)
