"""The command ``keys``: makes, lists and revokes keys of the API."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from rich.console import Console
from rich.table import Table

from toggle_core.access.keys import ApiKey, create_key, list_keys, revoke_key
from toggle_core.settings import Settings
from toggle_core.startup import open_services
from toggle_core.store.database import Database
from toggle_core.words import Scope

LONGEST_DAYS: Final = 3_650


def keys(arguments: Sequence[str], settings: Settings) -> int:
    """Run the command.

    Args:
        arguments: after ``keys``.
        settings: of the process.

    Returns:
        The exit code.

    Raises:
        ToggleError: one sentence says what is in the way. Nothing was changed.
    """
    chosen = _parser().parse_args(arguments)
    with open_services(settings) as opened:
        if chosen.action == "create":
            _create(opened.database, chosen)
        elif chosen.action == "list":
            _list(opened.database)
        else:
            key = revoke_key(opened.database, chosen.id)
            sys.stdout.write(f"The key {key.id} ({key.name}) opens nothing any more.\n")
    return 0


def _create(database: Database, chosen: argparse.Namespace) -> None:
    """Show the key alone on standard output, so that it can be piped to where it shall be kept."""
    lifetime = None if chosen.expires is None else timedelta(days=chosen.expires)
    made, key = create_key(database, chosen.name, Scope(chosen.scope), lifetime=lifetime)
    until = f"until {_day(made.expires_at)}" if made.expires_at else "until it is revoked"
    sys.stderr.write(f"The key {made.id} ({made.name}) opens the API for {made.scope}, {until}.\n")
    sys.stderr.write("This is the only time it is shown. Send it as: Authorization: Bearer KEY\n")
    sys.stderr.flush()
    sys.stdout.write(f"{key}\n")


def _list(database: Database) -> None:
    found = list_keys(database)
    if not found:
        sys.stdout.write(
            "There are no keys. While there are none, an API on this machine is open.\n"
        )
        return
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("id", "name", "scope", "made", "last used", "state"):
        table.add_column(heading, no_wrap=heading != "name")
    for key in found:
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        table.add_row(key.id, key.name, key.scope, _day(key.created_at), used, _state(key))
    Console(markup=False, emoji=False, highlight=False).print(table)


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {_day(key.revoked_at)}"
    if key.expires_at is None:
        return "in use"
    if key.expires_at <= datetime.now(key.expires_at.tzinfo):
        return f"expired {_day(key.expires_at)}"
    return f"until {_day(key.expires_at)}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m toggle_core keys", description="Keys that programs call the API with."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a key, and show it this once")
    create.add_argument("--name", required=True, help="for whom or what; runs carry it")
    create.add_argument(
        "--scope",
        required=True,
        choices=list(Scope),
        help="read: look at everything; submit: also submit tasks, and change those; "
        "admin: also change what others have submitted, and read the metrics",
    )
    create.add_argument("--expires", type=_days, metavar="DAYS", help="default: never")
    actions.add_parser("list", help="show all keys that were ever made")
    revoke = actions.add_parser("revoke", help="let a key open nothing any more")
    revoke.add_argument("id", metavar="ID", help="as the list shows it")
    return parser


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days from 1 to {LONGEST_DAYS:,}")
    return int(text)
