"""Make what a builder returns safe to store. A bad character in a channel poisons a thread."""

import re
from dataclasses import replace
from typing import Final

from toggle_core.builders.protocol import Project
from toggle_core.errors import ProjectRefused
from toggle_core.gates.model import GateResult

UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""NUL has no place in Postgres, a lone surrogate none in UTF-8."""

LINE_LIMIT: Final = 1_000
"""Characters of a summary, and of the line that starts the project."""

FILE_LIMIT: Final = 400_000
"""Characters of one file."""

PROJECT_LIMIT: Final = 2_000_000
"""Characters of all files together: a checkpoint is read and written as a whole."""

FILES_LIMIT: Final = 200


def clean(text: str, limit: int) -> str:
    """The text without characters that cannot be stored, cut at ``limit`` characters."""
    return UNSTORABLE.sub("", text)[:limit]


def clean_result(result: GateResult) -> GateResult:
    """The gate's words without characters that cannot be stored; the gates bound their length."""
    return replace(
        result,
        summary=UNSTORABLE.sub("", result.summary),
        detail=UNSTORABLE.sub("", result.detail),
        output=UNSTORABLE.sub("", result.output),
        pages=tuple(
            page._replace(
                path=UNSTORABLE.sub("", page.path),
                content_type=UNSTORABLE.sub("", page.content_type),
                body=UNSTORABLE.sub("", page.body),
            )
            for page in result.pages
        ),
    )


def clean_project(project: Project) -> Project:
    """The project without characters that cannot be stored.

    A project that is too large is refused rather than cut: half a file is no file.

    Raises:
        ProjectRefused: too large, no files, or its entry is not one of them.
    """
    files = {
        clean(path, LINE_LIMIT): UNSTORABLE.sub("", text) for path, text in project.files.items()
    }
    entry = clean(project.entry, LINE_LIMIT)
    if not files:
        raise ProjectRefused(reason="it has no files")
    if len(files) > FILES_LIMIT:
        raise ProjectRefused(reason=f"it has {len(files):,} files; at most {FILES_LIMIT} are kept")
    if len(files) != len(project.files):
        raise ProjectRefused(reason="two of its files have the same name")
    if entry not in files:
        raise ProjectRefused(reason="the file that should start it is missing")
    longest = max(len(text) for text in files.values())
    total = sum(len(text) for text in files.values())
    if longest > FILE_LIMIT or total > PROJECT_LIMIT:
        raise ProjectRefused(reason=f"it is too large ({total:,} characters)")
    return Project(
        files=files,
        entry=entry,
        how_to_run=clean(project.how_to_run, LINE_LIMIT),
        summary=clean(project.summary, LINE_LIMIT),
        tokens_in=project.tokens_in,
        tokens_out=project.tokens_out,
    )
