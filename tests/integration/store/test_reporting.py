"""The views of ``toggle_report``: what the documented role can read, and that it can do no more."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from tests.integration.sql import ask, tell
from toggle_core.exports.columns import COLUMNS
from toggle_core.history.reads import list_runs
from toggle_core.runs.lifecycle import CANCEL, COMPLETE, write
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease

DOCUMENT = (Path(__file__).parents[3] / "docs" / "reporting.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| .+ \| (`.+) \|$", DOCUMENT, flags=re.MULTILINE)
VIEWS = {view: re.findall(r"`(\w+)`", columns) for view, columns in ROWS}
QUERIES = re.findall(r"```sql\n(.+?)```", DOCUMENT, flags=re.DOTALL)
PROMISED = [["add", "An entry can be added.", "kept", "", [["a step", "sent", "back", "", True]]]]


@pytest.fixture
def analyst(shared_database: Database) -> Iterator[psycopg.Connection]:
    """Connect as the role that the document creates, under a unique name."""
    role = sql.Identifier(name := f"analyst_{uuid4().hex}")
    commands = re.sub(r"\banalyst\b", name, QUERIES[0])
    tell(shared_database, cast(LiteralString, commands))
    with psycopg.connect(shared_database.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(role))
        yield connection
        connection.execute("RESET SESSION AUTHORIZATION")
        connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(role))


@pytest.fixture(autouse=True)
def run_id(shared_database: Database) -> UUID:
    """A run that was checked once and kept its promise."""
    made = submit(shared_database, "A to-do list", builder="quick", production=True).task_id
    tell(
        shared_database,
        "INSERT INTO attempts (run_id, attempt, files, entry, seconds, tokens_in, tokens_out)"
        " VALUES (%(run)s, 1, '{\"main.py\": \"hidden\"}', 'main.py', 0.5, 1, 2)",
        run=made,
    )
    tell(
        shared_database,
        "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail,"
        " output, pages, promises) VALUES (%(run)s, 1, 'promises', 'passed', 2, '', 'hidden',"
        " 'hidden', '[]', %(promises)s)",
        run=made,
        promises=Jsonb(PROMISED),
    )
    return made


def test_the_role_reads_the_documented_columns_of_every_view(
    shared_database: Database, analyst: psycopg.Connection, run_id: UUID
) -> None:
    found = ask(shared_database, "SELECT viewname FROM pg_views WHERE schemaname = 'toggle_report'")
    assert {row["viewname"] for row in found} == set(VIEWS)
    for view, columns in VIEWS.items():
        name = sql.Identifier("toggle_report", view)
        cursor = analyst.execute(sql.SQL("SELECT * FROM {}").format(name))
        assert [column.name for column in cursor.description or ()] == columns
        rows = [dict(zip(columns, row, strict=True)) for row in cursor]
        assert {row["task_id"] for row in rows} == {run_id}
        assert "hidden" not in str(rows)
    assert set(VIEWS["runs"]) <= set(COLUMNS)
    analyst.execute(cast(LiteralString, QUERIES[1]))


def test_the_views_say_what_became_of_runs_and_promises(analyst: psycopg.Connection) -> None:
    row = analyst.execute(
        "SELECT description, production, promise_id, sentence, outcome, number"
        " FROM toggle_report.runs JOIN toggle_report.promises USING (task_id)"
    ).fetchone()
    assert row == ("A to-do list", True, "add", "An entry can be added.", "kept", 1)


def test_every_view_and_column_has_a_comment_that_the_role_reads(
    analyst: psycopg.Connection,
) -> None:
    rows = analyst.execute(
        "SELECT relname, attname, col_description(oid, attnum), obj_description(oid, 'pg_class')"
        "  FROM pg_class JOIN pg_attribute ON attrelid = oid AND attnum > 0"
        " WHERE relnamespace = 'toggle_report'::regnamespace AND relkind = 'v'"
    ).fetchall()
    assert {view: set(columns) for view, columns in VIEWS.items()} == {
        view: {column for relation, column, *_ in rows if relation == view} for view, *_ in rows
    }
    for view, column, meaning, about in rows:
        assert str(meaning).endswith("."), (view, column)
        assert str(about).startswith("A row for each "), view


def test_the_view_of_runs_names_the_project_and_the_reason(
    shared_database: Database, analyst: psycopg.Connection, run_id: UUID
) -> None:
    cancelled = submit(shared_database, "Never mind", builder="quick").task_id
    write(shared_database, CANCEL, cancelled)
    write(
        shared_database,
        COMPLETE,
        Lease(run_id, 0),
        verdict="not-production-ready",
        attempt=1,
        left_out=1,
        kind="web",
    )
    rows = analyst.execute(
        "SELECT task_id, project_name, reason, reason_code, failed_checks, kind"
        " FROM toggle_report.runs"
    ).fetchall()
    listed = {run.id: run for run in list_runs(shared_database).runs}
    assert {row[0]: row[1:] for row in rows} == {
        each: (run.project_name, run.reason, run.reason_code, run.failed_checks, run.kind)
        for each, run in listed.items()
    }
    assert listed[run_id].reason == "Something that was asked for is left out."
    assert listed[cancelled].reason == "It was cancelled."


def test_the_role_cannot_write_and_sees_no_table(
    shared_database: Database, analyst: psycopg.Connection
) -> None:
    analyst.execute("SET default_transaction_read_only = off")
    for statement in (
        "UPDATE toggle_report.runs SET description = 'x'",
        "DELETE FROM toggle_report.events",
        "INSERT INTO toggle_report.attempts (attempt) VALUES (2)",
        "CREATE TABLE toggle_report.mine ()",
        "CREATE TABLE public.mine ()",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            analyst.execute(cast(LiteralString, statement))
    tables = ask(
        shared_database,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'v', 'm', 'S')",
    )
    assert {"runs", "api_keys", "checkpoints"} <= {row["relname"] for row in tables}
    for table in tables:
        with pytest.raises(errors.InsufficientPrivilege):
            analyst.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table["relname"])))
