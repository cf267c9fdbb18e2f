"""What becomes of runs that ended long ago: nothing a person reads of them is lost."""

import io
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row

from tests.integration.aged_runs import CLEARED, PRUNED, Aged, swept
from tests.integration.executors import everything, executors
from tests.integration.sql import ask, tell
from tests.integration.told_builders import Changing
from toggle_core.errors import CheckpointNotFound, StepsCleared
from toggle_core.exports.columns import COLUMNS, choose_columns
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.exports.parquet_file import parquet_pieces
from toggle_core.history.checkpoints import timeline
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import get_run, list_runs
from toggle_core.runs.control import cancel, retry
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.submission import submit
from toggle_core.store import retention
from toggle_core.store.database import Database
from toggle_core.store.retention import Done, Policy
from toggle_core.store.sweeping import last_sweep
from toggle_core.versions.lineage import continue_run, files_before, fork, run_again
from toggle_core.words import Status


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def aged(database: Database) -> Iterator[Aged]:
    with executors(database) as new:
        yield Aged(database, new)


def csv(database: Database) -> bytes:
    pieces = csv_pieces(database, RunFilter(), choose_columns(), raw=False)
    return b"".join(piece.content for piece in pieces)


def parquet(database: Database) -> bytes:
    pieces = parquet_pieces(database, RunFilter(), choose_columns())
    return b"".join(piece.content for piece in pieces)


def pruned_by_langgraph(database: Database, run_id: UUID) -> list[dict[str, object]]:
    """What LangGraph's own prune leaves of a thread; taken back."""
    with psycopg.connect(database.conninfo, autocommit=True, row_factory=dict_row) as connection:
        PostgresSaver(connection).prune([str(run_id)], strategy="keep_latest")
    return everything(database)


@pytest.mark.parametrize("kind", ["completed", "failed", "proved"])
def test_of_an_old_run_the_last_step_is_kept_exactly_as_langgraph_prunes(
    database: Database, aged: Aged, kind: str
) -> None:
    run_id: UUID = getattr(aged, kind)()
    copies = [ask(database, query) for query in COPIES]
    swept(database, PRUNED)
    ours = everything(database)
    assert aged.kept(run_id)[0] == 1
    for table, rows in zip(TABLES, copies, strict=True):
        put_back(database, table, rows)
    assert aged.kept(run_id)[0] > 1
    assert pruned_by_langgraph(database, run_id) == ours


TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
COPIES = (
    "SELECT to_jsonb(row)::text AS row FROM checkpoints AS row",
    "SELECT to_jsonb(row)::text AS row FROM checkpoint_blobs AS row",
    "SELECT to_jsonb(row)::text AS row FROM checkpoint_writes AS row",
)


def put_back(database: Database, table: str, rows: list[dict[str, object]]) -> None:
    with psycopg.connect(database.conninfo) as connection:
        name = psycopg.sql.Identifier(table)
        connection.execute(psycopg.sql.SQL("DELETE FROM {}").format(name))
        for row in rows:
            connection.execute(
                psycopg.sql.SQL(
                    "INSERT INTO {} SELECT * FROM jsonb_populate_record(NULL::{}, %s::jsonb)"
                ).format(name, name),
                (row["row"],),
            )


@pytest.mark.parametrize("policy", [PRUNED, CLEARED])
def test_everything_a_person_reads_of_old_runs_is_as_it_was(
    database: Database, aged: Aged, policy: Policy
) -> None:
    runs = [aged.completed(), aged.failed(), aged.proved()]
    before = [get_run(database, run) for run in runs]
    files = csv(database), parquet(database), list_runs(database)
    swept(database, policy)
    assert [get_run(database, run) for run in runs] == before
    assert (csv(database), parquet(database), list_runs(database)) == files
    assert before[0].plan
    assert before[0].files
    assert before[2].gates


def test_after_the_second_time_no_checkpoint_is_left_and_the_result_holds_only_what_is_read(
    database: Database, aged: Aged
) -> None:
    run_id = aged.completed(91)
    assert swept(database, CLEARED) == Done(
        runs_cleared=1, checkpoints=4, bytes=last_bytes(database)
    )
    assert aged.kept(run_id) == (0, 0, 0)
    [row] = ask(database, "SELECT run_id, channels FROM run_results")
    assert row["run_id"] == run_id
    assert set(row["channels"]) == {
        "plan", "promises", "code", "entry", "files", "how_to_run", "response",
        "unmet", "assumptions", "objection", "gates",
    }  # fmt: skip


def last_bytes(database: Database) -> int:
    found = last_sweep(database)
    assert found is not None
    assert found.done.bytes > 1_000
    return found.done.bytes


def test_every_channel_that_is_exported_is_kept() -> None:
    read = {name for name, column in COLUMNS.items() if column.in_checkpoint}
    assert read <= set(retention.KEPT_CHANNELS)


def test_young_runs_and_those_that_go_on_are_left_alone(database: Database, aged: Aged) -> None:
    young = aged.completed(29)
    waiting = submit(database, "Wait", builder="quick", review=True).task_id
    aged.execute(waiting)
    retried = aged.failed(200)
    retry(database, retried)
    before = everything(database)
    assert swept(database, CLEARED) == Done()
    assert everything(database) == before
    assert aged.kept(young)[0] == 4


def test_nothing_is_deleted_where_everything_is_kept(database: Database, aged: Aged) -> None:
    aged.completed(10_000)
    before = everything(database)
    assert swept(database, Policy()) == Done()
    assert everything(database) == before


def test_a_retried_run_is_seen_to_again_after_its_new_end(database: Database, aged: Aged) -> None:
    run_id = aged.failed(100)
    swept(database, PRUNED)
    retry(database, run_id)
    assert aged.execute(run_id).status is Status.COMPLETED
    assert aged.kept(run_id)[0] > 2
    tell(database, "UPDATE runs SET finished_at = now() - interval '31 days'")
    assert swept(database, PRUNED).runs_pruned == 1
    assert get_run(database, run_id).files


def test_a_failed_run_goes_on_from_its_last_step_after_pruning(
    database: Database, aged: Aged
) -> None:
    run_id = aged.failed()
    swept(database, PRUNED)
    retry(database, run_id)
    assert aged.execute(run_id).status is Status.COMPLETED


def test_a_run_whose_steps_are_cleared_away_cannot_be_retried_but_run_again(
    database: Database, aged: Aged
) -> None:
    run_id = aged.failed()
    swept(database, CLEARED)
    with pytest.raises(StepsCleared, match="Run it again"):
        retry(database, run_id)
    again = run_again(database, run_id, builder="quick").task_id
    assert aged.execute(again).status is Status.COMPLETED


def test_a_run_that_never_began_can_still_be_retried(database: Database, aged: Aged) -> None:
    run_id = submit(database, "Wait", builder="quick").task_id
    cancel(database, run_id)
    tell(database, "UPDATE runs SET finished_at = '2020-01-01Z'")
    swept(database, CLEARED)
    retry(database, run_id)
    assert aged.execute(run_id).files


@pytest.mark.parametrize("policy", [PRUNED, CLEARED])
def test_an_old_run_can_be_changed_and_compared(
    database: Database, aged: Aged, policy: Policy
) -> None:
    run_id = aged.completed()
    swept(database, policy)
    child = continue_run(database, run_id, "In green, please", builder="changing").task_id
    made = aged.execute(child, Changing())
    assert made.status is Status.COMPLETED
    assert files_before(database, made) == get_run(database, run_id).files


def test_a_pruned_run_is_forked_from_its_last_step_only(database: Database, aged: Aged) -> None:
    run_id = aged.completed()
    steps = timeline(database, run_id)
    swept(database, PRUNED)
    assert timeline(database, run_id)[0].checkpoint_id == steps[-1].checkpoint_id
    with pytest.raises(CheckpointNotFound, match="cleared away"):
        fork(database, run_id, steps[1].checkpoint_id, builder="quick")
    child = fork(database, run_id, steps[-1].checkpoint_id, builder="quick", plan="Another").task_id
    assert aged.execute(child).status is Status.COMPLETED


def test_a_fork_that_waits_needs_nothing_of_its_parent(database: Database, aged: Aged) -> None:
    run_id = aged.completed()
    step = timeline(database, run_id)[2].checkpoint_id
    child = fork(database, run_id, step, builder="quick").task_id
    swept(database, CLEARED)
    assert aged.execute(child).status is Status.COMPLETED


def test_deleting_a_run_deletes_its_result(database: Database, aged: Aged) -> None:
    run_id = aged.completed()
    swept(database, CLEARED)
    assert delete_runs(database, [run_id]).done == [run_id]
    assert ask(database, "SELECT FROM run_results") == []


def test_an_export_that_has_begun_is_not_disturbed(database: Database, aged: Aged) -> None:
    for number in range(3):
        aged.completed(100, f"Task {number}")
    whole = csv(database)
    pieces = csv_pieces(database, RunFilter(), choose_columns(), raw=False)
    written = io.BytesIO(next(pieces).content)
    written.seek(0, io.SEEK_END)
    swept(database, CLEARED)
    for piece in pieces:
        written.write(piece.content)
    assert written.getvalue() == whole
