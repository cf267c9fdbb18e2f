"""The commands ``backup`` and ``restore``: everything in one file, and back."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console

from toggle_core.runs.keeping import size_in_words
from toggle_core.settings import Settings
from toggle_core.startup import open_store
from toggle_core.store.backup import back_up
from toggle_core.store.backup_file import Manifest
from toggle_core.store.restore import restore as fill

INTERRUPTED: Final = 130
"""The exit code of a program that Ctrl-C has stopped."""


def backup(arguments: Sequence[str], settings: Settings) -> int:
    """Run the command ``backup``.

    Args:
        arguments: after ``backup``.
        settings: of the process.

    Returns:
        The exit code.

    Raises:
        ToggleError: one sentence says what is in the way. No file was written.
    """
    path = _file(arguments, "backup", "Write everything into one file. The app may be running.")
    try:
        with open_store(settings) as (database, label), _telling("Reading") as told:
            made = back_up(database, path, told)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. No file was written.\n")
        return INTERRUPTED
    size = size_in_words(path.stat().st_size)
    sys.stdout.write(f"{path} ({size}) holds {_runs(made)} of {label}.\n")
    return 0


def restore(arguments: Sequence[str], settings: Settings) -> int:
    """Run the command ``restore``.

    Args:
        arguments: after ``restore``.
        settings: of the process.

    Returns:
        The exit code.

    Raises:
        ToggleError: one sentence says what is in the way. Nothing was restored.
    """
    path = _file(
        arguments,
        "restore",
        "Fill an empty database, embedded or at DATABASE_URL, from a backup. Nothing else may use"
        " it meanwhile.",
    )
    try:
        with open_store(settings) as (database, label), _telling("Restoring") as told:
            made = fill(database, path, told)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing was restored.\n")
        return INTERRUPTED
    sys.stdout.write(
        f"Restored {_runs(made)} of {made.made_at[:16].replace('T', ' ')} UTC: {label}.\n"
        "Those that were in progress go on as soon as a worker is started.\n"
    )
    return 0


def _runs(made: Manifest) -> str:
    count = made.rows("runs")
    return "1 run" if count == 1 else f"{count:,} runs"


def _file(arguments: Sequence[str], command: str, description: str) -> Path:
    parser = argparse.ArgumentParser(
        prog=f"python -m toggle_core {command}", description=description
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    path: Path = parser.parse_args(arguments).file
    return path


@contextmanager
def _telling(doing: str) -> Iterator[Callable[[str], None]]:
    """A line on the terminal that says what is being done; nothing where there is no terminal."""
    with Console(stderr=True).status(f"{doing} …") as status:
        yield lambda what: status.update(f"{doing}: {what}")
