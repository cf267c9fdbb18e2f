"""The command line: ``python -m toggle_core COMMAND``."""

import argparse
import runpy
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from toggle_core.errors import ToggleError
from toggle_core.settings import PROJECT_ROOT, get_settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: of the command line, without the program's name.

    Returns:
        The exit code: 0, or 1 where something was in the way.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in OWN_ARGUMENTS:
            return OWN_ARGUMENTS[given[0]](given[1:])
        _run(_parser().parse_args(given))
    except ToggleError as error:
        print(f"Production Toggle: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m toggle_core", description="Production Toggle")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("up", help="start everything: dashboard, API and worker")
    commands.add_parser("api", help="serve the API alone, on its own port")
    worker = commands.add_parser("worker", help="take runs off the queue and execute them")
    worker.add_argument("--threads", type=_positive, help="runs executed at the same time")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("export", help="write runs to a file; export --help says which")
    commands.add_parser("keys", help="make, list and revoke keys of the API; see keys --help")
    commands.add_parser("prune", help="clear away the steps of old runs; --dry-run only tells")
    commands.add_parser("backup", help="write everything into one file")
    commands.add_parser("restore", help="fill an empty database from a backup")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _run(chosen: argparse.Namespace) -> None:
    if chosen.command == "up":
        _up()
    elif chosen.command == "api":
        from toggle_core.api.standalone import serve

        serve(get_settings())
    elif chosen.command == "worker":
        from toggle_core.worker.process import work

        work(get_settings(), chosen.threads, _metrics)
    else:
        _migrate()


def _metrics() -> "ASGIApp":
    from toggle_core.api.front import metrics_alone

    return metrics_alone()


def _up() -> None:
    app = PROJECT_ROOT / "app.py"
    sys.argv[:] = [str(app)]
    sys.path.insert(0, str(PROJECT_ROOT))
    runpy.run_path(str(app), run_name="__main__")


def _export(arguments: Sequence[str]) -> int:
    from toggle_core.export_command import export

    return export(arguments, get_settings())


def _keys(arguments: Sequence[str]) -> int:
    from toggle_core.keys_command import keys

    return keys(arguments, get_settings())


def _prune(arguments: Sequence[str]) -> int:
    from toggle_core.prune_command import prune

    return prune(arguments, get_settings())


def _backup(arguments: Sequence[str]) -> int:
    from toggle_core.backup_command import backup

    return backup(arguments, get_settings())


def _restore(arguments: Sequence[str]) -> int:
    from toggle_core.backup_command import restore

    return restore(arguments, get_settings())


OWN_ARGUMENTS: Final[Mapping[str, Callable[[Sequence[str]], int]]] = MappingProxyType(
    {
        "export": _export,
        "keys": _keys,
        "prune": _prune,
        "backup": _backup,
        "restore": _restore,
    }
)
"""Commands that read their arguments themselves."""


def _migrate() -> None:
    from toggle_core.startup import open_services

    with open_services(get_settings()) as opened:
        print(f"The schema is up to date: {opened.database_label}.")


if __name__ == "__main__":
    sys.exit(main())
