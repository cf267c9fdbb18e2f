"""A worker whose run was taken over writes nothing more, and the successor's result stands."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import cast
from uuid import UUID

import psycopg
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from langgraph.checkpoint.serde.types import INTERRUPT

from tests.builders import Quick
from tests.integration.executors import Held, NewExecutor, everything
from tests.integration.sql import ask, tell
from tests.polling import eventually
from toggle_core.errors import LeaseLost
from toggle_core.history import reads
from toggle_core.runs import leases
from toggle_core.runs.checkpoint_guard import CheckpointGuard
from toggle_core.runs.leases import Counts, claim_run
from toggle_core.runs.lifecycle import ADVANCE, RELEASE, STOP, write
from toggle_core.runs.submission import submit
from toggle_core.store.checkpoint_pool import open_checkpoint_pool
from toggle_core.store.checkpointer import FencedSaver
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import CHECK_LEASE, Lease
from toggle_core.words import Stage, Status, Verdict

pytestmark = pytest.mark.usefixtures("ways_of_stepping")


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


@pytest.fixture
def saver(database: Database) -> Iterator[FencedSaver]:
    pool = open_checkpoint_pool(database, 2)
    yield FencedSaver(pool)
    pool.close(timeout=1)


@pytest.fixture
def run_id(database: Database) -> UUID:
    return submit(database, "Guard this", builder="held").task_id


def claimed(database: Database, run_id: UUID, worker: str) -> Lease:
    claim = claim_run(database, run_id, worker)
    assert claim is not None
    return claim.lease


def advanced(database: Database, lease: Lease, *stages: Stage) -> None:
    for stage in stages:
        write(database, ADVANCE[stage], lease, **asdict(Counts(1, 0, 0)))


def completed(database: Database, lease: Lease) -> None:
    advanced(database, lease, Stage.CODING, Stage.RESPONDING)
    leases.complete(database, lease, Verdict.DRAFT, Counts(1, 0, 0))


def put(saver: FencedSaver, run_id: UUID) -> None:
    config: RunnableConfig = {"configurable": {"thread_id": str(run_id), "checkpoint_ns": ""}}
    saver.put(config, empty_checkpoint(), {"source": "loop", "step": 0}, {})


def put_writes(saver: FencedSaver, run_id: UUID) -> None:
    where = {"thread_id": str(run_id), "checkpoint_ns": "", "checkpoint_id": "1"}
    saver.put_writes({"configurable": where}, [(INTERRUPT, "too late")], "task")


def test_a_worker_woken_after_its_run_was_completed_by_another_leaves_no_trace(
    database: Database, new_executor: NewExecutor, threads: ThreadPoolExecutor, run_id: UUID
) -> None:
    late = Held("The work of the late one.")
    asleep = threads.submit(new_executor(late, "first").execute, run_id)
    assert late.reached.wait(120)
    new_executor(Quick(), "second").execute(run_id)
    before = everything(database)
    late.go.set()
    assert asleep.result(120) is None
    assert everything(database) == before
    run = reads.get_run(database, run_id)
    assert run.status is Status.COMPLETED
    assert run.takeovers == 1
    assert run.response is not None
    assert "A program that says hello." in run.response


def test_a_worker_woken_in_the_middle_of_its_successors_work_leaves_no_trace(
    database: Database, new_executor: NewExecutor, threads: ThreadPoolExecutor, run_id: UUID
) -> None:
    late, successor = Held("The work of the late one."), Held("The work of the successor.")
    asleep = threads.submit(new_executor(late, "first").execute, run_id)
    assert late.reached.wait(120)
    at_work = threads.submit(new_executor(successor, "second").execute, run_id)
    assert successor.reached.wait(120)
    before = everything(database)
    late.go.set()
    asleep.result(120)
    assert everything(database) == before
    successor.go.set()
    at_work.result(120)
    assert reads.get_run(database, run_id).code == "# The work of the successor.\n"
    assert successor.planned == 0, "the plan of the first was kept"


def test_a_worker_that_gets_its_own_run_again_still_knows_it_when_the_first_try_ends(
    new_executor: NewExecutor, threads: ThreadPoolExecutor, run_id: UUID
) -> None:
    builder = Held()
    executor = new_executor(builder, "frozen for a while")
    first = threads.submit(executor.execute, run_id)
    assert builder.reached.wait(120)
    builder.reached.clear()
    second = threads.submit(executor.execute, run_id)
    assert builder.reached.wait(120)
    assert executor.running() == {run_id}
    builder.go.set()
    first.result(120)
    second.result(120)
    assert executor.running() == frozenset()


LATE_WRITES: dict[str, Callable[[Database, Lease], object]] = {
    "stage": lambda database, lease: leases.resume(
        database, lease, Stage.PLANNING, Counts(1, 2, 3)
    ),
    "result": lambda database, lease: leases.complete(
        database, lease, Verdict.DRAFT, Counts(1, 2, 3)
    ),
    "failure": lambda database, lease: leases.fail(database, lease, "Too late.", detail={}),
    "release": lambda database, lease: write(database, RELEASE, lease),
}


@pytest.mark.parametrize("write", LATE_WRITES.values(), ids=LATE_WRITES)
def test_a_superseded_lease_writes_nothing_to_the_run(
    database: Database, run_id: UUID, write: Callable[[Database, Lease], object]
) -> None:
    first = claimed(database, run_id, "first")
    claimed(database, run_id, "second")
    before = everything(database)
    with pytest.raises(LeaseLost):
        write(database, first)
    assert everything(database) == before


@pytest.mark.parametrize("write", LATE_WRITES.values(), ids=LATE_WRITES)
def test_a_run_that_has_ended_is_not_written_again(
    database: Database, run_id: UUID, write: Callable[[Database, Lease], object]
) -> None:
    lease = claimed(database, run_id, "only")
    completed(database, lease)
    before = everything(database)
    with pytest.raises(LeaseLost):
        write(database, lease)
    assert everything(database) == before


@pytest.mark.parametrize("write", [put, put_writes])
def test_a_superseded_lease_writes_no_checkpoint(
    database: Database, saver: FencedSaver, run_id: UUID, write: Callable[[FencedSaver, UUID], None]
) -> None:
    saver.fence(claimed(database, run_id, "first"))
    write(saver, run_id)
    claimed(database, run_id, "second")
    before = everything(database)
    with pytest.raises(LeaseLost):
        write(saver, run_id)
    assert everything(database) == before


@pytest.mark.parametrize("write", [put, put_writes])
def test_a_saver_that_was_given_no_run_writes_nothing(
    database: Database, saver: FencedSaver, run_id: UUID, write: Callable[[FencedSaver, UUID], None]
) -> None:
    with pytest.raises(LeaseLost):
        write(saver, run_id)
    assert ask(database, "SELECT FROM checkpoints UNION ALL SELECT FROM checkpoint_writes") == []


@pytest.mark.parametrize("write", [put, put_writes])
def test_a_run_that_has_ended_gets_no_checkpoint(
    database: Database, saver: FencedSaver, run_id: UUID, write: Callable[[FencedSaver, UUID], None]
) -> None:
    lease = claimed(database, run_id, "only")
    saver.fence(lease)
    leases.fail(database, lease, "It failed.", detail={})
    with pytest.raises(LeaseLost):
        write(saver, run_id)


def test_what_a_step_returned_is_written_by_its_checkpoint_only(
    database: Database, new_executor: NewExecutor, run_id: UUID
) -> None:
    new_executor(Quick(), "only").execute(run_id)
    assert ask(database, "SELECT channel FROM checkpoint_writes") == []
    assert reads.get_run(database, run_id).status is Status.COMPLETED


def test_a_stage_is_there_as_soon_as_the_checkpoint_that_leads_to_it_and_no_sooner(
    database: Database, new_executor: NewExecutor, run_id: UUID
) -> None:
    new_executor(Quick(), "only").execute(run_id)
    told = ask(
        database,
        """
        SELECT event.stage, checkpoint.checkpoint -> 'channel_values' ->> 'stage' AS channel
          FROM run_events AS event LEFT JOIN checkpoints AS checkpoint
            ON checkpoint.xmin = event.xmin
         WHERE event.stage IN ('coding', 'responding', 'done') ORDER BY event.id
        """,
    )
    assert told == [
        {"stage": "coding", "channel": "coding"},
        {"stage": "responding", "channel": "responding"},
        {"stage": "done", "channel": "done"},
    ]


def test_a_run_ends_with_its_last_checkpoint(
    database: Database, new_executor: NewExecutor, run_id: UUID
) -> None:
    new_executor(Quick(), "only").execute(run_id)
    ended = ask(
        database,
        """
        SELECT run.status, checkpoint.checkpoint -> 'channel_values' ->> 'status' AS channel
          FROM runs AS run JOIN checkpoints AS checkpoint ON checkpoint.xmin = run.xmin
        """,
    )
    assert ended == [{"status": "completed", "channel": "completed"}]


def test_a_run_whose_last_checkpoint_was_there_before_is_ended(
    database: Database, new_executor: NewExecutor, run_id: UUID
) -> None:
    new_executor(Quick(), "first").execute(run_id)
    tell(
        database,
        """
        UPDATE runs SET status = 'processing', stage = 'responding', verdict = NULL,
                        finished_at = NULL
        """,
    )
    new_executor(Quick(), "second").execute(run_id)
    run = reads.get_run(database, run_id)
    assert (run.status, run.stage, run.verdict) == (Status.COMPLETED, Stage.DONE, Verdict.DRAFT)


def test_the_first_checkpoint_holds_the_task_and_none_stands_before_it(
    database: Database, new_executor: NewExecutor, threads: ThreadPoolExecutor, run_id: UUID
) -> None:
    builder = Held()
    at_work = threads.submit(new_executor(builder, "only").execute, run_id)
    assert builder.reached.wait(120)
    found = ask(
        database,
        """
        SELECT (metadata ->> 'step')::int AS step, checkpoint #>> '{channel_values,task}' AS task
          FROM checkpoints ORDER BY checkpoint_id
        """,
    )
    builder.go.set()
    at_work.result(120)
    assert found == [{"step": 0, "task": "Guard this"}, {"step": 1, "task": "Guard this"}]
    assert ask(database, "SELECT FROM checkpoint_blobs") == []


def test_a_channel_that_is_no_flat_primitive_is_refused_before_anything_is_written(
    database: Database, saver: FencedSaver, run_id: UUID
) -> None:
    saver.fence(claimed(database, run_id, "first"))
    config: RunnableConfig = {"configurable": {"thread_id": str(run_id), "checkpoint_ns": ""}}
    checkpoint = {**empty_checkpoint(), "channel_values": {"files": {"main.py": "print()"}}}
    with pytest.raises(TypeError, match="files"):
        saver.put(config, cast(Checkpoint, checkpoint), {"source": "loop", "step": 1}, {})
    assert ask(database, "SELECT FROM checkpoints") == []


def put_guarded(saver: FencedSaver, lease: Lease, channels: dict[str, object]) -> None:
    """Write a checkpoint of a run that is coding or responding, which records its stage."""
    saver.fence(lease)
    recorded = Stage.CODING if channels["stage"] == "checking" else Stage.RESPONDING
    saver.guard_by(CheckpointGuard(lease, recorded, lambda: None))
    place = {"thread_id": str(lease.run_id), "checkpoint_ns": ""}
    checkpoint = {**empty_checkpoint(), "channel_values": channels}
    saver.put(
        {"configurable": place}, cast(Checkpoint, checkpoint), {"source": "loop", "step": 1}, {}
    )


TOLD = pytest.mark.parametrize(
    "channels",
    [{"stage": "checking"}, {"stage": "done", "verdict": "draft"}, {"stage": "responding"}],
    ids=["the next stage", "the end", "nothing new"],
)


def advance_before(database: Database, lease: Lease, channels: dict[str, object]) -> None:
    """Bring the run to the stage before that of a checkpoint."""
    stages = [Stage.CODING] if channels["stage"] == "checking" else [Stage.CODING, Stage.RESPONDING]
    advanced(database, lease, *stages)


def superseded(database: Database, lease: Lease) -> None:
    claimed(database, lease.run_id, "second")


def stopped(database: Database, lease: Lease) -> None:
    write(database, STOP, lease)


@TOLD
@pytest.mark.parametrize("ended", [superseded, stopped])
def test_a_lease_that_has_ended_tells_nothing_with_a_checkpoint(
    database: Database,
    saver: FencedSaver,
    run_id: UUID,
    ended: Callable[[Database, Lease], object],
    channels: dict[str, object],
) -> None:
    lease = claimed(database, run_id, "first")
    advance_before(database, lease, channels)
    ended(database, lease)
    before = everything(database)
    with pytest.raises(LeaseLost):
        put_guarded(saver, lease, channels)
    assert everything(database) == before


@TOLD
def test_the_newest_lease_tells_it(
    database: Database, saver: FencedSaver, run_id: UUID, channels: dict[str, object]
) -> None:
    lease = claimed(database, run_id, "only")
    advance_before(database, lease, channels)
    put_guarded(saver, lease, channels)
    assert reads.get_run(database, run_id).stage == channels["stage"]
    assert len(ask(database, "SELECT FROM checkpoints")) == 1


def test_a_take_over_waits_for_the_write_that_is_under_way(
    database: Database, threads: ThreadPoolExecutor, run_id: UUID
) -> None:
    lease = claimed(database, run_id, "first")
    with psycopg.connect(database.conninfo) as writing:
        writing.execute(CHECK_LEASE, {"run_id": run_id, "lease": lease.number})
        take_over = threads.submit(claimed, database, run_id, "second")
        waiting = "SELECT FROM pg_locks WHERE NOT granted"
        eventually(lambda: ask(database, waiting) or take_over.done())
        assert not take_over.done()
    assert take_over.result(120).number == lease.number + 1


def test_a_claim_of_a_finished_run_is_none(database: Database, run_id: UUID) -> None:
    lease = claimed(database, run_id, "only")
    completed(database, lease)
    assert claim_run(database, run_id, "another") is None


def test_a_run_that_is_gone_is_executed_as_nothing(
    database: Database, new_executor: NewExecutor, run_id: UUID
) -> None:
    tell(database, "DELETE FROM runs")
    new_executor(Quick(), "late").execute(run_id)
    assert everything(database) == []


def test_only_one_of_many_workers_that_claim_at_once_holds_the_lease(
    database: Database, threads: ThreadPoolExecutor, run_id: UUID
) -> None:
    together = threading.Barrier(3)

    def take(worker: str) -> Lease:
        together.wait(120)
        return claimed(database, run_id, worker)

    taken = list(threads.map(take, "abc"))
    assert sorted(lease.number for lease in taken) == [1, 2, 3]
    newest = max(taken, key=lambda lease: lease.number)
    for lease in taken:
        if lease is not newest:
            with pytest.raises(LeaseLost):
                write(database, RELEASE, lease)
    write(database, RELEASE, newest)
