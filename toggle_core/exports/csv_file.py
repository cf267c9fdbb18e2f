"""Runs as CSV, by ``COPY``: Postgres writes the file, and it is only passed on."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, literal_column, or_

from toggle_core.csv_formulas import BROKEN, FORMULA, LOOKED_AT, PASSED_OVER
from toggle_core.errors import DatabaseAway
from toggle_core.exports.columns import COLUMNS, ExportColumn
from toggle_core.exports.request import RUNS, Piece, Pieces, statement_of
from toggle_core.exports.table import Table
from toggle_core.history.query import RunFilter
from toggle_core.runs.columns import Kind
from toggle_core.store.database import Database

BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
"""Tells Excel that the file is UTF-8."""

CHUNK_BYTES: Final = 64 * 1024


def csv_pieces(
    database: Database,
    wanted: RunFilter,
    columns: Sequence[str] = tuple(COLUMNS),
    *,
    raw: bool = False,
    table: Table = RUNS,
) -> Pieces:
    """The runs of a filter as CSV, newest first, or their details.

    UTF-8, a header, ISO 8601 times in UTC. For spreadsheets it begins with a byte order mark, and a
    cell that would be taken for a formula begins with an apostrophe instead.

    Args:
        database: where.
        wanted: which runs.
        columns: their names.
        raw: for programs: without the mark, and with every text as it is.
        table: what the file is of.

    Yields:
        Pieces of at least ``CHUNK_BYTES``, but for the last.

    Raises:
        DatabaseAway: the database cannot be reached, or went away in the middle.
    """
    values = {name: _cell(table.columns[name], raw=raw) for name in columns}
    query, parameters = statement_of(wanted, values, database.engine.dialect, table)
    statement = b"COPY (" + query + b") TO STDOUT WITH (FORMAT csv, HEADER)"
    try:
        with (
            psycopg.connect(database.conninfo) as connection,
            connection.cursor() as cursor,
            cursor.copy(statement, parameters) as copy,
        ):
            pending = bytearray(b"" if raw else BYTE_ORDER_MARK)
            pending += copy.read()
            rows = 0
            for row in copy:
                pending += row
                rows += 1
                if len(pending) >= CHUNK_BYTES:
                    yield Piece(bytes(pending), rows)
                    pending.clear()
                    rows = 0
            yield Piece(bytes(pending), rows)
    except psycopg.OperationalError as error:
        raise DatabaseAway from error


def _cell(column: ExportColumn, *, raw: bool) -> ColumnElement[Any]:
    match column.kind:
        case Kind.TEXT if not raw:
            return _harmless(column.value)
        case Kind.FLAG:
            return cast(column.value, Text)
        case Kind.MOMENT:
            return _iso(column.value)
    return column.value


def _harmless(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """``csv_formulas.harmless`` in SQL. Most cells begin with a letter, which ends the check.

    Args:
        text: of type text; NULL stays NULL.
    """
    begin = func.left(text, LOOKED_AT)
    first = func.left(func.ltrim(begin, PASSED_OVER), 1)
    suspected = or_(
        func.left(text, 1).in_(BROKEN),
        first.in_(FORMULA),
        and_(first == "", func.length(begin) == LOOKED_AT),
    )
    marked = case((suspected, literal("'").concat(text)), else_=text)
    return case((func.left(text, 1).in_((*FORMULA, *PASSED_OVER)), marked), else_=text)


def _iso(moment: ColumnElement[Any]) -> ColumnElement[str]:
    """A time as ISO 8601 in UTC, such as 2026-11-22T08:39:00.123456Z."""
    utc = func.timezone(literal_column("'UTC'"), moment)
    pattern: ColumnElement[str] = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""")
    return func.to_char(utc, pattern)
