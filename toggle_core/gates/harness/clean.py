"""Make the sandbox what it was before something ran in it."""

import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .launch import write_files
from .task import Task

_FIRST_PROCESS = 1
_TRIES = 200  # against processes that start others while they are ended
_READ_WRITE_SEARCH = 0o700


def start_afresh(task: Task, files: Mapping[str, str], kept: int) -> None:
    """End what still runs, empty every writable folder, and write a copy of the project.

    Args:
        task: the job.
        files: text of each file by its path.
        kept: number of the process that has to go on, besides this one.
    """
    _end_processes({os.getpid(), kept})
    for folder in task.watched or (str(task.work), tempfile.gettempdir()):
        _empty(Path(folder))
    task.home.mkdir(parents=True, exist_ok=True)
    write_files(task.work, files)


def end_all_others() -> None:
    """End all other processes where this is the first one of its namespace."""
    if os.getpid() == _FIRST_PROCESS:
        with suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)


def empty_temporary_folders(task: Task) -> None:
    """Remove what lies in folders that a restarted machine finds empty, all but the home."""
    for folder in map(Path, task.watched):
        if folder != task.work:
            _empty(folder, kept=task.home)


def _end_processes(kept: set[int]) -> None:
    """End all processes of this namespace; without one, those left are ended with the job."""
    if os.getpid() != _FIRST_PROCESS:
        return
    for _ in range(_TRIES):
        others = [pid for pid in _processes() if pid not in kept]
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in others:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        if not others:
            return


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _empty(folder: Path, kept: Path | None = None) -> None:
    for place in folder.iterdir():
        if place == kept:
            continue
        if place.is_dir() and not place.is_symlink():
            _open_folders(place)
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)


def _open_folders(top: Path) -> None:
    """Allow ourselves to look into a folder and all below, whatever modes they were left with."""
    _open(top)
    for place, folders, _ in os.walk(top):
        for name in folders:
            path = Path(place, name)
            if not path.is_symlink():
                _open(path)


def _open(folder: Path) -> None:
    """Change a folder's mode if need be; the sandbox without namespaces refuses it to everybody."""
    if folder.stat().st_mode & _READ_WRITE_SEARCH != _READ_WRITE_SEARCH:
        with suppress(PermissionError):
            folder.chmod(_READ_WRITE_SEARCH)
