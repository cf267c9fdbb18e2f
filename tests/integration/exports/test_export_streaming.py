"""An export comes in pieces, in bounded memory, and says so when it is cut off."""

import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from tests.integration.sql import ask, tell
from tests.polling import eventually
from toggle_core.errors import DatabaseAway
from toggle_core.exports.csv_file import CHUNK_BYTES, csv_pieces
from toggle_core.exports.parquet_file import GROUP_BYTES, parquet_pieces
from toggle_core.exports.request import Piece
from toggle_core.history.query import RunFilter
from toggle_core.store.database import Database, conninfo_of, open_database

EVERYTHING = RunFilter()
RUNS = 2_000
LINES = 1_500

Export = Callable[[Database, RunFilter], Iterator[Piece]]

EXPORTS = [
    pytest.param(csv_pieces, CHUNK_BYTES, 2_000_000, id="csv"),
    pytest.param(parquet_pieces, GROUP_BYTES, 3 * GROUP_BYTES, id="parquet"),
]
"""Each export, about how much of the data is in a piece, and the bytes Python may hold."""

EACH = pytest.mark.parametrize("export", [csv_pieces, parquet_pieces])


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def much(database: Database) -> int:
    """Bytes of code in the database, far more than a piece."""
    tell(
        database,
        """
        WITH more AS (
            INSERT INTO runs (id, task, builder)
            SELECT gen_random_uuid(), 'Task', 'quick' FROM generate_series(1, %(runs)s) RETURNING id
        )
        INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint)
        SELECT id::text, '1', jsonb_build_object('channel_values', jsonb_build_object('code', code))
          FROM more, repeat('print("line")' || chr(10), %(lines)s) AS code
        """,
        runs=RUNS,
        lines=LINES,
    )
    return RUNS * LINES * 14


@pytest.mark.parametrize(("export", "piece_bytes", "python_bytes"), EXPORTS)
def test_an_export_streams_in_bounded_memory(
    database: Database, much: int, export: Export, piece_bytes: int, python_bytes: int
) -> None:
    pieces = export(database, EVERYTHING)
    rows = next(pieces).rows
    tracemalloc.start()
    try:
        for piece in pieces:
            rows += piece.rows
            assert piece.rows * LINES * 14 < 2 * piece_bytes
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rows == RUNS
    assert peak < python_bytes < much


def exports_under_way(database: Database) -> int:
    [row] = ask(
        database,
        "SELECT count(*) AS number FROM pg_stat_activity WHERE query ~ '^(COPY|DECLARE|FETCH)'"
        " AND state <> 'idle' AND datname = current_database()",
    )
    return int(row["number"])


@pytest.mark.usefixtures("much")
@EACH
def test_the_first_piece_comes_while_the_database_is_still_at_work(
    database: Database, export: Export
) -> None:
    pieces = export(database, EVERYTHING)
    assert next(pieces).content
    assert exports_under_way(database) == 1
    pieces.close()  # type: ignore[attr-defined]  # as a server does when its client went away
    eventually(lambda: exports_under_way(database) == 0)


@pytest.mark.usefixtures("much")
@EACH
def test_an_export_that_is_cut_off_says_so_instead_of_ending_early(
    database: Database, export: Export
) -> None:
    pieces = export(database, EVERYTHING)
    next(pieces)
    tell(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE query ~ '^(COPY|DECLARE|FETCH)' AND pid <> pg_backend_pid()",
    )
    with pytest.raises(DatabaseAway):
        exhaust(pieces)


def exhaust(pieces: Iterator[Piece]) -> None:
    for _ in pieces:
        pass


@EACH
def test_without_a_database_the_first_piece_says_so(export: Export) -> None:
    nowhere = open_database(conninfo_of("postgresql://localhost:1/none"))
    with pytest.raises(DatabaseAway):
        next(export(nowhere, EVERYTHING))
