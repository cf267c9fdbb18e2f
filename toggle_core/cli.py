"""The command line: ``production-toggle`` or ``python -m toggle_core``, and a command.

A command imports what it needs when it runs, so that ``--help`` and a start load nothing in vain.
"""

import runpy
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn
from uuid import UUID

import typer
from typer.core import TyperCommand

from toggle_core import __version__
from toggle_core.errors import ExportNotWritten, SweepBusy, ToggleError
from toggle_core.locations import APP_FOLDER
from toggle_core.settings import Settings, get_settings
from toggle_core.words import Evidence, Format, ProgramKind, Scope, Status, Verdict

if TYPE_CHECKING:
    from rich.table import Table
    from starlette.types import ASGIApp

    from toggle_core.access.keys import ApiKey
    from toggle_core.exports.request import Pieces
    from toggle_core.store.backup_file import Manifest

INTERRUPTED: Final = 130
"""Exit code of a program stopped by Ctrl-C: 128 and the number of SIGINT."""

LONGEST_LIFETIME: Final = 3_650
"""Days an API key may be valid."""

FILTER: Final = "Filters (default: all runs)"

app = typer.Typer(add_completion=False, rich_markup_mode=None)
keys = typer.Typer(help="Create, list and revoke API keys.", rich_markup_mode=None)
app.add_typer(keys, name="keys")


def main(arguments: Sequence[str] | None = None, settings: Settings | None = None) -> NoReturn:
    """Run a command and exit: with 0, with 1 after an error, or with 2 for invalid usage.

    Args:
        arguments: of the command line, without the program's name; None: those of the process.
        settings: of the process; None: read from the environment when a command needs them.

    Raises:
        SystemExit: always.
    """
    try:
        typer.main.get_command(app)(arguments, obj=settings)
    except ToggleError as error:
        typer.echo(f"Production Toggle: {error}", err=True)
    sys.exit(1)


def _settings(context: typer.Context) -> Settings:
    return context.obj or get_settings()


@contextmanager
def _interruptible(outcome: str) -> Iterator[None]:
    """Exit at Ctrl-C, and say on standard error how things were left."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"Stopped. {outcome}", err=True)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def _progress(activity: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done; yields a function that shows the current item."""
    from rich.console import Console

    with Console(stderr=True).status(f"{activity} …") as status:
        yield lambda item: status.update(f"{activity}: {item}")


# Serving.


@app.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Type one sentence; the app plans it, writes the code, and proves it.

    Without a command, everything is started: dashboard, API and worker.
    """
    if version:
        typer.echo(f"production-toggle {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        up()


@app.command()
def up() -> None:
    """Start everything: dashboard, API and worker."""
    script = APP_FOLDER / "app.py"
    sys.argv[:] = [str(script)]
    sys.path.insert(0, str(APP_FOLDER))
    runpy.run_path(str(script), run_name="__main__")


@app.command()
def api(context: typer.Context) -> None:
    """Serve the API alone, on its own port."""
    from toggle_core.api.standalone import serve

    serve(_settings(context))


@app.command()
def worker(
    context: typer.Context,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Runs executed at the same time.")
    ] = None,
) -> None:
    """Take runs off the queue and execute them."""
    from toggle_core.worker.process import work

    work(_settings(context), threads, _metrics)


@app.command()
def apps(context: typer.Context) -> None:
    """Serve opened programs, for dashboards with TOGGLE_APPS=remote."""
    from toggle_core.worker.apps_process import serve_apps

    serve_apps(_settings(context), _metrics)


def _metrics() -> "ASGIApp":
    from toggle_core.api.middleware import metrics_alone

    return metrics_alone()


@app.command()
def migrate(context: typer.Context) -> None:
    """Upgrade the database schema."""
    from toggle_core.startup import open_services

    with open_services(_settings(context)) as opened:
        typer.echo(f"The schema is up to date: {opened.database_label}.")


# Export.


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"write the date as 2026-11-22, not as {text}") from None


class _ExportCommand(TyperCommand):
    """Lists the columns below the options, from their own declaration."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from toggle_core.exports.columns import COLUMNS

        self.epilog = f"Columns: {', '.join(COLUMNS)}"
        super().format_epilog(ctx, formatter)


@app.command(cls=_ExportCommand)
def export(
    context: typer.Context,
    *,
    file_format: Annotated[Format, typer.Option("--format")] = Format.CSV,
    output: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="File or folder. In a folder, the file is named by date and filter.",
            show_default="this folder",
        ),
    ] = Path(),
    columns: Annotated[
        str | None, typer.Option(metavar="A,B,C", help="Columns and their order, see below.")
    ] = None,
    no_code: Annotated[bool, typer.Option("--no-code", help="Leave out the column code.")] = False,
    raw: Annotated[
        bool,
        typer.Option("--raw", help="CSV for programs: no apostrophes, no byte order mark."),
    ] = False,
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Words of the description; -word: without it.")
    ] = "",
    status: Annotated[Status | None, typer.Option()] = None,
    verdict: Annotated[Verdict | None, typer.Option()] = None,
    builder: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    production: Annotated[
        bool | None,
        typer.Option("--production/--no-production", help="Only with the toggle on, or off."),
    ] = None,
    submitted_by: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    created_from: Annotated[
        date | None, typer.Option(parser=_day, metavar="YYYY-MM-DD", help="First day, in UTC.")
    ] = None,
    created_to: Annotated[
        date | None,
        typer.Option(parser=_day, metavar="YYYY-MM-DD", help="The day after the last, in UTC."),
    ] = None,
    duration_from: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Worked on for at least this long.")
    ] = None,
    duration_to: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Worked on for less than this.")
    ] = None,
    needs_you: Annotated[
        bool | None,
        typer.Option("--needs-you/--no-needs-you", help="Only runs that wait for you, or others."),
    ] = None,
    works: Annotated[
        bool | None,
        typer.Option(
            "--works/--no-works", help="Only runs with promises left for you to try, or others."
        ),
    ] = None,
    evidence: Annotated[
        int | None,
        typer.Option(min=1, max=2, help="1: seven checks only. 2: promises and proof, too."),
    ] = None,
    strength_from: Annotated[
        int | None, typer.Option(metavar="PERCENT", help="Tests at least this strong.")
    ] = None,
    reason_code: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Not ready for this reason, such as tests or model."),
    ] = None,
    failed_check: Annotated[
        str | None,
        typer.Option(metavar="CHECK", help="This check failed in some attempt, such as lint."),
    ] = None,
    kind: Annotated[ProgramKind | None, typer.Option(help="What it builds.")] = None,
    project_id: Annotated[
        UUID | None, typer.Option(metavar="ID", help="Only versions of this project.")
    ] = None,
) -> None:
    """Write runs to a file, newest first."""
    from toggle_core.exports.columns import choose_columns
    from toggle_core.exports.csv_file import csv_pieces
    from toggle_core.exports.parquet_file import parquet_pieces
    from toggle_core.exports.request import file_name
    from toggle_core.history.counts import count_exactly
    from toggle_core.history.query import RunFilter
    from toggle_core.startup import open_services

    chosen = RunFilter(
        status=status,
        verdict=verdict,
        search=search,
        builder=builder,
        production=production,
        submitted_by=submitted_by,
        created_from=created_from,
        created_to=created_to,
        duration_from=duration_from,
        duration_to=duration_to,
        needs_you=needs_you,
        works=works,
        evidence=Evidence(evidence) if evidence else None,
        strength_from=strength_from,
        reason_code=reason_code,
        failed_check=failed_check,
        kind=kind,
        project_id=project_id,
    )
    names = choose_columns(columns, code=not no_code)
    path = output / file_name(chosen, file_format) if _is_folder(output) else output
    with (
        _interruptible("No file was written."),
        open_services(_settings(context)) as opened,
    ):
        if file_format is Format.PARQUET:
            pieces = parquet_pieces(opened.database, chosen, names)
        else:
            pieces = csv_pieces(opened.database, chosen, names, raw=raw)
        rows = _write(pieces, path, count_exactly(opened.database, chosen))
    typer.echo(f"{rows:,} runs are in {path}")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise ExportNotWritten(path=path, reason=error.strerror or error) from error


def _write(pieces: "Pieces", path: Path, total: int) -> int:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from toggle_core.exports.files import write_pieces

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


# API keys.


@keys.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Who or what uses the key; recorded with its runs.")],
    scope: Annotated[
        Scope,
        typer.Option(
            help="read: read everything; submit: also submit tasks, and change those; admin: also"
            " change the tasks of others, and read the metrics."
        ),
    ],
    expires: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=LONGEST_LIFETIME,
            metavar="DAYS",
            help="Days until it expires.",
            show_default="never",
        ),
    ] = None,
) -> None:
    """Create a key and show it, this once."""
    from toggle_core.access.keys import create_key
    from toggle_core.startup import open_services

    lifetime = None if expires is None else timedelta(days=expires)
    with open_services(_settings(context)) as opened:
        made, key = create_key(opened.database, name, scope, lifetime=lifetime)
    until = f"until {made.expires_at:%Y-%m-%d}" if made.expires_at else "until it is revoked"
    typer.echo(f"Key {made.id} ({made.name}) has the scope {made.scope} {until}.", err=True)
    typer.echo("This is the only time it is shown. Send it as: Authorization: Bearer KEY", err=True)
    typer.echo(key)  # alone on standard output, so that it can be piped to where it is stored


@keys.command("list")
def show_keys(context: typer.Context) -> None:
    """List all keys, including expired and revoked ones."""
    from rich.console import Console

    from toggle_core.access.keys import list_keys
    from toggle_core.startup import open_services

    with open_services(_settings(context)) as opened:
        found = list_keys(opened.database)
    if not found:
        typer.echo("There are no keys. Until one is created, the API is open on this machine.")
        return
    table = _table("id", "name", "scope", "created", "last used", "state")
    for key in found:
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        created = f"{key.created_at:%Y-%m-%d}"
        table.add_row(key.id, key.name, key.scope, created, used, _state(key))
    Console(markup=False, emoji=False, highlight=False).print(table)


def _state(key: "ApiKey") -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return "in use"
    expired = key.expires_at <= datetime.now(key.expires_at.tzinfo)
    return f"{'expired' if expired else 'until'} {key.expires_at:%Y-%m-%d}"


@keys.command()
def revoke(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As shown by the list.")],
) -> None:
    """Revoke a key; requests with it are refused from then on."""
    from toggle_core.access.keys import revoke_key
    from toggle_core.startup import open_services

    with open_services(_settings(context)) as opened:
        key = revoke_key(opened.database, key_id)
    typer.echo(f"Key {key.id} ({key.name}) is revoked.")


# Retention and backup.


@app.command()
def prune(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and change nothing.")
    ] = False,
) -> None:
    """Delete the checkpoints and pictures of old runs, as workers do over time.

    TOGGLE_KEEP_HISTORY_DAYS and TOGGLE_KEEP_CHECKPOINTS_DAYS say which.
    """
    from rich.console import Console

    from toggle_core.startup import open_services
    from toggle_core.status.storage_usage import in_words, size_in_words
    from toggle_core.store.sweeping import survey, sweep

    with open_services(_settings(context)) as opened:
        policy = opened.retention
        if dry_run:
            done = survey(opened.database, policy)
        elif (finished := sweep(opened.database, policy)) is None or finished.unfinished:
            raise SweepBusy
        else:
            done = finished.done
    table = _table("What", "Would be" if dry_run else "Done")
    table.columns[1].justify = "right"
    table.add_row("Runs reduced to their last checkpoint", f"{done.runs_pruned:,}")
    table.add_row("Runs reduced to their results", f"{done.runs_cleared:,}")
    table.add_row("Checkpoints deleted", f"{done.checkpoints:,}")
    table.add_row("Space freed for new runs, about", size_in_words(done.bytes))
    table.add_row(
        "Leftovers of finished jobs, dead workers and deleted runs", f"{done.leftovers:,}"
    )
    console = Console(highlight=False)
    console.print(in_words(policy), soft_wrap=True)
    console.print(table)
    if dry_run:
        console.print("Nothing was changed.")


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
) -> None:
    """Write everything into one file. The app may be running."""
    from toggle_core.startup import open_store
    from toggle_core.status.storage_usage import size_in_words
    from toggle_core.store.backup import back_up

    with (
        _interruptible("No file was written."),
        open_store(_settings(context)) as (database, label),
        _progress("Reading") as show,
    ):
        manifest = back_up(database, file, show)
    size = size_in_words(file.stat().st_size)
    typer.echo(f"{file} ({size}) holds {_runs(manifest)} of {label}.")


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Written by backup.")],
) -> None:
    """Fill an empty database, embedded or at DATABASE_URL, from a backup.

    Nothing else may use the database meanwhile.
    """
    from toggle_core.startup import open_store
    from toggle_core.store.restore import restore as fill

    with (
        _interruptible("Nothing was restored."),
        open_store(_settings(context)) as (database, label),
        _progress("Restoring") as show,
    ):
        manifest = fill(database, file, show)
    made_at = manifest.made_at[:16].replace("T", " ")
    typer.echo(f"Restored {_runs(manifest)} of {made_at} UTC: {label}.")
    typer.echo("Runs that were in progress continue as soon as a worker is started.")


def _runs(manifest: "Manifest") -> str:
    count = manifest.rows("runs")
    return "1 run" if count == 1 else f"{count:,} runs"


def _table(*headings: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=heading != "name")
    return table
