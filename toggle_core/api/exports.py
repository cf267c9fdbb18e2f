"""Routes that answer with a file of runs. A file that is cut off ends without its last chunk."""

import itertools
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from toggle_core.api.dependencies import Opened
from toggle_core.api.filters import Wanted
from toggle_core.api.openapi_responses import may_answer
from toggle_core.errors import ExportsBusy
from toggle_core.exports.columns import choose_columns
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.exports.parts import PARTS
from toggle_core.exports.request import RUNS, Pieces, file_name
from toggle_core.exports.table import Table
from toggle_core.history.query import RunFilter
from toggle_core.startup import services
from toggle_core.words import Format

MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
}

Raw = Annotated[
    bool, Query(description="For programs: no apostrophes before formulas, no byte order mark.")
]


class ExportRoute(APIRoute):
    """A route that only so many answers come from at the same time, up to their last byte."""

    under_way: ClassVar[int] = 0
    """Answers being made by this process; counted on its one event loop."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse where as many others are being answered.

        Raises:
            ExportsBusy: that is so.
        """
        most = services().settings.max_exports
        if most and ExportRoute.under_way >= most:
            raise ExportsBusy
        ExportRoute.under_way += 1
        try:
            await super().handle(scope, receive, send)
        finally:
            ExportRoute.under_way -= 1


router = APIRouter(route_class=ExportRoute)


def chosen_columns(
    columns: Annotated[
        str | None,
        Query(max_length=1_000, description="Names of columns, separated by commas. None: all."),
    ] = None,
    code: Annotated[bool, Query(description="Whether the code is among them.")] = True,
) -> tuple[str, ...]:
    """The columns of the file."""
    return choose_columns(columns, code=code)


Columns = Annotated[tuple[str, ...], Depends(chosen_columns)]


def _answers(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"content": {media_type: {}}, "description": description},
        **may_answer(422, 503),
    }


@router.get(
    "/runs.csv",
    summary="Export runs as CSV",
    response_class=StreamingResponse,
    responses=_answers("text/csv", "UTF-8, with a header."),
)
def export_csv(
    wanted: Wanted, columns: Columns, opened: Opened, raw: Raw = False
) -> StreamingResponse:
    """All runs of the filter, newest first, streamed, safe to open in a spreadsheet."""
    return _streamed(csv_pieces(opened.database, wanted, columns, raw=raw), wanted, Format.CSV)


@router.get(
    "/runs.parquet",
    summary="Export runs as Parquet",
    response_class=StreamingResponse,
    responses=_answers(MEDIA_TYPES[Format.PARQUET], "Columns with types; texts as they are."),
)
def export_parquet(wanted: Wanted, columns: Columns, opened: Opened) -> StreamingResponse:
    """All runs of the filter, newest first, streamed."""
    from toggle_core.exports.parquet_file import parquet_pieces  # Arrow is heavy to load

    return _streamed(parquet_pieces(opened.database, wanted, columns), wanted, Format.PARQUET)


class Part(StrEnum):
    """A kind of details of runs, as :data:`toggle_core.exports.parts.PARTS` names it."""

    ATTEMPTS = "attempts"
    GATES = "gates"
    PROMISES = "promises"
    MISSED_MISTAKES = "missed-mistakes"
    EVENTS = "events"


@router.get(
    "/exports/{part}.csv",
    summary="Export details of runs as CSV",
    response_class=StreamingResponse,
    responses=_answers("text/csv", "UTF-8, with a header."),
)
def export_part_csv(
    part: Part, wanted: Wanted, opened: Opened, raw: Raw = False
) -> StreamingResponse:
    """Attempts, gates, promises, missed mistakes or events of all runs of the filter, streamed."""
    table = PARTS[part]
    pieces = csv_pieces(opened.database, wanted, tuple(table.columns), raw=raw, table=table)
    return _streamed(pieces, wanted, Format.CSV, table)


@router.get(
    "/exports/{part}.parquet",
    summary="Export details of runs as Parquet",
    response_class=StreamingResponse,
    responses=_answers(MEDIA_TYPES[Format.PARQUET], "Columns with types; texts as they are."),
)
def export_part_parquet(part: Part, wanted: Wanted, opened: Opened) -> StreamingResponse:
    """Attempts, gates, promises, missed mistakes or events of all runs of the filter, streamed."""
    from toggle_core.exports.parquet_file import parquet_pieces  # Arrow is heavy to load

    table = PARTS[part]
    pieces = parquet_pieces(opened.database, wanted, tuple(table.columns), table=table)
    return _streamed(pieces, wanted, Format.PARQUET, table)


def _streamed(
    pieces: Pieces, wanted: RunFilter, kind: Format, table: Table = RUNS
) -> StreamingResponse:
    # The first piece is fetched before the answer begins, so that a fault can still be told.
    chunks: Iterator[bytes] = (
        piece.content for piece in itertools.chain((next(pieces),), pieces) if piece.content
    )
    name = file_name(wanted, kind, table)
    return StreamingResponse(
        chunks,
        media_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
