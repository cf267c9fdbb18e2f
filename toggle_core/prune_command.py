"""The command ``prune``: what a sweep of the history does, at once and all of it."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from toggle_core.errors import SweepBusy
from toggle_core.runs.keeping import in_words, size_in_words
from toggle_core.settings import Settings
from toggle_core.startup import open_services
from toggle_core.store.database import Database
from toggle_core.store.retention import Done, Policy
from toggle_core.store.sweeping import survey, sweep


def prune(arguments: Sequence[str], settings: Settings) -> int:
    """Run the command.

    Args:
        arguments: after ``prune``.
        settings: of the process.

    Returns:
        The exit code.

    Raises:
        ToggleError: one sentence says what is in the way.
    """
    chosen = _parser().parse_args(arguments)
    with open_services(settings) as opened:
        policy = opened.retention
        done = survey(opened.database, policy) if chosen.dry_run else _all(opened.database, policy)
    console = Console(file=sys.stdout, highlight=False)
    console.print(in_words(policy), soft_wrap=True)
    console.print(_table(done, dry=chosen.dry_run))
    if chosen.dry_run:
        console.print("Nothing was changed.")
    return 0


def _all(database: Database, policy: Policy) -> Done:
    found = sweep(database, policy)
    if found is None or found.unfinished:
        raise SweepBusy
    return found.done


def _table(done: Done, *, dry: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("What")
    table.add_column("Would be" if dry else "Done", justify="right")
    for what, number in (
        ("Runs that keep only their last step", f"{done.runs_pruned:,}"),
        ("Runs that keep only what they made", f"{done.runs_cleared:,}"),
        ("Steps deleted", f"{done.checkpoints:,}"),
        ("Room for new runs, about", size_in_words(done.bytes)),
        ("Leftovers of ended jobs and dead workers", f"{done.leftovers:,}"),
    ):
        table.add_row(what, number)
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m toggle_core prune",
        description="Clear away the steps of old runs, by TOGGLE_KEEP_HISTORY_DAYS and"
        " TOGGLE_KEEP_CHECKPOINTS_DAYS. Workers do the same by themselves, a little at a time.",
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be done")
    return parser
