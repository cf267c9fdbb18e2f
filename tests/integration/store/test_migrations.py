"""Any database of ours becomes the newest one: empty, older, or many processes at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.sql import SQL, Identifier
from sqlalchemy import inspect

from tests.integration.sql import ask, tell
from tests.polling import eventually
from toggle_core.errors import DatabaseForbids, DatabaseNewer
from toggle_core.history import reads
from toggle_core.insights.durations import seconds_of
from toggle_core.insights.queries import stage_durations
from toggle_core.insights.rollup import count_changed_days
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.migrate import MIGRATION_LOCK, alembic_config, is_migrated, migrate
from toggle_core.store.tables import Base

REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()
]

ROWS: dict[str, LiteralString] = {
    "runs": """
        INSERT INTO runs
               (id, task, builder, status, stage, verdict, error, finished_at, idempotency_key)
        VALUES (gen_random_uuid(), 'Wait', 'b', 'processing', 'queued', NULL, NULL, NULL, 'key'),
               (gen_random_uuid(), 'Done', 'b', 'completed', 'done', 'draft', NULL, now(), NULL),
               (gen_random_uuid(), 'Fail', 'b', 'failed', 'done', NULL, 'no', now(), NULL),
               (gen_random_uuid(), 'Stop', 'b', 'cancelled', 'done', NULL, NULL, now(), NULL)
    """,
    "deleted_runs": "INSERT INTO deleted_runs (id, changed) VALUES (gen_random_uuid(), 7)",
    "projects": "INSERT INTO projects (id, name) VALUES (gen_random_uuid(), 'Empty')",
    "run_events": """
        INSERT INTO run_events (run_id, kind, stage)
        SELECT id, told, stage FROM runs, unnest(ARRAY['stage', 'continued', 'error']) AS told
    """,
    "workers": "INSERT INTO workers (identity, threads) VALUES ('somebody', 8)",
    "app_keys": "INSERT INTO app_keys (key) VALUES (decode(repeat('5a', 32), 'hex'))",
    "app_servers": "INSERT INTO app_servers (name) VALUES ('somebody')",
    "app_data": "INSERT INTO app_data (run_id, archive, files) SELECT id, '', 1 FROM runs",
    "run_pictures": """
        INSERT INTO run_pictures (run_id, attempt, place, promise, path, width, height, content)
        SELECT id, 1, 1, '', '/', 390, 844, 'PNG' FROM runs
    """,
    "attempts": """
        INSERT INTO attempts (run_id, attempt, files, entry, seconds, tokens_in, tokens_out)
        SELECT id, 1, '{}', 'main.py', 0.5, 1, 2 FROM runs
    """,
    "gate_results": """
        INSERT INTO gate_results
               (run_id, attempt, gate, outcome, seconds, summary, detail, output, pages)
        SELECT id, 1, 'tests', 'failed', 0.5, 'Two failed.', '', '', '[]' FROM runs
    """,
    "approvals": "INSERT INTO approvals (run_id, plan) SELECT id, 'Do it.' FROM runs",
    "origins": """
        INSERT INTO origins (run_id, checkpoint_id, as_node, state)
        SELECT id, '1f0c8d9e', 'planner', '{"plan": "Do it."}' FROM runs
    """,
    "saved_views": """
        INSERT INTO saved_views (id, name, place, filter)
        VALUES (gen_random_uuid(), 'Failed', 1, '{"parameters": {"status": "failed"}}')
    """,
    "api_keys": """
        INSERT INTO api_keys (id, name, scope, digest)
        VALUES ('0123456789ab', 'ci', 'submit', decode(repeat('00', 32), 'hex'))
    """,
    "run_results": """
        INSERT INTO run_results (run_id, channels) SELECT id, '{"plan": "Do it."}' FROM runs
    """,
    "retention_marks": """
        INSERT INTO retention_marks (step, finished_at, last_id)
        VALUES ('history', '2026-01-01Z', gen_random_uuid())
    """,
    "sweeps": "INSERT INTO sweeps (runs_pruned) VALUES (3)",
    "insight_changes": "INSERT INTO insight_changes (day) VALUES ('2026-01-01')",
    "insight_days": "INSERT INTO insight_days (day, seconds) VALUES ('2026-01-01', 0.1)",
    "insight_runs": """
        INSERT INTO insight_runs
        VALUES ('2026-01-01', 'b', false, 'completed', 'draft', 1, 2, 30, 40)
    """,
    "insight_hours": "INSERT INTO insight_hours VALUES ('2026-01-01', 23, 2)",
    "insight_stages": """
        INSERT INTO insight_stages (day, stage, buckets, numbers)
        VALUES ('2026-01-01', 'coding', '{-3}', '{2}')
    """,
    "insight_gates": "INSERT INTO insight_gates VALUES ('2026-01-01', 'lint', 'failed', 2)",
    "insight_strengths": "INSERT INTO insight_strengths VALUES ('2026-01-01', 80, 2)",
    "insight_reasons": "INSERT INTO insight_reasons VALUES ('2026-01-01', 'tests', 2)",
    "run_webhooks": "INSERT INTO run_webhooks SELECT id, 'https://example.com/' FROM runs",
    "global_webhook": "INSERT INTO global_webhook DEFAULT VALUES",
    "webhook_deliveries": """
        INSERT INTO webhook_deliveries (run_id, event_type, payload)
        SELECT id, 'run.failed', '{"status": "failed"}' FROM runs
    """,
}
"""Rows for each of our tables. A table that comes with a new revision needs some here."""

DELIVERED_ENDS: LiteralString = """
    INSERT INTO webhook_deliveries (run_id, ended) SELECT id, '{"status": "failed"}' FROM runs
"""
"""As before revision 0011."""

A_BUCKET_A_ROW: LiteralString = "INSERT INTO insight_stages VALUES ('2026-01-01', 'coding', -3, 2)"
"""As before revision 0026."""

RENAMED = {("webhook_deliveries", "ended"): "payload"}
"""Columns whose names have changed."""


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    """A database without any table."""
    database = open_database(conninfo_of(empty_database_url))
    yield database
    database.close()


def our_tables(database: Database) -> list[str]:
    """Those of our tables that exist, each after those it refers to."""
    existing = inspect(database.engine).get_table_names()
    return [table.name for table in Base.metadata.sorted_tables if table.name in existing]


def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows of our tables."""
    return {
        name: ask(database, SQL("SELECT * FROM {} AS row ORDER BY row").format(Identifier(name)))
        for name in our_tables(database)
    }


def rows_at(revision: str, table: str) -> LiteralString:
    """What is put into a table as a revision left it."""
    if table == "webhook_deliveries" and revision < "0011":
        return DELIVERED_ENDS
    if table == "insight_stages" and revision < "0026":
        return A_BUCKET_A_ROW
    return ROWS[table]


def shape(database: Database) -> list[dict[str, Any]]:
    """Columns, constraints and indexes of our tables, in Postgres's words."""
    return ask(
        database,
        """
        WITH ours AS (
            SELECT oid FROM pg_class
             WHERE relname = ANY(%(names)s) AND relnamespace = 'public'::regnamespace
        )
        SELECT attrelid::regclass::text AS place, attname::text AS name,
               concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity,
                         pg_get_expr(adbin, adrelid)) AS definition
          FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE attrelid IN (SELECT oid FROM ours) AND attnum > 0 AND NOT attisdropped
        UNION
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE conrelid IN (SELECT oid FROM ours)
        UNION
        SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
          FROM pg_index WHERE indrelid IN (SELECT oid FROM ours)
        ORDER BY 1, 2, 3
        """,
        names=list(Base.metadata.tables),
    )


def test_an_empty_database_gets_our_tables_the_checkpointers_and_the_queues(
    empty: Database,
) -> None:
    assert not is_migrated(empty)
    migrate(empty)
    assert is_migrated(empty)
    tables = set(inspect(empty.engine).get_table_names())
    assert tables >= {*Base.metadata.tables, "checkpoints", "procrastinate_jobs"}


def test_migrating_again_changes_nothing(shared_database: Database) -> None:
    tell(shared_database, ROWS["runs"])
    before = contents(shared_database), shape(shared_database)
    migrate(shared_database)
    migrate(shared_database)
    assert (contents(shared_database), shape(shared_database)) == before


def test_eight_that_migrate_an_empty_database_at_once_all_succeed(
    empty_database_url: str, shared_database: Database
) -> None:
    together = threading.Barrier(8)

    def start(_: int) -> bool:
        database = open_database(conninfo_of(empty_database_url))
        together.wait(120)
        migrate(database)
        done = is_migrated(database)
        database.close()
        return done

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(start, range(8)))
    made = open_database(conninfo_of(empty_database_url))
    assert shape(made) == shape(shared_database)
    made.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_data_survives_the_way_from_each_revision_to_the_newest(
    empty: Database, shared_database: Database, revision: str
) -> None:
    migrate(empty, revision)
    existing = our_tables(empty)
    for table in existing:
        assert table in ROWS, f"add rows of the table {table} to this test"
        tell(empty, rows_at(revision, table))
    before = contents(empty)
    migrate(empty)
    assert is_migrated(empty)
    after = contents(empty)
    counted_again = {"insight_days", "insight_stages"} if revision < "0026" else set()
    for table in existing:
        if table in counted_again:
            continue
        kept = [
            {name: row[RENAMED.get((table, name), name)] for name in before[table][0]}
            for row in after[table]
        ]
        assert kept == before[table]
    assert shape(empty) == shape(shared_database)
    page = reads.list_runs(empty)
    assert {run.task for run in page.runs} == {"Wait", "Done", "Fail", "Stop"}
    for run in page.runs:
        assert reads.get_run(empty, run.id).id == run.id
        assert len(reads.list_events(empty, run.id)) == 3


def test_counted_days_know_old_verdicts_and_newer_ones_are_counted_again(empty: Database) -> None:
    migrate(empty, "0013")
    tell(
        empty,
        "INSERT INTO insight_runs VALUES"
        " ('2026-01-01', 'b', true, 'completed', 'not-production-ready', 1, 2, 30, 40),"
        " ('2026-01-01', 'b', true, 'failed', '', 1, 2, 30, 40)",
    )
    tell(
        empty,
        "INSERT INTO runs (id, task, builder, status, stage, verdict, evidence, production,"
        " created_at, finished_at) VALUES (gen_random_uuid(), 'Ask', 'b', 'completed', 'done',"
        " 'production-ready', 2, true, '2026-01-02 09:00Z', now())",
    )
    tell(empty, "DELETE FROM insight_changes")
    migrate(empty)
    rows = ask(empty, "SELECT status, evidence FROM insight_runs ORDER BY status")
    assert [(row["status"], row["evidence"]) for row in rows] == [("completed", 1), ("failed", 0)]
    [note] = ask(empty, "SELECT day::text FROM insight_changes")
    assert note["day"] == "2026-01-02"


def test_days_are_counted_again_for_each_builder(empty: Database) -> None:
    migrate(empty, "0021")
    tell(
        empty,
        "INSERT INTO runs (id, task, builder, status, stage, error, created_at, finished_at)"
        " VALUES (gen_random_uuid(), 'Ask', 'b', 'failed', 'done', 'No', '2026-01-02 09:00Z',"
        " now())",
    )
    tell(empty, "INSERT INTO insight_days (day, seconds) VALUES ('2026-01-02', 0)")
    tell(empty, "INSERT INTO insight_hours (day, hour, runs) VALUES ('2026-01-02', 9, 1)")
    tell(empty, "DELETE FROM insight_changes")
    migrate(empty)
    assert ask(empty, "SELECT day FROM insight_days") == []
    assert count_changed_days(empty, seconds=30) == 0
    [row] = ask(empty, "SELECT builder, production, hour, runs FROM insight_hours")
    assert row == {"builder": "b", "production": False, "hour": 9, "runs": 1}


def test_durations_that_were_counted_are_shown_until_they_are_counted_again(
    empty: Database,
) -> None:
    migrate(empty, "0025")
    tell(
        empty,
        "INSERT INTO insight_stages (day, stage, bucket, runs) VALUES"
        " ('2026-01-01', 'coding', 0, 3), ('2026-01-01', 'coding', 100, 2),"
        " ('2026-01-02', 'coding', 100, 4), ('2026-01-02', 'whole', 200, 1)",
    )
    before = {"coding": (9, seconds_of(100)), "whole": (1, seconds_of(200))}
    migrate(empty)
    after = {each.stage: (each.runs, each.median) for each in stage_durations(empty)}
    assert after == before


def test_times_of_earlier_runs_come_from_their_events(empty: Database) -> None:
    migrate(empty, "0015")
    tell(
        empty,
        "INSERT INTO runs (id, task, builder, status, stage, error, started_at, finished_at)"
        " SELECT gen_random_uuid(), task, 'b', 'failed', 'done', 'No', now(), now()"
        " FROM unnest('{told,silent}'::text[]) AS task",
    )
    for stage, second in {
        "queued": 0,
        "planning": 4,
        "reviewing": 5,
        "coding": 65,
        "done": 67,
    }.items():
        tell(
            empty,
            "INSERT INTO run_events (run_id, kind, stage, at)"
            " SELECT id, 'stage', %(stage)s,"
            " timestamptz '2026-01-01 09:00Z' + make_interval(secs => %(second)s)"
            " FROM runs WHERE task = 'told'",
            stage=stage,
            second=second,
        )
    migrate(empty)
    rows = ask(
        empty,
        "SELECT working_seconds, waiting_seconds, review_seconds FROM runs ORDER BY task DESC",
    )
    assert [tuple(row.values()) for row in rows] == [(3.0, 4.0, 60.0), (None, None, None)]


def test_reasons_of_earlier_runs_come_from_their_events_and_gates(empty: Database) -> None:
    migrate(empty, "0020")
    tell(
        empty,
        """
        INSERT INTO runs (id, task, builder, attempt, status, stage, error, verdict, works,
                          left_out, finished_at)
        SELECT gen_random_uuid(), task, 'b', 2, status, 'done',
               CASE status WHEN 'failed' THEN 'No' END, verdict, works, left_out, now()
          FROM (VALUES ('model', 'failed', NULL, NULL, NULL),
                       ('fault', 'failed', NULL, NULL, NULL),
                       ('rejected', 'cancelled', NULL, NULL, NULL),
                       ('cancelled', 'cancelled', NULL, NULL, NULL),
                       ('tests', 'completed', 'not-production-ready', false, 1),
                       ('left-out', 'completed', 'not-production-ready', false, 1),
                       ('unchecked', 'completed', 'not-production-ready', NULL, NULL),
                       ('untried', 'completed', 'not-production-ready', true, 0),
                       (NULL, 'completed', 'draft', NULL, NULL)) AS told
               (expected, status, verdict, works, left_out),
               LATERAL (SELECT coalesce(expected, 'nothing') AS task) AS named
        """,
    )
    for expected, detail in {
        "model": '{"kind": "ModelBusy"}',
        "fault": '{"reference": "1f0c8d9e"}',
        "rejected": '{"decision": "reject"}',
        "cancelled": "{}",
    }.items():
        tell(
            empty,
            "INSERT INTO run_events (run_id, kind, stage, detail)"
            " SELECT id, 'stage', 'done', %(detail)s::jsonb FROM runs WHERE task = %(task)s",
            task=expected,
            detail=detail,
        )
    tell(
        empty,
        "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail,"
        " output, pages) SELECT id, number, CASE number WHEN 1 THEN 'promises' ELSE gate END,"
        " 'failed', 1, '', '', '', '[]' FROM runs, unnest(ARRAY[1, 2]) AS number,"
        " unnest(ARRAY['start', 'tests']) AS gate WHERE task = 'tests' AND (number = 2 OR"
        " gate = 'tests')",
    )
    tell(empty, "DELETE FROM insight_changes")
    migrate(empty)
    rows = ask(empty, "SELECT task, coalesce(reason_code, 'nothing') AS reason FROM runs")
    assert len(rows) == 9
    assert all(row["reason"] == row["task"] for row in rows)
    assert len(ask(empty, "SELECT day FROM insight_changes")) == 1


def test_checks_that_failed_and_kinds_of_earlier_runs_are_filled_in(empty: Database) -> None:
    migrate(empty, "0025")
    tell(
        empty,
        """
        INSERT INTO runs (id, task, builder, production, attempt, status, stage, verdict,
                          finished_at)
        SELECT gen_random_uuid(), task, 'b', true, 2, status, stage,
               CASE status WHEN 'completed' THEN 'production-ready' END,
               CASE status WHEN 'completed' THEN now() END
          FROM (VALUES ('lint,tests web', 'completed', 'done'),
                       ('tests api', 'completed', 'done'),
                       ('nothing unknown', 'completed', 'done'),
                       ('nothing cli', 'processing', 'checking')) AS told (task, status, stage)
        """,
    )
    for expected, gates in {
        "lint,tests web": ("tests", "lint", "tests"),
        "tests api": ("tests",),
        "nothing cli": ("types",),
    }.items():
        for attempt, gate in enumerate(gates, 1):
            tell(
                empty,
                "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary,"
                " detail, output, pages) SELECT id, %(attempt)s, %(gate)s, 'failed', 1, '', '',"
                " '', '[]' FROM runs WHERE task = %(task)s",
                task=expected,
                attempt=attempt,
                gate=gate,
            )
    for expected, number, promises in (
        ("lint,tests web", 1, ""),
        ("lint,tests web", 2, '{"interface": {"kind": "web"}}'),
        ("nothing unknown", 1, ""),
        ("nothing cli", 1, '{"interface": {"kind": "cli"}}'),
    ):
        tell(
            empty,
            "INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, checkpoint)"
            " SELECT id, '', %(number)s, jsonb_build_object('channel_values',"
            " jsonb_build_object('promises', %(promises)s::text)) FROM runs WHERE task = %(task)s",
            task=expected,
            number=number,
            promises=promises,
        )
    tell(
        empty,
        "INSERT INTO run_results (run_id, channels) SELECT id, jsonb_build_object('promises',"
        """ '{"interface": {"kind": "api"}}') FROM runs WHERE task = 'tests api'""",
    )
    tell(empty, "DELETE FROM insight_changes")
    migrate(empty)
    rows = ask(
        empty,
        "SELECT task, concat_ws(' ', coalesce(array_to_string(failed_checks, ','), 'nothing'),"
        " coalesce(kind, 'unknown')) AS found, changed FROM runs",
    )
    assert len(rows) == 4
    assert all(row["found"] == row["task"] for row in rows)
    [day] = ask(empty, "SELECT count(*) AS notes FROM insight_changes")
    assert day["notes"] == 1


def test_alembic_finds_no_difference_between_tables_and_models(shared_database: Database) -> None:
    def ours(_: object, name: str | None, kind: str, __: object, compare_to: object | None) -> bool:
        return kind != "table" or name in Base.metadata.tables or compare_to is not None

    with shared_database.begin() as connection:
        options = {"include_object": ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_what_the_models_would_create_is_what_the_revisions_made(
    empty: Database, shared_database: Database
) -> None:
    # Alembic compares no check constraints and no expressions of indexes; Postgres's words do.
    Base.metadata.create_all(empty.engine)
    assert shape(empty) == shape(shared_database)


def test_a_user_who_may_not_create_tables_is_told_so(
    empty: Database, empty_database_url: str
) -> None:
    tell(empty, "DROP ROLE IF EXISTS visitor")
    tell(empty, "CREATE ROLE visitor LOGIN")
    visitor = open_database(conninfo_of(empty_database_url.replace("postgres@", "visitor@")))
    with pytest.raises(DatabaseForbids, match="permission denied for schema public"):
        migrate(visitor)
    visitor.close()


def test_tables_of_a_newer_version_are_left_alone(empty: Database) -> None:
    migrate(empty)
    tell(empty, "UPDATE alembic_version SET version_num = '9999'")
    before = shape(empty)
    with pytest.raises(DatabaseNewer, match="newer version"):
        migrate(empty)
    assert not is_migrated(empty)
    assert shape(empty) == before


TRYING: LiteralString = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_lock%%'
"""


def test_a_start_waits_for_another_that_is_migrating(empty: Database) -> None:
    with psycopg.connect(empty.conninfo, autocommit=True) as other, ThreadPoolExecutor() as threads:
        other.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        start = threads.submit(migrate, empty)
        eventually(lambda: ask(empty, TRYING))
        assert our_tables(empty) == []
        assert not start.done()
        other.execute("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
        start.result(120)
    assert is_migrated(empty)
