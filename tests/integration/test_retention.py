"""What becomes of runs that ended long ago: nothing a person reads of them is lost."""

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row

from tests.integration.aged_runs import Aged
from tests.integration.executors import everything, executors
from tests.integration.sql import ask, plan_of, tell
from tests.integration.told_builders import Changing
from toggle_core.errors import CheckpointNotFound, DatabaseAway, StepsCleared
from toggle_core.runs.commands import submit
from toggle_core.runs.control import cancel, retry, run_again
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.export_columns import COLUMNS, choose_columns
from toggle_core.runs.export_csv import csv_pieces
from toggle_core.runs.export_parquet import parquet_pieces
from toggle_core.runs.lineage import continue_run, files_before, fork
from toggle_core.runs.query import RunFilter
from toggle_core.runs.reads import get_run, list_runs
from toggle_core.runs.timeline import timeline
from toggle_core.store import retention, sweeping
from toggle_core.store.database import Database
from toggle_core.store.retention import Done, Policy
from toggle_core.store.sweeping import RETENTION_LOCK, last_sweep, survey, sweep
from toggle_core.words import Status

PRUNED = Policy(history_days=30)
CLEARED = Policy(history_days=30, checkpoints_days=90)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def aged(database: Database) -> Iterator[Aged]:
    with executors(database) as new:
        yield Aged(database, new)


def swept(database: Database, policy: Policy) -> Done:
    found = sweep(database, policy)
    assert found is not None
    assert not found.unfinished
    return found.done


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
        runs_cleared=1, checkpoints=5, bytes=last_bytes(database)
    )
    assert aged.kept(run_id) == (0, 0, 0)
    [row] = ask(database, "SELECT run_id, channels FROM run_results")
    assert row["run_id"] == run_id
    assert set(row["channels"]) == {
        "plan", "code", "entry", "files", "how_to_run", "response", "gates",
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
    assert aged.kept(young)[0] == 5


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


def test_many_batches_do_the_same_as_one(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [aged.completed(100 + number, f"Task {number}") for number in range(5)]
    tell(
        database,
        "UPDATE runs SET finished_at = '2020-01-01Z' WHERE id = ANY(%(some)s)",
        some=runs[:3],
    )
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(sweeping, "BATCH", 2)
    done = swept(database, PRUNED)
    assert (done.runs_pruned, done.checkpoints) == (5, 20)
    assert {aged.kept(run)[0] for run in runs} == {1}
    assert swept(database, PRUNED) == Done()


def test_a_sweep_that_is_asked_to_stop_leaves_whole_batches_and_the_next_goes_on(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [aged.completed(100 - number) for number in range(3)]
    monkeypatch.setattr(retention, "BATCH", 1)
    monkeypatch.setattr(sweeping, "BATCH", 1)
    asked = iter([False, True])
    first = sweep(database, PRUNED, stopping=lambda: next(asked))
    assert first is not None
    assert first.unfinished
    assert [aged.kept(run)[0] for run in runs] == [1, 5, 5]
    assert swept(database, PRUNED).runs_pruned == 2


def test_a_batch_that_is_cut_in_the_middle_leaves_no_trace(database: Database, aged: Aged) -> None:
    run_id = aged.completed()
    before = everything(database)
    tell(
        database,
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
    )
    tell(
        database,
        "CREATE TRIGGER cut BEFORE INSERT ON retention_marks EXECUTE FUNCTION cut()",
    )
    try:
        with pytest.raises(DatabaseAway):
            sweep(database, CLEARED)
    finally:
        tell(database, "DROP FUNCTION cut CASCADE")
    assert everything(database) == before
    assert ask(database, "SELECT FROM run_results") == []
    assert swept(database, CLEARED).runs_cleared == 1
    assert get_run(database, run_id).files


def test_one_sweeps_at_a_time(database: Database, aged: Aged) -> None:
    aged.completed()
    with psycopg.connect(database.conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (RETENTION_LOCK,))
        assert sweep(database, CLEARED) is None
    assert swept(database, CLEARED).runs_cleared == 1


def test_two_who_sweep_at_once_do_everything_once(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        aged.completed(100 - number)
    monkeypatch.setattr(retention, "BATCH", 1)
    monkeypatch.setattr(sweeping, "BATCH", 1)
    together, dones = threading.Barrier(3), []

    def go() -> None:
        together.wait(30)
        while (found := sweep(database, CLEARED)) is None or found.unfinished:
            dones.append(found.done if found else Done())
        dones.append(found.done)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(dones, Done()).runs_cleared == 6
    assert len(ask(database, "SELECT FROM run_results")) == 6


def test_a_run_that_somebody_holds_is_left_to_the_next_sweep(
    database: Database, aged: Aged, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = aged.completed()
    monkeypatch.setattr(retention, "LOCK_SECONDS", 0.05)
    with psycopg.connect(database.conninfo) as other:
        other.execute("SELECT FROM runs WHERE id = %s FOR UPDATE", (run_id,))
        with pytest.raises(DatabaseAway):
            sweep(database, CLEARED)
        other.rollback()
    assert swept(database, CLEARED).runs_cleared == 1


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


def test_a_survey_tells_what_a_sweep_then_does(database: Database, aged: Aged) -> None:
    for days in (10, 40, 50, 100, 200):
        aged.completed(days)
    aged.proved(300)
    aged.failed(45)
    leave_leftovers(database)
    before = everything(database)
    told = survey(database, CLEARED)
    assert everything(database) == before
    done = swept(database, CLEARED)
    assert told == replace(done, bytes=told.bytes)
    assert told.bytes == pytest.approx(done.bytes, rel=0.02)
    assert (told.runs_pruned, told.runs_cleared, told.leftovers) == (3, 3, 3)
    assert survey(database, CLEARED) == Done()


def leave_leftovers(database: Database) -> None:
    """Three that are to go, three that are to stay."""
    tell(database, "DELETE FROM procrastinate_jobs")
    tell(
        database,
        """
        INSERT INTO procrastinate_jobs (queue_name, task_name, status)
        VALUES ('runs', 'execute_run', 'failed'), ('runs', 'execute_run', 'doing'),
               ('runs', 'sweep_history', 'doing'), ('runs', 'execute_run', 'succeeded')
        """,
    )
    tell(
        database,
        "UPDATE procrastinate_events SET at = now() - interval '2 days'"
        " WHERE job_id = (SELECT id FROM procrastinate_jobs WHERE status = 'failed')",
    )
    tell(
        database,
        """
        INSERT INTO procrastinate_events (job_id, type)
        SELECT id, 'succeeded' FROM procrastinate_jobs WHERE status = 'succeeded'
        """,
    )
    tell(
        database,
        "INSERT INTO workers (identity, threads, seen_at)"
        " VALUES ('old', 1, now() - interval '2 days'), ('new', 1, now())",
    )


def test_leftovers_of_ended_jobs_and_dead_workers_are_deleted(database: Database) -> None:
    leave_leftovers(database)
    assert swept(database, Policy()) == Done(leftovers=3)
    left = ask(database, "SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
    assert [tuple(row.values()) for row in left] == [
        ("execute_run", "doing"),
        ("execute_run", "succeeded"),
    ]
    assert ask(database, "SELECT identity FROM workers") == [{"identity": "new"}]


def test_what_a_sweep_did_is_written_down(database: Database, aged: Aged) -> None:
    assert last_sweep(database) is None
    aged.completed()
    found = sweep(database, CLEARED)
    assert last_sweep(database) == found


def test_only_the_newest_records_of_sweeps_are_kept(database: Database) -> None:
    tell(database, "INSERT INTO sweeps (runs_pruned) SELECT n FROM generate_series(1, 300) AS n")
    swept(database, Policy())
    assert len(ask(database, "SELECT FROM sweeps")) == retention.KEPT_SWEEPS + 1


def test_the_next_runs_are_found_by_an_index_however_many_there_are(database: Database) -> None:
    tell(
        database,
        """
        INSERT INTO runs (id, task, builder, status, stage, finished_at)
        SELECT gen_random_uuid(), 'Task', 'b', 'cancelled', 'done',
               now() - make_interval(mins => n) FROM generate_series(1, 20000) AS n
        """,
    )
    tell(database, "ANALYZE runs")

    def read() -> None:
        with database.begin() as connection:
            finished_at, last_id = retention.BEGINNING
            facts = {"days": 3, "finished_at": finished_at, "last_id": last_id, "batch": 200}
            connection.execute(retention.DUE, facts).all()

    nodes = plan_of(database, read)
    assert {node.get("Index Name") for node in nodes} >= {"ix_runs_finished"}
    assert sum(node["Actual Rows"] for node in nodes if "Scan" in node["Node Type"]) <= 201
