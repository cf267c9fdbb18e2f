"""Make what a builder returns safe to store."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from toggle_core.builders.protocol import Project
from toggle_core.errors import ProjectRefused
from toggle_core.gates.model import GateResult
from toggle_core.graph.start_command import start_command
from toggle_core.projects.files import (
    LINE_LIMIT,
    MOST_FILE_CHARACTERS,
    MOST_FILES,
    MOST_TOTAL_CHARACTERS,
)
from toggle_core.storable import UNSTORABLE, clean

REMARK_LIMIT: Final = 300
"""Characters of one unmet wish, one assumption, or the reason for one change of a test."""

REMARKS_LIMIT: Final = 20
"""Unmet wishes, and assumptions, that are kept of one project."""

REASONS_LIMIT: Final = 100
"""Changed tests that a builder can give reasons for."""

TOKENS_LIMIT: Final = 10**12
"""Tokens of one call: more is no count."""


def clean_result(result: GateResult) -> GateResult:
    """The gate's words without characters that cannot be stored; the gates bound their length."""
    return replace(
        result,
        summary=UNSTORABLE.sub("", result.summary),
        detail=UNSTORABLE.sub("", result.detail),
        output=UNSTORABLE.sub("", result.output),
        pages=_storable(result.pages),
        changed_tests=_storable(result.changed_tests),
        promises=_storable(result.promises),
        proof=_storable(result.proof),
        pictures=_storable(result.pictures),
    )


def _storable(value: Any) -> Any:
    """The value, or the tuple of values, with texts that can be stored."""
    if isinstance(value, tuple):
        cleaned = map(_storable, value)
        return type(value)(*cleaned) if hasattr(value, "_fields") else tuple(cleaned)
    return UNSTORABLE.sub("", value) if type(value) is str else value


def clean_project(project: Project) -> Project:
    """The project without characters that cannot be stored.

    A project that is too large is refused rather than cut: half a file is useless. What a builder
    says about the project is cut, and left out where it has the wrong type. How to run the project
    follows from its entry alone, whatever the builder says.

    Raises:
        ProjectRefused: too large, without files, or its entry is not one of them.
    """
    files = _clean_files(project.files)
    entry = _clean_entry(project.entry, files)
    return Project(
        files=files,
        entry=entry,
        how_to_run=start_command(entry),
        summary=_sentence(project.summary, LINE_LIMIT),
        tokens_in=_count(project.tokens_in),
        tokens_out=_count(project.tokens_out),
        unmet=_remarks(project.unmet),
        assumptions=_remarks(project.assumptions),
        objection=clean_objection(project),
        test_changes=_reasons(project.test_changes),
    )


def clean_objection(project: Project) -> str:
    """Why the builder gives the repair up, cut at ``LINE_LIMIT`` characters; empty if it does
    not."""
    return _sentence(project.objection, LINE_LIMIT)


def _clean_files(written: object) -> dict[str, str]:
    if not isinstance(written, Mapping) or not written:
        raise ProjectRefused(reason="it has no files")
    if len(written) > MOST_FILES:
        raise ProjectRefused(reason=f"it has {len(written):,} files; at most {MOST_FILES} are kept")
    files: dict[str, str] = {}
    for path, text in written.items():
        if not isinstance(path, str) or not isinstance(text, str):
            raise ProjectRefused(reason="one of its files is not text")
        files[clean(path, LINE_LIMIT)] = UNSTORABLE.sub("", text)
    if len(files) != len(written):
        raise ProjectRefused(reason="two of its files have the same name")
    total = sum(map(len, files.values()))
    if total > MOST_TOTAL_CHARACTERS or max(map(len, files.values())) > MOST_FILE_CHARACTERS:
        raise ProjectRefused(reason=f"it is too large ({total:,} characters)")
    return files


def _clean_entry(written: object, files: Mapping[str, str]) -> str:
    entry = _text(written)[:LINE_LIMIT]
    if entry not in files:
        raise ProjectRefused(reason="the file that should start it is missing")
    if not entry.isprintable():
        raise ProjectRefused(reason="the name of the file that starts it cannot be shown")
    return entry


def _text(written: object) -> str:
    return UNSTORABLE.sub("", written) if isinstance(written, str) else ""


def _sentence(written: object, limit: int) -> str:
    return _text(written).strip()[:limit]


def _count(number: object) -> int:
    return min(max(number, 0), TOKENS_LIMIT) if isinstance(number, int) else 0


def _remarks(written: object) -> tuple[str, ...]:
    """Remarks as a builder lists them, or a single one.

    What is not text is kept as Python writes it: an unmet wish in the wrong shape is still unmet.
    """
    if isinstance(written, str) or not isinstance(written, Iterable):
        written = (written,)
    texts = (
        _sentence(remark if isinstance(remark, str) else repr(remark), REMARK_LIMIT)
        for remark in islice(written, REMARKS_LIMIT)
        if remark
    )
    return tuple(dict.fromkeys(filter(None, texts)))


def _reasons(written: object) -> dict[str, str]:
    if not isinstance(written, Mapping):
        return {}
    reasons = {
        _sentence(name, LINE_LIMIT): _sentence(reason, REMARK_LIMIT)
        for name, reason in islice(written.items(), REASONS_LIMIT)
    }
    return {name: reason for name, reason in reasons.items() if name and reason}
