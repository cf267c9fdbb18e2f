"""Runs that began before a channel existed go on with this version of the graph."""

from uuid import UUID

import psycopg
import pytest

from tests.builders import Quick
from tests.integration.executors import NewExecutor
from tests.integration.sql import tell
from tests.integration.told_builders import Told
from toggle_core.builders.protocol import Feedback, Project
from toggle_core.errors import RunInterrupted
from toggle_core.runs.commands import submit
from toggle_core.runs.lineage import fork
from toggle_core.runs.reads import get_run
from toggle_core.runs.timeline import timeline
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
