"""Changes to a file in parts: text to look for, and what stands there instead.

In prose they come between the marks ``<<<<<<< SEARCH``, ``=======`` and ``>>>>>>> REPLACE``, which
models know from other tools, or as a unified diff. Of a diff only the lines count, not their
numbers: models count badly.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toggle_core.builders.chat.naming import PATH, path_in
from toggle_core.builders.chat.patches import BEGIN_PATCH, unified

SEARCH: Final = re.compile(r"[<-]{5,9} ?(?:SEARCH|ORIGINAL)\b.*", re.IGNORECASE)
REPLACE: Final = re.compile(r"[>+]{5,9} ?(?:REPLACE|UPDATED)\b.*", re.IGNORECASE)
OURS: Final = re.compile(r"<{7}(?: .{1,60})?")
THEIRS: Final = re.compile(r">{7}(?: .{1,60})?")
"""Marks of a conflict, as git writes them."""

DIVIDER: Final = re.compile(r"={5,9}\s*")
PLACE: Final = re.compile(r":(?:start|end)_line: ?\d+\s*|-{5,9}\s*")
"""What stands before the text to search for in the edits of some tools."""

OLD_FILE: Final = re.compile(r"--- (?:a/)?(?P<path>[^\t\n]+)(?:\t.*)?")
NEW_FILE: Final = re.compile(r"\+\+\+ (?:b/)?(?P<path>[^\t\n]+)(?:\t.*)?")
HUNK: Final = re.compile(r"@@.*")
NOISE: Final = re.compile(
    r"diff --git .*|index [0-9a-f]+\.\..*|(?:new|deleted) file mode .*|similarity index .*"
)
RENAME: Final = re.compile(r"rename (?P<end>from|to) (?P<path>.+)")
NO_FILE: Final = "/dev/null"

INCOMPLETE: Final = "an edit of {path} is not complete: SEARCH, ======= and REPLACE belong together"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a file.

    Attributes:
        path: of the file.
        search: what stands there, to be found exactly once; empty to write a new file.
        replace: what stands there afterwards.
        of_lines: whether both are whole lines, without the line feed of the last.
    """

    path: str
    search: str
    replace: str
    of_lines: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What one block changes.

    Attributes:
        edits: in the order written.
        files: path and text of new files.
        deleted: paths of files that go.
        renamed: old and new paths.
        fault: what is wrong with the block, as a part of a sentence; empty when nothing is.
    """

    edits: tuple[Edit, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    deleted: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    fault: str = ""


def changes_in(path: str, language: str, text: str) -> Changes | None:
    """What a fenced block changes; None where it is a file, whole, or no file at all.

    Args:
        path: the file it was named for; may be empty.
        language: of the block.
        text: its lines.
    """
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if _begins(lines[first].strip()):
        return _marked(path, lines[first:])
    second = lines[first + 1] if first + 1 < len(lines) else ""
    if _begins(second.strip()) and (named := path_in(lines[first])):
        return _marked(named, lines[first + 1 :])
    if lines[first].strip() == BEGIN_PATCH:
        return _Diff(path).read(list(unified(lines[first + 1 :])))
    if path.endswith((".diff", ".patch")):
        return None
    if language in {"diff", "patch", "udiff"} or _is_diff(lines[first : first + 3]):
        return _Diff(path).read(lines[first:])
    return None


def _begins(line: str) -> bool:
    return bool(SEARCH.fullmatch(line) or OURS.fullmatch(line))


def _marked(path: str, lines: Sequence[str]) -> Changes:
    """Edits between marks."""
    parts: dict[str, list[str]] = {"search": [], "replace": []}
    found: list[Edit] = []
    inside = ""
    end = REPLACE if SEARCH.fullmatch(lines[0].strip()) else THEIRS
    for line in lines:
        bare = line.strip()
        if not inside:
            inside = "search" if _begins(bare) else ""
            path = path if inside else path_in(line) or path
        elif inside == "search" and not parts["search"] and PLACE.fullmatch(bare):
            continue
        elif inside == "search" and DIVIDER.fullmatch(bare):
            inside = "replace"
        elif inside == "replace" and end.fullmatch(bare):
            search, replace = ("\n".join(part) for part in parts.values())
            found.append(Edit(path, search, replace, of_lines=True))
            parts = {"search": [], "replace": []}
            inside = ""
        else:
            parts[inside].append(line)
    if not path:
        return Changes(fault="an edit does not name its file")
    if inside:
        return Changes(fault=INCOMPLETE.format(path=path))
    return Changes(tuple(found))


def _is_diff(lines: Sequence[str]) -> bool:
    begins = [line for line in lines if not NOISE.fullmatch(line)]
    return len(begins) > 1 and bool(OLD_FILE.match(begins[0]) and NEW_FILE.match(begins[1]))


class _Diff:
    """Reads a unified diff, of one file or of several."""

    def __init__(self, path: str) -> None:
        self._old = self._new = path
        self._from = ""
        self._search: list[str] = []
        self._replace: list[str] = []
        self._edits: list[Edit] = []
        self._files: list[tuple[str, str]] = []
        self._deleted: list[str] = []
        self._renamed: list[tuple[str, str]] = []

    def read(self, lines: Sequence[str]) -> Changes:
        """What it changes."""
        for at, line in enumerate(lines):
            after = lines[at + 1] if at + 1 < len(lines) else ""
            self._take(line, after)
        self._end_hunk()
        if not any((self._edits, self._files, self._deleted, self._renamed)):
            return Changes(fault="a diff names no file or changes nothing")
        return Changes(
            tuple(self._edits), tuple(self._files), tuple(self._deleted), tuple(self._renamed)
        )

    def _take(self, line: str, after: str) -> None:
        old, new = OLD_FILE.fullmatch(line), NEW_FILE.fullmatch(line)
        if old and NEW_FILE.match(after):
            self._end_hunk()
            self._old = old["path"].strip()
        elif new and not self._search and not self._replace:
            self._new = new["path"].strip()
        elif HUNK.fullmatch(line) or NOISE.fullmatch(line):
            self._end_hunk()
        elif renamed := RENAME.fullmatch(line):
            self._rename(renamed["end"], renamed["path"].strip())
        elif not line.startswith("\\ "):  # "No newline at end of file"
            self._text(line)

    def _rename(self, end: str, path: str) -> None:
        if end == "from":
            self._from = path
        elif self._from:
            self._renamed.append((self._from, path))

    def _text(self, line: str) -> None:
        if not line.startswith("+"):
            self._search.append(line[1:])
        if not line.startswith("-"):
            self._replace.append(line[1:])

    def _end_hunk(self) -> None:
        search, replace = self._search, self._replace
        self._search, self._replace = [], []
        while search and replace and not search[-1] and not replace[-1]:
            search.pop()
            replace.pop()
        if self._new == NO_FILE:
            if self._old not in self._deleted:
                self._deleted.append(self._old)
        elif search == replace or not PATH.fullmatch(self._new):
            return
        elif self._old == NO_FILE:
            self._files.append((self._new, "\n".join(replace)))
        else:
            self._edits.append(
                Edit(self._new, "\n".join(search), "\n".join(replace), of_lines=True)
            )
