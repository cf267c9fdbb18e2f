"""Running a command as root or as an ordinary user, whoever runs the tests."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORDINARY_USER = "54321"
_READ_BY_ALL = "0755"


def users() -> tuple[str, ...]:
    """Return the users a command can be run as here: an ordinary user cannot become root."""
    return ("root", "ordinary user") if os.geteuid() == 0 else ("ordinary user",)


def command_as(user: str, command: list[str], *, shown: bool) -> list[str]:
    """Return the command line that runs a command as a user.

    Args:
        user: one of ``users()``.
        command: an absolute program and its arguments.
        shown: make interpreter and project readable for everybody, even below a root-only folder.
    """
    if os.geteuid() != 0:
        return command
    dropped = [] if user == "root" else _drop()
    if not (shown or dropped):
        return command
    return [*("bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL"), *_shown(), *dropped, *command]


def _drop() -> list[str]:
    return [
        *("/usr/bin/setpriv", "--reuid", ORDINARY_USER, "--regid", ORDINARY_USER),
        *("--clear-groups", "--bounding-set", "-all", "--inh-caps", "-all"),
    ]


def _shown() -> list[str]:
    """Cover root-only folders above what is needed, and put back there only that."""
    needed = {Path(name).resolve() for name in (sys.base_prefix, sys.prefix, ROOT)}
    closed = {folder for path in needed for folder in _closed_above(path)}
    parts = [part for folder in sorted(closed) for part in _empty(folder)]
    for path in sorted(needed):
        if covers := [folder for folder in closed if path.is_relative_to(folder)]:
            between = [folder for folder in reversed(path.parents) if folder > max(covers)]
            parts += [
                part
                for folder in between
                for part in ("--perms", _READ_BY_ALL, "--dir", str(folder))
            ]
            parts += ["--ro-bind", str(path), str(path)]
    return [*parts, "--"]


def _closed_above(path: Path) -> list[Path]:
    closed = [folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001]
    return closed[:1]


def _empty(folder: Path) -> list[str]:
    return ["--perms", _READ_BY_ALL, "--tmpfs", str(folder)]
