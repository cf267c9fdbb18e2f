"""Folders that all processes of this user on this machine share."""

import errno
import logging
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder that exists and that only its owner may write.

    Attributes:
        path: where it is.
        owner: the user id that new files are given to; None for this process's own.
    """

    path: Path
    owner: int | None


@cache
def shared_folders(data_folder: Path | None, name: str) -> tuple[SharedFolder, ...]:
    """Return the folders that can be used, the best first; the log says why one cannot.

    Args:
        data_folder: the application's data folder, where the first of them lies. None, or one that
            does not exist: only the one among this user's temporary files.
        name: of the folder.
    """
    user = os.geteuid()
    candidates = [(Path(tempfile.gettempdir()) / f"production-toggle-{name}-{user}", user)]
    if data_folder is not None and data_folder.is_dir():
        # Root and whoever owns the data folder may use it in turn.
        owner = data_folder.stat().st_uid if user == 0 else user
        candidates.insert(0, (data_folder / name, owner))
    usable = []
    for path, owner in candidates:
        try:
            make_private(path, owner)
        except OSError as error:
            warn_once(path, str(error.strerror))
        else:
            usable.append(SharedFolder(path, owner if owner != user else None))
    return tuple(usable)


def make_private(path: Path, owner: int) -> None:
    """Make a folder that only its owner may enter.

    Args:
        path: the folder; the one above it exists.
        owner: a user id.

    Raises:
        OSError: it cannot be made, or exists and belongs to somebody else.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() not in (path.lstat().st_uid, owner):
        os.chown(path, owner, -1, follow_symlinks=False)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != owner or not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EPERM, "it belongs to somebody else")


@cache
def warn_once(folder: Path, reason: str) -> None:
    """Log, once for each reason, that processes cannot share a folder."""
    _log.warning("processes cannot share %s (%s)", folder, reason)
