"""Runs as Parquet, in batches from a cursor of the server, one row group after the other.

A Parquet file ends with its index: one that was cut off cannot be opened.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from toggle_core.errors import DatabaseAway
from toggle_core.exports.columns import COLUMNS, SCHEMA_VERSION
from toggle_core.exports.request import RUNS, Piece, Pieces, statement_of
from toggle_core.exports.table import Table
from toggle_core.history.query import RunFilter
from toggle_core.runs.columns import Kind
from toggle_core.store.database import Database

FETCHED_ROWS: Final = 250
"""Rows that are Python objects at the same time."""

GROUP_BYTES: Final = 8 * 1024 * 1024
GROUP_ROWS: Final = 50_000
"""A row group ends at the first of the two: readers like large ones, memory small ones."""

ARROW: Final = {
    Kind.TEXT: pa.string(),
    Kind.WORD: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
}


class _Sink:
    """A file that is taken away piece by piece."""

    closed = False

    def __init__(self) -> None:
        self._pending = bytearray()
        self._told = 0

    def write(self, content: bytes) -> int:
        self._pending += content
        self._told += len(content)
        return len(content)

    def tell(self) -> int:
        return self._told

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """What is pending is still there to be taken."""

    def take(self) -> bytes:
        """What was written since this was asked last."""
        content = bytes(self._pending)
        self._pending.clear()
        return content


def schema_of(columns: Sequence[str], table: Table = RUNS) -> pa.Schema:
    """The types of an export's columns, with their meanings and the version of the schema.

    Args:
        columns: their names.
        table: what the file is of.
    """
    fields = [
        pa.field(name, ARROW[column.kind], metadata={"description": column.meaning})
        for name in columns
        for column in [table.columns[name]]
    ]
    return pa.schema(fields, metadata={"schema_version": str(SCHEMA_VERSION)})


def parquet_pieces(
    database: Database,
    wanted: RunFilter,
    columns: Sequence[str] = tuple(COLUMNS),
    *,
    table: Table = RUNS,
) -> Pieces:
    """The runs of a filter as Parquet, newest first, or their details; texts as they are.

    Args:
        database: where.
        wanted: which runs.
        columns: their names.
        table: what the file is of.

    Yields:
        A piece for each row group, and one for the end.

    Raises:
        DatabaseAway: the database cannot be reached, or went away in the middle.
    """
    schema = schema_of(columns, table)
    sink = _Sink()
    try:
        with (
            _batches(database, wanted, schema, table) as batches,
            pq.ParquetWriter(pa.PythonFile(sink, "w"), schema, compression="zstd") as writer,
        ):
            for group in _groups(batches):
                writer.write_table(group)
                yield Piece(sink.take(), group.num_rows)
            writer.close()
            yield Piece(sink.take(), 0)
    except psycopg.OperationalError as error:
        raise DatabaseAway from error


def _groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches joined to row groups."""
    pending: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        pending.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if size >= GROUP_BYTES or rows >= GROUP_ROWS:
            yield pa.Table.from_batches(pending)
            pending.clear()
            rows = size = 0
    if pending:
        yield pa.Table.from_batches(pending)


@contextmanager
def _batches(
    database: Database, wanted: RunFilter, schema: pa.Schema, table: Table
) -> Iterator[Iterator[pa.RecordBatch]]:
    """The rows of a query, some at a time, inside one transaction."""
    values = {name: table.columns[name].value for name in schema.names}
    query, parameters = statement_of(wanted, values, database.engine.dialect, table)
    with (
        psycopg.connect(database.conninfo) as connection,
        connection.cursor(name="export") as cursor,
    ):
        cursor.execute(query, parameters, binary=True)
        fetch = cast(Callable[[int], list[tuple[Any, ...]]], cursor.fetchmany)
        yield (_batch(rows, schema) for rows in iter(lambda: fetch(FETCHED_ROWS), []))


def _batch(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [
        pa.array(values, type=field.type)
        for values, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
