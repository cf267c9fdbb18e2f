"""Export: all runs of a filter, streamed by ``COPY``, so that a million need no more memory."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from sqlalchemy import ColumnElement, Text, case, cast, desc, func, literal, literal_column, select
from sqlalchemy.engine import Dialect

from toggle_core.errors import DatabaseAway
from toggle_core.runs.query import RUNS_WITH_CHECKPOINT, RunFilter, channel, conditions
from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow

BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
"""Tells Excel that the file is UTF-8."""

FORMULA: Final = "^[=+\\-@\\t\\r]"
"""How a cell begins that a spreadsheet would calculate (OWASP, CSV injection)."""

NAMED_LENGTH: Final = 40
"""Characters of a search that the name of a file tells."""

CHUNK_BYTES: Final = 64 * 1024


def csv_chunks(database: Database, wanted: RunFilter) -> Iterator[bytes]:
    """The runs of a filter as CSV, newest first.

    UTF-8 with BOM, a header, ISO 8601 times in UTC. A cell that a spreadsheet would take for a
    formula begins with an apostrophe instead.

    Args:
        database: where.
        wanted: which runs.

    Yields:
        Pieces of at least ``CHUNK_BYTES``, but for the last.

    Raises:
        DatabaseAway: at the first piece, where the database cannot be reached.
    """
    statement, parameters = _copy_statement(wanted, database.engine.dialect)
    try:
        with (
            psycopg.connect(database.conninfo) as connection,
            connection.cursor() as cursor,
            cursor.copy(statement, parameters) as copy,
        ):
            pending = bytearray(BYTE_ORDER_MARK)
            for row in copy:
                pending += row
                if len(pending) >= CHUNK_BYTES:
                    yield bytes(pending)
                    pending.clear()
            yield bytes(pending)
    except psycopg.OperationalError as error:
        raise DatabaseAway from error


def file_name(wanted: RunFilter, ending: str) -> str:
    """A name for the exported file, with the date and the filter."""
    parts = ["runs", datetime.now(UTC).strftime("%Y-%m-%d")]
    if wanted.status is not None:
        parts.append(wanted.status.value)
    if words := re.findall(r"[a-z0-9]+", wanted.search.lower())[:3]:
        parts.append("-".join(words)[:NAMED_LENGTH])
    return f"{'_'.join(parts)}.{ending}"


def _copy_statement(wanted: RunFilter, dialect: Dialect) -> tuple[bytes, dict[str, Any]]:
    runs = (
        select(*_columns())
        .select_from(RUNS_WITH_CHECKPOINT)
        .where(*conditions(wanted))
        .order_by(desc(RunRow.created_at), desc(RunRow.id))
    )
    compiled = runs.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    statement = f"COPY ({compiled}) TO STDOUT WITH (FORMAT csv, HEADER)"
    return statement.encode(), dict(compiled.params)


def _columns() -> list[ColumnElement[Any]]:
    return [
        cast(RunRow.id, Text).label("task_id"),
        _harmless(RunRow.task, "description"),
        cast(RunRow.production, Text).label("production"),
        cast(RunRow.review, Text).label("review"),
        RunRow.status.label("status"),
        RunRow.stage.label("stage"),
        RunRow.verdict.label("verdict"),
        RunRow.attempt.label("attempt"),
        RunRow.takeovers.label("takeovers"),
        _harmless(RunRow.builder, "builder"),
        _harmless(RunRow.submitted_by, "submitted_by"),
        _harmless(RunRow.idempotency_key, "idempotency_key"),
        cast(RunRow.parent_id, Text).label("parent_id"),
        _harmless(RunRow.error, "error"),
        RunRow.tokens_in.label("tokens_in"),
        RunRow.tokens_out.label("tokens_out"),
        _moment(RunRow.created_at, "created_at"),
        _moment(RunRow.started_at, "started_at"),
        _moment(RunRow.finished_at, "finished_at"),
        _moment(RunRow.cancel_requested_at, "cancel_requested_at"),
        _harmless(channel("plan").element, "plan"),
        _harmless(channel("code").element, "code"),
        _harmless(channel("entry").element, "entry"),
        _harmless(channel("how_to_run").element, "how_to_run"),
        _harmless(channel("response").element, "response"),
    ]


def _harmless(column: Any, name: str) -> ColumnElement[str]:
    """The text, with an apostrophe before what would be a formula."""
    formula = column.regexp_match(literal(FORMULA))
    return case((formula, literal("'").concat(column)), else_=column).label(name)


def _moment(column: Any, name: str) -> ColumnElement[str]:
    """A time as ISO 8601 in UTC, such as 2026-11-22T08:39:00.123456Z."""
    utc = func.timezone(literal_column("'UTC'"), column)
    pattern: ColumnElement[str] = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""")
    return func.to_char(utc, pattern).label(name)
