"""Export: all runs of a filter as a file, in pieces, so that a million need no more memory."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, desc, select, true
from sqlalchemy.engine import Dialect

from toggle_core.exports.columns import COLUMNS, NEWEST
from toggle_core.exports.table import Query, Table
from toggle_core.history.query import RunFilter, conditions
from toggle_core.store.tables import RunRow

NAME_WORDS: Final = 3
"""Words of a search in a file's name."""

NAME_LENGTH: Final = 30
"""Characters of one value of a filter in a file's name."""

WORD: Final = "[a-z0-9]+"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file.

    Attributes:
        content: its bytes.
        rows: how many runs are in it.
    """

    content: bytes
    rows: int


Pieces = Iterator[Piece]


def runs_query(wanted: RunFilter, values: Mapping[str, ColumnElement[Any]]) -> Query:
    """Selects runs, newest first.

    Args:
        wanted: which runs.
        values: what to select, by the names of columns.
    """
    source: FromClause = RunRow.__table__
    if any(COLUMNS[name].in_checkpoint for name in values):
        source = source.outerjoin(NEWEST, true())
    return (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(source)
        .where(*conditions(wanted))
        .order_by(desc(RunRow.created_at), desc(RunRow.id))
    )


RUNS: Final = Table("runs", COLUMNS, runs_query)


def statement_of(
    wanted: RunFilter,
    values: Mapping[str, ColumnElement[Any]],
    dialect: Dialect,
    table: Table = RUNS,
) -> tuple[bytes, dict[str, Any]]:
    """The query of an export, newest run first, and the values of its parameters.

    Args:
        wanted: which runs.
        values: what to select, by the names of columns.
        dialect: of the database.
        table: what the file is of.
    """
    query = table.query(wanted, values)
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled).encode(), dict(compiled.params)


def file_name(wanted: RunFilter, ending: str, table: Table = RUNS) -> str:
    """A name for the exported file, with the date and the filter.

    Args:
        wanted: which runs are in the file.
        ending: of the name, without the dot.
        table: what the file is of.
    """
    toggle = {None: "", True: "production", False: "drafts"}[wanted.production]
    search = " ".join(re.findall(WORD, wanted.search.lower())[:NAME_WORDS])
    values = [
        wanted.status or "",
        wanted.verdict or "",
        toggle,
        wanted.builder or "",
        wanted.submitted_by or "",
        {None: "", True: "needs you", False: "needs nobody"}[wanted.needs_you],
        {None: "", True: "works", False: "not works"}[wanted.works],
        f"evidence {wanted.evidence:d}" if wanted.evidence else "",
        f"reason {wanted.reason_code}" if wanted.reason_code else "",
        f"{wanted.failed_check} failed" if wanted.failed_check else "",
        wanted.kind or "",
        f"strength {wanted.strength_from}" if wanted.strength_from is not None else "",
        search,
        f"project {str(wanted.project_id)[-12:]}" if wanted.project_id else "",
        f"from {wanted.created_from}" if wanted.created_from else "",
        f"before {wanted.created_to}" if wanted.created_to else "",
        f"over {wanted.duration_from:g} s" if wanted.duration_from is not None else "",
        f"under {wanted.duration_to:g} s" if wanted.duration_to is not None else "",
    ]
    parts = [table.name, datetime.now(UTC).strftime("%Y-%m-%d"), *map(_slug, values)]
    return f"{'_'.join(filter(None, parts))}.{ending}"


def _slug(value: str) -> str:
    return "-".join(re.findall(WORD, value.lower()))[:NAME_LENGTH].strip("-")
