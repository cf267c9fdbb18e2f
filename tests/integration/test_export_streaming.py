"""An export comes in pieces, in bounded memory, and says so when it is cut off."""

import tracemalloc
from collections.abc import Iterator

import pytest

from tests.integration.sql import ask, tell
from tests.polling import eventually
from toggle_core.errors import DatabaseAway
from toggle_core.runs.export import CHUNK_BYTES, csv_chunks
from toggle_core.runs.query import RunFilter
from toggle_core.store.database import Database, conninfo_of, open_database

EVERYTHING = RunFilter()


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
            SELECT gen_random_uuid(), 'Task', 'quick' FROM generate_series(1, 2000) RETURNING id
        )
        INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint)
        SELECT id::text, '1', jsonb_build_object('channel_values', jsonb_build_object('code', code))
          FROM more, repeat('print("line")' || chr(10), 1500) AS code
        """,
    )
    return 2000 * 1500 * 14


def test_an_export_streams_in_bounded_memory(database: Database, much: int) -> None:
    chunks = csv_chunks(database, EVERYTHING)
    total = len(next(chunks))
    tracemalloc.start()
    try:
        for chunk in chunks:
            total += len(chunk)
            assert len(chunk) < 2 * CHUNK_BYTES
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total > much
    assert peak < 2_000_000


def exports_under_way(database: Database) -> int:
    [row] = ask(
        database,
        "SELECT count(*) AS number FROM pg_stat_activity"
        " WHERE query LIKE 'COPY%%' AND state <> 'idle' AND datname = current_database()",
    )
    return int(row["number"])


@pytest.mark.usefixtures("much")
def test_the_first_piece_comes_while_the_database_is_still_at_work(database: Database) -> None:
    chunks = csv_chunks(database, EVERYTHING)
    assert CHUNK_BYTES <= len(next(chunks)) < 2 * CHUNK_BYTES
    assert exports_under_way(database) == 1
    chunks.close()  # type: ignore[attr-defined]  # as a server does when its client went away
    eventually(lambda: exports_under_way(database) == 0)


@pytest.mark.usefixtures("much")
def test_an_export_that_is_cut_off_says_so_instead_of_ending_early(database: Database) -> None:
    chunks = csv_chunks(database, EVERYTHING)
    next(chunks)
    tell(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE query LIKE 'COPY%%' AND pid <> pg_backend_pid()",
    )
    with pytest.raises(DatabaseAway):
        exhaust(chunks)


def exhaust(chunks: Iterator[bytes]) -> None:
    for _ in chunks:
        pass


def test_without_a_database_the_first_piece_says_so() -> None:
    nowhere = open_database(conninfo_of("postgresql://localhost:1/none"))
    with pytest.raises(DatabaseAway):
        next(csv_chunks(nowhere, EVERYTHING))
