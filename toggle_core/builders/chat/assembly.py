"""Make a project of a draft: safe paths, an entry that exists, a line that starts it."""

import re
from collections.abc import Mapping
from typing import Final

from toggle_core.builders.chat.drafts import Draft
from toggle_core.builders.protocol import Base, Feedback, Project
from toggle_core.errors import ModelAnswerUnreadable, ModelPathRefused
from toggle_core.gates.paths import check_paths
from toggle_core.graph.cleaning import LINE_LIMIT, UNSTORABLE, clean

ENTRIES: Final = ("main.py", "app.py", "__main__.py", "run.py", "server.py", "cli.py")
"""Names of an entry file, the likeliest first, when the model named none."""


def assemble(draft: Draft, model: str, before: Feedback | Base | None = None) -> Project:
    """Make the project of a draft.

    Args:
        draft: as the model wrote it.
        model: its name, for the sentence of a refusal.
        before: the project a repair or a change starts from; files the draft leaves out stay as
            they are.

    Returns:
        The whole project, without token counts.

    Raises:
        ModelPathRefused: a path is absolute, climbs out, collides, or stands for two files.
        ModelAnswerUnreadable: there is nothing to start.
    """
    files = dict(before.files if before else {}) | _checked(draft, model)
    if problems := check_paths(files):
        raise ModelPathRefused(model=model, reason=problems[0])
    kept = before.entry if before else ""
    entry = _entry(files, draft.entry.removeprefix("./"), kept)
    if not entry:
        raise ModelAnswerUnreadable(model=model, reason="it holds no Python program")
    return Project(
        files=files,
        entry=entry,
        how_to_run=_how_to_run(draft.how_to_run, entry),
        summary=clean(draft.summary, LINE_LIMIT) or _summary(files, entry),
    )


def _checked(draft: Draft, model: str) -> dict[str, str]:
    files: dict[str, str] = {}
    for written, text in draft.files:
        path = re.sub(r"^(?:\./)+", "", UNSTORABLE.sub("", written).strip().replace("\\", "/"))
        content = UNSTORABLE.sub("", text)
        if content and not content.endswith("\n"):
            content += "\n"
        if files.setdefault(path, content) != content:
            reason = f"{clean(path, 100)} was written twice, with different text."
            raise ModelPathRefused(model=model, reason=reason)
    return files


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


def _how_to_run(named: str, entry: str) -> str:
    """The model's line if it starts the entry and is one line, else the usual one."""
    line = clean(named, LINE_LIMIT).strip().strip("`")
    module = entry.removesuffix(".py").replace("/", ".")
    is_start = re.fullmatch(r"python3? (?:-m )?[\w./\-]+(?: [\w./=:\-]+)*", line)
    if is_start and (entry in line or f"-m {module.removesuffix('.__main__')}" in line):
        return line
    return f"python {entry}" if "/" not in entry else f"python -m {module}"


def _summary(files: Mapping[str, str], entry: str) -> str:
    return (
        f"A project of {len(files)} files, started by {entry}."
        if len(files) > 1
        else (f"A program in one file, {entry}.")
    )
