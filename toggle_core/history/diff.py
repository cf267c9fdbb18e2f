"""What differs between two projects: between attempts, or between a run and its parent."""

import difflib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TEXT_LIMIT: Final = 100_000
"""Characters of the differences in one file that are kept."""

LINES_LIMIT: Final = 12_000
"""Lines up to which two texts are compared line by line: the time grows with their square."""

RENAMED_FROM: Final = 0.6
"""Share of lines in common from which one file is taken for another under a new name, as by git."""

NO_NEWLINE: Final = "\\ No newline at end of file\n"


class FileChange(StrEnum):
    """What happened to a file."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What differs in one file.

    Attributes:
        path: of the file, as it is called now.
        change: what happened to it.
        old_path: as it was called; the same unless it was renamed.
        text: a unified diff without times; empty where only the name changed, or where the file is
            too long to be compared line by line.
        added: lines that came.
        removed: lines that went.
        is_cut: whether ``text`` does not tell all.
    """

    path: str
    change: FileChange
    old_path: str
    text: str
    added: int
    removed: int
    is_cut: bool = False


def diff_files(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FileDiff, ...]:
    """What differs, by path. Files that are the same are left out.

    Args:
        before: text of each file by its path.
        after: the same, later.
    """
    gone = {path: text for path, text in before.items() if path not in after}
    new = {path: text for path, text in after.items() if path not in before}
    renamed = _renamed(gone, new)
    found = [
        _diff(path, path, before[path], after[path], FileChange.CHANGED)
        for path in after.keys() & before.keys()
        if before[path] != after[path]
    ]
    found += [
        _diff(old, path, before[old], after[path], FileChange.RENAMED)
        for path, old in renamed.items()
    ]
    found += [
        _diff(path, path, "", text, FileChange.ADDED)
        for path, text in new.items()
        if path not in renamed
    ]
    found += [
        _diff(path, path, text, "", FileChange.REMOVED)
        for path, text in gone.items()
        if path not in renamed.values()
    ]
    return tuple(sorted(found, key=lambda diff: diff.path))


def _renamed(gone: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Old path by new path, the likest first; a file is taken once."""
    lines = {text: frozenset(text.split("\n")) for text in (*gone.values(), *new.values())}
    likeness = [
        (1.0 if old_text == text else _likeness(lines[old_text], lines[text]), old, path)
        for old, old_text in gone.items()
        for path, text in new.items()
        if old_text and text
    ]
    renamed: dict[str, str] = {}
    for share, old, path in sorted(likeness, key=lambda found: (-found[0], *found[1:])):
        if share < RENAMED_FROM:
            break
        if path not in renamed and old not in renamed.values():
            renamed[path] = old
    return renamed


def _likeness(old: Set[str], new: Set[str]) -> float:
    """Share of lines in common, below 1: only the same text is wholly alike."""
    return min(2 * len(old & new) / (len(old) + len(new)), 0.99)


def _diff(old_path: str, path: str, old: str, text: str, change: FileChange) -> FileDiff:
    before, after = _lines(old), _lines(text)
    if old != text and len(before) + len(after) > LINES_LIMIT and old and text:
        return FileDiff(path, change, old_path, "", len(after), len(before), is_cut=True)
    names = (
        "/dev/null" if change is FileChange.ADDED else old_path,
        "/dev/null" if change is FileChange.REMOVED else path,
    )
    told = list(difflib.unified_diff(before, after, *names))
    body = told[2:]
    shown = "".join(_shown(told))
    return FileDiff(
        path=path,
        change=change,
        old_path=old_path,
        text=shown[:TEXT_LIMIT],
        added=sum(line.startswith("+") for line in body),
        removed=sum(line.startswith("-") for line in body),
        is_cut=len(shown) > TEXT_LIMIT,
    )


def _lines(text: str) -> list[str]:
    """Lines with their ends; the last one without, where the file has none."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _shown(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if not line.endswith("\n"):
            yield f"\n{NO_NEWLINE}"
