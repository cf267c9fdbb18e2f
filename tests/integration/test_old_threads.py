"""Runs that began before a channel existed go on with this version of the graph."""

from typing import cast
from uuid import UUID

import psycopg
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from langgraph.checkpoint.base import id as ids
from langgraph.checkpoint.postgres import PostgresSaver

from tests.builders import Quick
from tests.integration.executors import NewExecutor
from tests.integration.sql import tell
from tests.integration.told_builders import Told
from toggle_core.builders.protocol import Feedback, Project
from toggle_core.errors import RunInterrupted
from toggle_core.graph.state import first_state
from toggle_core.runs.commands import submit
from toggle_core.runs.lineage import fork
from toggle_core.runs.reads import get_run
from toggle_core.runs.timeline import timeline
from toggle_core.store.checkpoint_pool import open_checkpoint_pool
from toggle_core.store.checkpointer import LAST_TIME
from toggle_core.store.database import Database
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


EARLY, LATE = "1ef00000-0000-6000-8000-000000000000", "2ef00000-0000-6000-8000-000000000000"
"""Ids of checkpoints that sort before and after those of today."""


def give_input(database: Database, run_id: UUID, checkpoint_id: str) -> None:
    """Write the checkpoint of the input, as earlier versions did before any other."""
    version = "00000000000000000000000000000001.0.1"
    config: RunnableConfig = {"configurable": {"thread_id": str(run_id), "checkpoint_ns": ""}}
    checkpoint = {
        **empty_checkpoint(),
        "id": checkpoint_id,
        "channel_values": {"__start__": first_state("Go on", production=False)},
        "channel_versions": {"__start__": version},
    }
    pool = open_checkpoint_pool(database, 1)
    PostgresSaver(pool).put(
        config,
        cast(Checkpoint, checkpoint),
        {"source": "input", "step": -1, "parents": {}},
        {"__start__": version},
    )
    pool.close(timeout=1)


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
