"""Making folders with permissions that do not depend on the umask."""

import errno
import os
from pathlib import Path


def make_folder(folder: Path, *, mode: int) -> None:
    """Make a folder and its missing parents; everyone may pass through the parents.

    Folders that exist keep their permissions.

    Args:
        folder: an absolute path.
        mode: the permissions of `folder` itself.

    Raises:
        NotADirectoryError: a file is in the way; `filename` tells which.
        OSError: a folder cannot be made.
    """
    for step in (*reversed(folder.parents), folder):
        if not step.exists():
            step.mkdir(exist_ok=True)
            step.chmod(mode if step == folder else 0o711)
        elif not step.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(step))
