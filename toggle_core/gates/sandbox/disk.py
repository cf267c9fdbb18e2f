"""What a job left in a folder of this machine, where it has no file system of its own."""

import os
import stat
import subprocess
from pathlib import Path

from toggle_core.gates.sandbox.limits import Limits

_DEEPEST = 100  # folders inside folders; nothing honest goes deeper
_BLOCK_BYTES = 512  # unit of st_blocks


def holds_too_much(folder: Path, limits: Limits) -> bool:
    """Tell whether a folder holds more files or bytes than allowed, or is nested too deep.

    Folders are opened one from the other, so that no path gets too long to be looked at.

    Args:
        folder: where to look; links in it are not followed.
        limits: how much is allowed.
    """
    measure = _Measure(limits)
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return measure.exceeded_in(root, _DEEPEST)
    finally:
        os.close(root)


class _Measure:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files = 0
        self._bytes = 0

    def exceeded_in(self, folder: int, levels: int) -> bool:
        """Count a folder's content, below the given number of levels; stop once it is too much."""
        if levels == 0:
            return True
        # Not listed as a whole: a job can add names as fast as they are read.
        with os.scandir(folder) as entries:
            return any(self._exceeded_by(folder, entry.name, levels) for entry in entries)

    def _exceeded_by(self, folder: int, name: str, levels: int) -> bool:
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            self._files += 1
            self._bytes += found.st_blocks * _BLOCK_BYTES
            limits = self._limits
            if self._files > limits.files or self._bytes > limits.disk_bytes:
                return True
            if not stat.S_ISDIR(found.st_mode):
                return False
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        except PermissionError:
            return True  # a folder the job can fill and nobody can look into
        except OSError:
            return False  # gone meanwhile
        try:
            return self.exceeded_in(below, levels - 1)
        finally:
            os.close(below)


def remove_all(folder: Path) -> None:
    """Remove a folder a job filled, however deep, with folders that nobody may enter.

    By ``chmod`` and ``rm``, which follow no links below the folder and know no longest path.

    Raises:
        CalledProcessError: something could not be removed.
    """
    for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
        subprocess.run([*command, "--", str(folder)], check=True, env={"PATH": "/usr/bin:/bin"})
