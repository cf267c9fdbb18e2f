"""A code that is longer than other programs take has a way out of each."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.integration.exports.test_parquet import exported, run_with, table
from toggle_core.exports.columns import choose_columns
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.history.query import RunFilter
from toggle_core.store.database import Database

PYTHONS_LIMIT = 131_072
LONGEST = 400_000
CODE = "".join(f"print({number})\n" for number in range(30_000))[: LONGEST - 1] + "\n"


@pytest.fixture
def database(shared_database: Database) -> Database:
    run_with(shared_database, plan="1. Write it", code=CODE)
    return shared_database


@pytest.fixture
def pythons_limit() -> Iterator[None]:
    """Python's own limit, which is one of the process."""
    before = csv.field_size_limit(PYTHONS_LIMIT)
    yield
    csv.field_size_limit(before)


def as_csv(database: Database, *, code: bool) -> str:
    columns = choose_columns(code=code)
    pieces = csv_pieces(database, RunFilter(), columns)
    return b"".join(piece.content for piece in pieces).decode("utf-8-sig")


@pytest.mark.usefixtures("pythons_limit")
def test_python_reads_the_longest_code_with_a_higher_limit(database: Database) -> None:
    content = as_csv(database, code=True)
    with pytest.raises(csv.Error, match="field larger than field limit"):
        list(csv.DictReader(io.StringIO(content)))
    csv.field_size_limit(500_000)
    assert [row["code"] for row in csv.DictReader(io.StringIO(content))] == [CODE]


@pytest.mark.usefixtures("pythons_limit")
def test_python_reads_an_export_without_the_code_as_it_is(database: Database) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(database, code=False))))
    assert [row["plan"] for row in rows] == ["1. Write it"]
    assert "code" not in rows[0]


def test_pandas_and_duckdb_read_the_longest_code(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text(as_csv(database, code=True), encoding="utf-8", newline="")
    assert pd.read_csv(path)["code"].tolist() == [CODE]
    assert duckdb.sql(f"select code from read_csv('{path}')").fetchall() == [(CODE,)]  # noqa: S608


def test_parquet_holds_the_longest_code(database: Database) -> None:
    assert table(exported(database)).column("code").to_pylist() == [CODE]
