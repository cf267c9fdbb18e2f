"""Make a project of a draft: edits made, safe paths, an entry that exists."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from toggle_core.builders.chat.changing import Changing, usual
from toggle_core.builders.chat.design import with_design, without_design
from toggle_core.builders.chat.draft import Draft
from toggle_core.builders.chat.elisions import left_out
from toggle_core.builders.protocol import Base, Feedback, Project
from toggle_core.errors import (
    ModelAnswerUnreadable,
    ModelEditRefused,
    ModelLeftOutCode,
    ModelPathRefused,
)
from toggle_core.projects.files import LINE_LIMIT, check_paths
from toggle_core.storable import clean

ENTRIES: Final = ("main.py", "app.py", "__main__.py", "run.py", "server.py", "cli.py")
"""Names of an entry file, the likeliest first, when the model named none."""

MOST_SENTENCES: Final = 20
"""Unmet wishes, and assumptions, of one answer that are kept."""

MOST_TEST_CHANGES: Final = 100
SENTENCE_LIMIT: Final = 300
"""Characters of one of them."""


def assemble(draft: Draft, model: str, before: Feedback | Base | None = None) -> Project:
    """Make the project of a draft.

    Args:
        draft: as the model wrote it.
        model: its name, for the sentence of a refusal.
        before: the project a repair or a change starts from; files the draft leaves out stay as
            they are.

    Returns:
        The whole project, without token counts. After an objection to a repair it is the one from
        before.

    Raises:
        ModelPathRefused: a path is absolute, climbs out, collides, or stands for two files.
        ModelEditRefused: an edit, a deletion or a new name cannot be carried out.
        ModelLeftOutCode: a remark stands for code that was there before.
        ModelAnswerUnreadable: there is nothing to start.
    """
    if before and draft.objection and (isinstance(before, Feedback) or not _changes(draft)):
        return _unchanged(draft, before)
    if before and draft.is_unnamed:
        draft = _named(draft, before, model)
    if not before and not _changes(draft) and not draft.fault:
        raise ModelAnswerUnreadable(model=model, reason=f'it holds no files: "{draft.objection}"')
    kept = without_design(before.files) if before else {}
    files, moved = Changing(kept, model).make(draft, before.entry if before else "")
    if problems := check_paths(files):
        raise ModelPathRefused(model=model, reason=problems[0])
    if remark := left_out({moved.get(path, path): text for path, text in kept.items()}, files):
        path, line = remark
        raise ModelLeftOutCode(model=model, path=clean(path, 100), line=clean(line, 100))
    entry = before.entry if before else ""
    entry = _entry(files, usual(draft.entry), moved.get(entry, entry))
    if not entry:
        raise ModelAnswerUnreadable(model=model, reason="it holds no Python program")
    if not files[entry].strip():
        raise ModelAnswerUnreadable(model=model, reason=f"{clean(entry, 100)} is empty")
    return _project(draft, with_design(files), entry)


def _changes(draft: Draft) -> bool:
    return bool(draft.files or draft.edits or draft.deleted or draft.renamed)


def _named(draft: Draft, before: Feedback | Base, model: str) -> Draft:
    """The draft with its block named for the only program there is to change."""
    programs = [path for path in before.files if path.endswith(".py") and not _is_test(path)]
    if len(programs) != 1 or len(draft.files) != 1:
        raise ModelEditRefused(model=model, reason="a block of code does not name its file")
    return replace(draft, files=((programs[0], draft.files[0][1]),))


def _unchanged(draft: Draft, before: Feedback | Base) -> Project:
    return Project(
        files=dict(before.files),
        entry=before.entry,
        how_to_run=f"python {before.entry}",
        summary=clean(draft.summary, LINE_LIMIT),
        objection=clean(draft.objection, LINE_LIMIT),
    )


def _project(draft: Draft, files: Mapping[str, str], entry: str) -> Project:
    return Project(
        files=files,
        entry=entry,
        how_to_run=f"python {entry}",
        summary=clean(draft.summary, LINE_LIMIT) or _summary(files, entry),
        unmet=_sentences(draft.unmet),
        assumptions=_sentences(draft.assumptions),
        test_changes={
            clean(test, SENTENCE_LIMIT): clean(reason, SENTENCE_LIMIT)
            for test, reason in draft.test_changes[:MOST_TEST_CHANGES]
        },
    )


def _sentences(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts, each once, in bounds."""
    cleaned = (clean(text, SENTENCE_LIMIT).strip() for text in texts)
    return tuple(dict.fromkeys(filter(None, cleaned)))[:MOST_SENTENCES]


def _entry(files: Mapping[str, str], named: str, kept: str) -> str:
    """The file to start: the one named, else that of before, else by its name or what it does."""
    if known := [path for path in (named, kept) if path in files]:
        return known[0]
    programs = [path for path in files if path.endswith(".py") and not _is_test(path)]
    by_name = [path for name in ENTRIES for path in programs if path.rpartition("/")[2] == name]
    starting = [path for path in programs if "__main__" in files[path]]
    return next(iter([*by_name, *starting, *programs]), "")


def _is_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name in {"conftest.py", "__init__.py"}


def _summary(files: Mapping[str, str], entry: str) -> str:
    return (
        f"A project of {len(files)} files, started by {entry}."
        if len(files) > 1
        else (f"A program in one file, {entry}.")
    )
