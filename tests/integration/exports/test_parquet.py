"""Runs as Parquet: complete, typed, and as they are in the database."""

import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.sql import give_checkpoint, tell
from tests.integration.varied_runs import fill
from toggle_core.exports import parquet_file
from toggle_core.exports.columns import COLUMNS, SCHEMA_VERSION
from toggle_core.exports.parquet_file import parquet_pieces
from toggle_core.history.query import RunFilter
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Status

EVERYTHING = RunFilter()

CODE = "def main():\r\n\tprint(\"a, b; 'c'\")\n\n=1+1\n"


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def exported(
    database: Database, wanted: RunFilter = EVERYTHING, columns: tuple[str, ...] = tuple(COLUMNS)
) -> bytes:
    return b"".join(piece.content for piece in parquet_pieces(database, wanted, columns))


def table(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def run_with(database: Database, **channels: str) -> UUID:
    """A run whose newest checkpoint holds these channels."""
    run_id = submit(database, "=1+1", builder="quick").task_id
    give_checkpoint(database, run_id, channels)
    return run_id


def test_every_column_has_its_type(database: Database) -> None:
    schema = table(exported(database)).schema
    assert schema.names == list(COLUMNS)
    kinds = {name: str(schema.field(name).type) for name in schema.names}
    assert {kinds.pop(name) for name in ("production", "review", "works")} == {"bool"}
    counts = ("promises", "promises_kept", "promises_untried", "left_out", "proof_strength")
    numbers = ("attempt", "takeovers", "priority", "version", "tokens_in", "tokens_out")
    for name in (*numbers, "evidence", *counts):
        assert kinds.pop(name) == "int64"
    for name in ("created_at", "started_at", "finished_at", "cancel_requested_at"):
        assert kinds.pop(name) == "timestamp[us, tz=UTC]"
    for name in ("duration_seconds", "working_seconds", "waiting_seconds", "review_seconds"):
        assert kinds.pop(name) == "double"
    assert set(kinds.values()) == {"string"}


def test_the_file_carries_the_data_dictionary_and_the_version_of_its_schema(
    database: Database,
) -> None:
    schema = pq.read_schema(io.BytesIO(exported(database, columns=("working_seconds", "status"))))
    assert schema.metadata[b"schema_version"] == str(SCHEMA_VERSION).encode()
    assert [field.metadata[b"description"].decode() for field in schema] == [
        COLUMNS[name].meaning for name in ("working_seconds", "status")
    ]


def test_the_cells_hold_what_the_database_holds(database: Database) -> None:
    run_id = run_with(database, plan="1. Write it", code=CODE)
    tell(
        database,
        """
        UPDATE runs SET status = 'completed', stage = 'done', verdict = 'draft', attempt = 1,
               tokens_in = 3000000000, created_at = '2026-03-29 03:04:05.6+02',
               started_at = '2026-03-29 03:04:06+02', finished_at = '2026-03-29 03:04:07.25+02'
        """,
    )
    [row] = table(exported(database)).to_pylist()
    expected: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "task_id": str(run_id),
        "description": "=1+1",
        "production": False,
        "review": False,
        "status": "completed",
        "stage": "done",
        "verdict": "draft",
        "attempt": 1,
        "takeovers": 0,
        "priority": 0,
        "builder": "quick",
        "tokens_in": 3_000_000_000,
        "tokens_out": 0,
        "created_at": datetime(2026, 3, 29, 1, 4, 5, 600_000, tzinfo=UTC),
        "started_at": datetime(2026, 3, 29, 1, 4, 6, tzinfo=UTC),
        "finished_at": datetime(2026, 3, 29, 1, 4, 7, 250_000, tzinfo=UTC),
        "duration_seconds": 1.25,
        "plan": "1. Write it",
        "code": CODE,
        "project_id": str(run_id),
        "project_name": "=1+1",
        "version": 1,
    }
    assert row == expected


def test_without_runs_there_are_columns_and_no_rows(database: Database) -> None:
    found = table(exported(database))
    assert (found.num_rows, found.schema.names) == (0, list(COLUMNS))


def test_pandas_and_duckdb_read_the_same(database: Database, tmp_path: Any) -> None:
    rows = fill(database)
    path = tmp_path / "runs.parquet"
    path.write_bytes(exported(database, RunFilter(status=Status.FAILED), ("task_id", "created_at")))
    expected = [str(row["id"]) for row in rows if row["status"] == "failed"]
    assert list(pd.read_parquet(path)["task_id"]) == expected
    found = duckdb.sql("SELECT task_id FROM read_parquet(?)", params=[str(path)]).fetchall()
    assert [task_id for (task_id,) in found] == expected


def test_a_row_group_ends_by_its_rows_or_by_its_bytes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, 100)
    monkeypatch.setattr(parquet_file, "FETCHED_ROWS", 7)
    monkeypatch.setattr(parquet_file, "GROUP_ROWS", 20)
    pieces = list(parquet_pieces(database, EVERYTHING))
    assert [piece.rows for piece in pieces] == [21, 21, 21, 21, 16, 0]
    monkeypatch.setattr(parquet_file, "GROUP_BYTES", 1)
    pieces = list(parquet_pieces(database, EVERYTHING))
    assert [piece.rows for piece in pieces] == [7] * 14 + [2, 0]
    file = pq.ParquetFile(io.BytesIO(b"".join(piece.content for piece in pieces)))
    assert file.metadata.num_row_groups == 15
    assert file.read().num_rows == 100


def test_a_file_that_is_cut_off_anywhere_cannot_be_read(database: Database) -> None:
    fill(database, 40)
    content = exported(database)
    for length in (4, len(content) // 2, len(content) - 1):
        with pytest.raises(pa.ArrowInvalid):
            table(content[:length])
