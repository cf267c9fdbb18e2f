"""Making folders with permissions that do not depend on the umask."""

import errno
import os
from pathlib import Path


def make_folder(folder: Path, *, mode: int, owner: int | None = None) -> None:
    """Make a folder and its missing parents; everyone may pass through the parents.

    Folders that exist keep their permissions.

    Args:
        folder: an absolute path.
        mode: the permissions of `folder` itself.
        owner: the user id new folders are given to; None leaves them with this process's user.

    Raises:
        NotADirectoryError: a file is in the way; `filename` tells which.
        OSError: a folder cannot be made.
    """
    for step in (*reversed(folder.parents), folder):
        if not step.exists():
            step.mkdir(exist_ok=True)
            step.chmod(mode if step == folder else 0o711)
            if owner is not None:
                os.chown(step, owner, -1, follow_symlinks=False)
        elif not step.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(step))
