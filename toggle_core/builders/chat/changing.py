"""Change the files of a project as a draft says."""

import re
from collections.abc import Mapping
from typing import Final

from toggle_core.builders.chat.applying import apply
from toggle_core.builders.chat.draft import Draft
from toggle_core.errors import ModelEditRefused, ModelPathRefused
from toggle_core.projects.files import LINE_LIMIT
from toggle_core.storable import UNSTORABLE, clean

MOST_EDITS: Final = 200


class Changing:
    """The files of a project while a draft's changes are made: first new names, then edits, then
    whole files, then deletions."""

    def __init__(self, files: Mapping[str, str], model: str) -> None:
        self._files = dict(files)
        self._model = model

    def make(self, draft: Draft, entry: str) -> tuple[dict[str, str], dict[str, str]]:
        """Make the changes of a draft.

        Args:
            draft: as the model wrote it.
            entry: path of the file to start, as it was before; empty for a new project.

        Returns:
            The files after all changes, and the new path of each that was renamed.

        Raises:
            ModelPathRefused: one path stands for two files.
            ModelEditRefused: an edit, a deletion or a new name cannot be carried out.
        """
        if draft.fault and self._files:
            raise self._refused(draft.fault)
        if draft.fault:
            reason = clean(f"{draft.fault}.", LINE_LIMIT)
            raise ModelPathRefused(model=self._model, reason=reason)
        moved = self._rename(draft)
        whole = self._whole(draft)
        self._edit(draft, moved, whole)
        self._files |= whole
        edited = {usual(edit.path) for edit in draft.edits}
        for path in self._deleted(draft):
            if path in edited:
                raise self._refused(f"{_shown(path)} is both edited and deleted")
            if path in {entry, moved.get(entry)} and path not in whole:
                raise self._refused(f"{_shown(path)} starts the program and cannot be deleted")
            if path not in whole:
                self._files.pop(path, None)
        return self._files, moved

    def _deleted(self, draft: Draft) -> list[str]:
        """Paths of the files that go; a folder stands for those in it."""
        named = [usual(path) for path in draft.deleted]
        folders = tuple(f"{path.rstrip('/')}/" for path in named if path not in self._files)
        return [*named, *(path for path in self._files if folders and path.startswith(folders))]

    def _rename(self, draft: Draft) -> dict[str, str]:
        moved: dict[str, str] = {}
        for old, new in ((usual(old), usual(new)) for old, new in draft.renamed):
            if old not in self._files:
                raise self._refused(f"there is no file {_shown(old)} to rename")
            if new in self._files and new != old:
                raise self._refused(f"{_shown(old)} cannot become {_shown(new)}: that file exists")
            self._files[new] = self._files.pop(old)
            moved[old] = new
        return moved

    def _whole(self, draft: Draft) -> dict[str, str]:
        files: dict[str, str] = {}
        for written, text in draft.files:
            path, content = usual(written), _with_line_end(UNSTORABLE.sub("", text))
            if files.setdefault(path, content) != content:
                reason = f"{_shown(path)} was written twice, with different text."
                raise ModelPathRefused(model=self._model, reason=reason)
            if fault := _is_lost(path, self._files.get(path, ""), content):
                raise self._refused(fault)
        return files

    def _edit(self, draft: Draft, moved: Mapping[str, str], whole: Mapping[str, str]) -> None:
        if len(draft.edits) > MOST_EDITS:
            raise self._refused(f"there are {len(draft.edits):,} edits, more than {MOST_EDITS}")
        for edit in draft.edits:
            path = usual(edit.path)
            path = moved.get(path, path)
            if path in whole:
                raise self._refused(f"{_shown(path)} is both edited and written as a whole")
            if path not in self._files and edit.search.strip():
                raise self._refused(f"there is no file {_shown(path)} to edit")
            try:
                changed = apply(self._files.get(path, ""), edit)
            except ValueError as error:
                raise self._refused(f"in {_shown(path)}, {error}") from None
            self._files[path] = _with_line_end(UNSTORABLE.sub("", changed))

    def _refused(self, reason: str) -> ModelEditRefused:
        return ModelEditRefused(model=self._model, reason=clean(reason, LINE_LIMIT))


def usual(path: str) -> str:
    """A path as the project has it: relative, with forward slashes."""
    return re.sub(r"^(?:\./)+", "", UNSTORABLE.sub("", path).strip().replace("\\", "/"))


def _is_lost(path: str, before: str, after: str) -> str:
    """What is wrong with a whole file that cannot be all of it; empty where nothing is."""
    if before.strip() and not after.strip() and not path.endswith("__init__.py"):
        return f"{_shown(path)} would be empty"
    is_python = path.endswith((".py", ".pyi"))
    if is_python and _is_indented(after) and not _is_indented(before) and before.strip():
        return f"the block for {_shown(path)} holds only a part of the file, and no edit"
    return ""


def _is_indented(text: str) -> bool:
    return text.lstrip("\r\n").startswith((" ", "\t"))


def _shown(path: str) -> str:
    return clean(path, 100)


def _with_line_end(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
