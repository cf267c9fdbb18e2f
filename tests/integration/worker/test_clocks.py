"""A run goes on where it was although the machine that began it has a clock that is ahead."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base import id as ids

from tests.builders import Quick
from tests.integration.executors import Held, NewExecutor
from tests.integration.sql import ask, tell
from toggle_core.builders.protocol import Feedback, Project
from toggle_core.errors import CheckpointOutOfOrder, RunInterrupted
from toggle_core.history import reads
from toggle_core.runs.submission import submit
from toggle_core.store.checkpointer import LAST_TIME, FencedSaver
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.words import Status

TICKS_PER_SECOND = 10_000_000
"""Of the times in checkpoint ids: units of 100 ns (RFC 9562, section 5.6)."""


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


class CutOff(Quick):
    """Plans, and loses its database in the coder."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Fail as a connection does."""
        raise psycopg.OperationalError


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test tells LangGraph of the time is forgotten at its end."""
    monkeypatch.setattr(ids, LAST_TIME, None)


@pytest.fixture
def interrupted(database: Database, new_executor: NewExecutor) -> UUID:
    """A run that was planned and then interrupted."""
    run_id = submit(database, "Mind the clock", builder="quick").task_id
    with pytest.raises(RunInterrupted):
        new_executor(CutOff(), "first").execute(run_id)
    return run_id


def newest_id(database: Database) -> str:
    newest = "SELECT max(checkpoint_id) AS id FROM checkpoints"
    return str(ask(database, newest)[0]["id"])


def ahead(seconds: int) -> str:
    """An id as a machine makes it whose clock is ahead."""
    now = ids.uuid6()
    ticks = now.time + seconds * TICKS_PER_SECOND
    late = (ticks >> 12) << 80 | 6 << 76 | (ticks & 0xFFF) << 64 | (now.int & (1 << 64) - 1)
    assert ids.UUID(int=late).time == ticks
    return str(ids.UUID(int=late))


def as_if_written_ahead(database: Database, seconds: int) -> str:
    """Give the newest checkpoint the id that a machine with a fast clock would have made."""
    there, newest = ahead(seconds), newest_id(database)
    renamed = tell(
        database,
        """
        WITH writes AS (
            UPDATE checkpoint_writes SET checkpoint_id = %(there)s WHERE checkpoint_id = %(newest)s
        )
        UPDATE checkpoints SET checkpoint_id = %(there)s,
               checkpoint = jsonb_set(checkpoint, '{id}', to_jsonb(%(there)s::text))
         WHERE checkpoint_id = %(newest)s
        """,
        there=there,
        newest=newest,
    )
    assert renamed == 1
    return there


def test_checkpoints_sort_after_one_from_a_clock_that_was_a_minute_ahead(
    database: Database, new_executor: NewExecutor, interrupted: UUID
) -> None:
    there = as_if_written_ahead(database, 60)
    successor = Held()
    successor.go.set()
    new_executor(successor, "second").execute(interrupted)
    run = reads.get_run(database, interrupted)
    assert run.status is Status.COMPLETED
    assert newest_id(database) > there
    assert run.code is not None, "readers see the newest state"
    assert run.response is not None
    assert successor.planned == 0, "the plan was kept"


def test_no_node_is_repeated_when_the_run_is_interrupted_again(
    database: Database, new_executor: NewExecutor, interrupted: UUID
) -> None:
    as_if_written_ahead(database, 3600)
    second, third = Held(), Held()
    executor = new_executor(second, "second")
    with ThreadPoolExecutor() as threads:
        execution = threads.submit(executor.execute, interrupted)
        assert second.reached.wait(120)
        executor.drain()
        second.go.set()
        assert isinstance(execution.exception(20), RunInterrupted)
    new_executor(third, "third").execute(interrupted)
    assert (third.planned, third.coded) == (0, 0)
    assert reads.get_run(database, interrupted).response is not None


def test_a_run_whose_first_checkpoint_is_ahead_goes_on_all_the_same(
    database: Database, new_executor: NewExecutor, interrupted: UUID
) -> None:
    tell(database, "DELETE FROM checkpoint_writes")
    tell(database, "DELETE FROM checkpoints WHERE metadata ->> 'step' <> '0'")
    there = as_if_written_ahead(database, 60)
    new_executor(Quick(), "second").execute(interrupted)
    assert newest_id(database) > there
    assert reads.get_run(database, interrupted).response is not None


def test_the_clock_is_never_turned_back(new_executor: NewExecutor) -> None:
    saver = FencedSaver(new_executor(Quick(), "only").pool)
    far, near = ahead(7200), ahead(3600)
    saver.follow(far)
    saver.follow(near)
    assert str(ids.uuid6()) > far


def test_a_checkpoint_that_would_not_be_the_newest_is_refused(
    database: Database, new_executor: NewExecutor, interrupted: UUID
) -> None:
    saver = FencedSaver(new_executor(Quick(), "second").pool)
    saver.fence(Lease(interrupted, 1))
    config: RunnableConfig = {"configurable": {"thread_id": str(interrupted), "checkpoint_ns": ""}}
    saver.follow(newest_id(database))
    late = empty_checkpoint()
    saver.put(config, empty_checkpoint(), {}, {})
    saver.follow(ahead(60))
    with pytest.raises(CheckpointOutOfOrder):
        saver.put(config, late, {}, {})
