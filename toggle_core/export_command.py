"""The command ``export``: runs as a file, with a bar that tells how far it is."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from toggle_core.errors import ExportNotWritten
from toggle_core.runs.counts import count_exactly
from toggle_core.runs.export import Format, Pieces, file_name
from toggle_core.runs.export_columns import COLUMNS, choose_columns
from toggle_core.runs.export_csv import csv_pieces
from toggle_core.runs.export_file import write_pieces
from toggle_core.runs.export_parquet import parquet_pieces
from toggle_core.runs.query import RunFilter
from toggle_core.settings import Settings
from toggle_core.startup import open_services
from toggle_core.store.database import Database
from toggle_core.words import Status, Verdict

INTERRUPTED: Final = 130
"""The exit code of a program that Ctrl-C has stopped."""


def export(arguments: Sequence[str], settings: Settings) -> int:
    """Run the command.

    Args:
        arguments: after ``export``.
        settings: of the process.

    Returns:
        The exit code.

    Raises:
        ToggleError: one sentence says what is in the way. No file was written.
    """
    chosen = _parser().parse_args(arguments)
    wanted = _wanted(chosen)
    columns = choose_columns(chosen.columns, code=chosen.code)
    path: Path = chosen.output
    if _is_folder(path):
        path /= file_name(wanted, chosen.format)
    try:
        with open_services(settings) as opened:
            pieces = _pieces(opened.database, wanted, columns, chosen)
            rows = _write(pieces, path, count_exactly(opened.database, wanted))
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. No file was written.\n")
        return INTERRUPTED
    sys.stdout.write(f"{rows:,} runs are in {path}\n")
    return 0


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise ExportNotWritten(path=path, reason=error.strerror or error) from error


def _pieces(
    database: Database, wanted: RunFilter, columns: tuple[str, ...], chosen: argparse.Namespace
) -> Pieces:
    if chosen.format == Format.PARQUET:
        return parquet_pieces(database, wanted, columns)
    return csv_pieces(database, wanted, columns, raw=chosen.raw)


def _write(pieces: Pieces, path: Path, total: int) -> int:
    bar = Progress(
        TextColumn("Exporting"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("export", total=total)
        return write_pieces(pieces, path, lambda rows: bar.advance(task, rows))


def _wanted(chosen: argparse.Namespace) -> RunFilter:
    return RunFilter(
        status=Status(chosen.status) if chosen.status else None,
        verdict=Verdict(chosen.verdict) if chosen.verdict else None,
        search=chosen.search,
        builder=chosen.builder,
        production=chosen.production,
        submitted_by=chosen.submitted_by,
        created_from=chosen.created_from,
        created_to=chosen.created_to,
        duration_from=chosen.duration_from,
        duration_to=chosen.duration_to,
        needs_you=chosen.needs_you,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m toggle_core export", description="Write runs to a file, the newest first."
    )
    parser.add_argument("--format", choices=list(Format), default=Format.CSV, help="default: csv")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(),
        metavar="FILE",
        help="file or folder; in a folder the name tells date and filter. Default: this folder",
    )
    parser.add_argument("--columns", metavar="A,B,C", help=f"of: {', '.join(COLUMNS)}")
    parser.add_argument(
        "--no-code", dest="code", action="store_false", help="leave out the column code"
    )
    parser.add_argument(
        "--raw", action="store_true", help="CSV for programs: no apostrophes, no byte order mark"
    )
    _add_filters(parser.add_argument_group("which runs (default: all)"))
    return parser


def _add_filters(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--search", default="", metavar="WORDS", help="words of the task")
    group.add_argument("--status", choices=list(Status))
    group.add_argument("--verdict", choices=list(Verdict))
    group.add_argument("--builder", metavar="NAME")
    group.add_argument(
        "--production",
        action=argparse.BooleanOptionalAction,
        help="only with the toggle on, or only with it off",
    )
    group.add_argument("--submitted-by", metavar="NAME")
    group.add_argument("--created-from", type=_day, metavar="YYYY-MM-DD", help="first day, in UTC")
    group.add_argument(
        "--created-to", type=_day, metavar="YYYY-MM-DD", help="the day after the last, in UTC"
    )
    group.add_argument("--duration-from", type=float, metavar="SECONDS", help="at least")
    group.add_argument("--duration-to", type=float, metavar="SECONDS", help="less than")
    group.add_argument(
        "--needs-you",
        action=argparse.BooleanOptionalAction,
        help="only what waits for a person, or only the others",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"write a day as 2026-11-22, not as {text}") from None
