"""Which files a program made, changed or removed."""

import os
from collections.abc import Iterable
from pathlib import Path

_CACHES = frozenset({"__pycache__", ".cache", ".mypy_cache", ".pytest_cache", ".ruff_cache"})
_MOST_CHARACTERS = 100

Snapshot = dict[str, tuple[int, int, int]]


def take_snapshot(folders: Iterable[Path]) -> Snapshot:
    """Return size, time of change and inode of every file in some folders that holds something.

    Caches are left out, and so are empty files: neither is a result.
    """
    return {
        str(path): state
        for folder in folders
        for path in _files(folder)
        if (state := _state(path)) is not None
    }


def changed_files(before: Snapshot, after: Snapshot, work: Path) -> list[str]:
    """Return the paths of files that differ, those of the working folder relative to it.

    Characters that cannot be shown are replaced, and long paths are cut.
    """
    prefix = f"{work}{os.sep}"
    differing = sorted({name for name, _ in before.items() ^ after.items()})
    return [_shown(name.removeprefix(prefix)) for name in differing]


def _shown(path: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in path)[:_MOST_CHARACTERS]


def _files(folder: Path) -> Iterable[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _CACHES]
        yield from (Path(place, name) for name in names)


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None  # gone meanwhile
    return (found.st_size, found.st_mtime_ns, found.st_ino) if found.st_size else None
