"""Which paths, names and sizes a project's files may have, so that any computer can hold them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

MOST_FILES: Final = 200

MOST_FILE_CHARACTERS: Final = 400_000
MOST_TOTAL_CHARACTERS: Final = 2_000_000
"""Of one file, and of all together: a larger project is not stored, as a checkpoint is read and
written as a whole."""

MOST_FILE_BYTES: Final = 512 * 1024
MOST_TOTAL_BYTES: Final = 4 * 1024 * 1024
"""Of one file, and of all together: a project that is stored and larger than this, since one
character can take four bytes, does not pass the gate ``files``."""

MOST_PATH_CHARACTERS: Final = 180
"""Below Windows' 260 with a folder to unpack into."""

MOST_DEPTH: Final = 10

MOST_NAME_BYTES: Final = 200
"""Of one part of a path in a download; common file systems take 255."""

LINE_LIMIT: Final = 1_000
"""Characters that are kept of a summary, an objection, and the path of a file."""

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS_DEVICES = frozenset(("con", "prn", "aux", "nul", "conin$", "conout$")) | {
    f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³"
}
_NOT_ON_WINDOWS = '<>:"|?*'
_VERSION_CONTROL = frozenset((".git", ".hg", ".svn", ".bzr"))  # their hooks run programs
_SHOWN_CHARACTERS = 80

_REPLACED = re.compile(
    f"[\x00-\x1f\x7f-\x9f{re.escape(_NOT_ON_WINDOWS)}\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that Windows does not allow in a name, halves of characters, and those by which
``gpj.exe`` would look like ``exe.jpg``."""


def check_paths(files: Mapping[str, str]) -> list[str]:
    """Check names, sizes and number of a project's files; nothing is read or written.

    Args:
        files: text of each file by its path.

    Returns:
        One plain sentence for each problem, empty if the files are safe to write anywhere.
    """
    if not files:
        return ["The project has no files."]
    return [
        *_too_much(files),
        *(problem for name, text in files.items() for problem in _problems(name, text)),
        *_collisions(files),
    ]


def safe_path(path: str) -> str:
    """Make a path harmless: relative, without ``.``, ``..``, drives, or names some system refuses.

    Args:
        path: with forward slashes or backslashes.

    Returns:
        The path with forward slashes; ``file`` where nothing is left of it.
    """
    names = [_safe_name(name) for name in re.split(r"[/\\]+", path)]
    return "/".join(name for name in names if name) or "file"


def _safe_name(name: str) -> str:
    if re.fullmatch(r"[A-Za-z]:", name):
        return ""
    name = _REPLACED.sub("_", name).strip()
    name = name.encode()[:MOST_NAME_BYTES].decode(errors="ignore").rstrip(". ")
    return f"_{name}" if _is_device(name) else name


def _too_much(files: Mapping[str, str]) -> Iterator[str]:
    if len(files) > MOST_FILES:
        yield f"The project has {len(files)} files; at most {MOST_FILES} are allowed."
    total = sum(map(_size, files.values()))
    if total > MOST_TOTAL_BYTES:
        yield f"The files have {total} bytes together; at most {MOST_TOTAL_BYTES} are allowed."


def _problems(name: str, text: str) -> Iterator[str]:
    shown = _shown(name)
    if reason := _name_problem(name):
        yield f"The path {shown} {reason}."
    if _size(text) > MOST_FILE_BYTES:
        yield f"{shown} has {_size(text)} bytes; at most {MOST_FILE_BYTES} are allowed."
    if "\0" in text or not _is_text(text):
        yield f"{shown} holds characters that no text has."


def _name_problem(name: str) -> str | None:
    """Return what is wrong with a path, worded to follow it, None if nothing is."""
    parts = name.split("/")
    rules = (
        (not name.strip(), "is empty"),
        (_is_unseen(name), "holds characters that cannot be seen"),
        (name.startswith("/") or name[1:2] == ":", "does not begin in the project's folder"),
        ("\\" in name, "holds a backslash"),
        (len(name) > MOST_PATH_CHARACTERS, "is too long"),
        (len(parts) > MOST_DEPTH, "lies too deep"),
        *(rule for part in parts for rule in _part_rules(part)),
    )
    return next((reason for broken, reason in rules if broken), None)


def _part_rules(part: str) -> tuple[tuple[bool, str], ...]:
    bare = part.casefold()
    return (
        (part in ("", ".", ".."), "does not name one place in the project's folder"),
        (
            part != part.strip() or part.endswith("."),
            "has a part that begins or ends with a space or ends with a dot",
        ),
        (
            bool({*_NOT_ON_WINDOWS} & {*part}),
            "holds a character Windows allows in no name",
        ),
        (part.startswith(("-", "~")), "has a part that looks like an option or a home folder"),
        (_is_device(part), "has the name of a device on Windows"),
        (bare in _VERSION_CONTROL, "lies in a folder of version control"),
    )


def _is_device(part: str) -> bool:
    return part.casefold().partition(".")[0] in _WINDOWS_DEVICES


def _is_unseen(name: str) -> bool:
    return not _is_text(name) or any(unicodedata.category(letter)[0] == "C" for letter in name)


def _collisions(files: Mapping[str, str]) -> Iterator[str]:
    """Find paths that some file systems cannot tell apart, and files that are folders too."""
    spelled: dict[str, str] = {}
    for name in files:
        path = PurePosixPath(name)
        for place in (path, *path.parents[:-1]):
            known = spelled.setdefault(_key(str(place)), str(place))
            if known != str(place):
                yield f"{_shown(known)} and {_shown(str(place))} are the same on some computers."
    folders = {_key(str(folder)) for name in files for folder in PurePosixPath(name).parents[:-1]}
    for name in files:
        if _key(name) in folders:
            yield f"{_shown(name)} is both a file and a folder."


def _key(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(name: str) -> str:
    text = ascii(name) if not name.isprintable() or not _is_text(name) else name
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
