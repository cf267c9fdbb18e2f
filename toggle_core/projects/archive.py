"""A generated project as a zip file that is safe to unpack."""

import io
import re
import zipfile
from collections.abc import Collection, Mapping
from typing import Final

from toggle_core.projects.files import safe_path

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip can hold: the same files always make the same bytes."""

REGULAR_FILE: Final = 0o100644 << 16
"""Mode of an entry: a plain file, so that none is a link."""

EXECUTABLE_FILE: Final = 0o100755 << 16
"""Mode of an entry that a double click starts."""

NAME_WORDS: Final = 6
NAME_LENGTH: Final = 60


def zip_of(
    files: Mapping[str, str | bytes], folder: str = "", executable: Collection[str] = ()
) -> bytes:
    """Pack files, each at a path that stays inside the folder it is unpacked to.

    A path is made harmless rather than refused: steps such as ``..`` and a leading ``/`` or drive
    are dropped. Where two files come to the same path, the later gets a number.

    Args:
        files: content of each file by its path, with forward slashes. Bytes are packed as they
            are: they are compressed already.
        folder: that all of them are put into.
        executable: paths of those that a system may start.
    """
    packed = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(_free(safe_path(f"{folder}/{path}"), taken), EPOCH)
            entry.external_attr = EXECUTABLE_FILE if path in executable else REGULAR_FILE
            if isinstance(content, str):
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content.encode(errors="replace"))
            else:
                archive.writestr(entry, content)
    return packed.getvalue()


def archive_name(task: str) -> str:
    """A short name for a project's folder and file, from the words of its task.

    Args:
        task: as it was typed.
    """
    words = re.findall(r"[a-z0-9]+", task.lower())[:NAME_WORDS]
    return "-".join(words)[:NAME_LENGTH].strip("-") or "project"


def _free(path: str, taken: set[str]) -> str:
    """The path, or one with a number where it is taken. Some systems do not tell case apart."""
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".") if "." in name[1:] else (name, "", "")
    number, free = 1, path
    while free.casefold() in taken:
        number += 1
        free = f"{folder}{slash}{stem}-{number}{dot}{ending}"
    taken.add(free.casefold())
    return free
