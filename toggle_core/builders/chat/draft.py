"""A project as a model wrote it, before anything of it is checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from toggle_core.builders.chat.edits import Edit
from toggle_core.builders.chat.naming import path_in

NOTHING: Final = re.compile(
    r"\W*(?:no(?:ne)?|nothing|nil|n/?a|not applicable"
    r"|no (?:objections?|changes?|unmet wish(?:es)?)|nothing (?:was|is) left out"
    r"|(?:none\W+)?(?:all|every) (?:of )?(?:the )?(?:wish(?:es)?|requirements?|features?)"
    r" (?:(?:of the task )?(?:is|are|were|have been|has been) )?(?:now )?"
    r"(?:fulfilled|met|implemented|satisfied|done))?\W*",
    re.IGNORECASE,
)
"""What models write where there is nothing to write."""

LONGEST_NOTHING: Final = 60

NO_OBJECTION: Final = re.compile(
    r"\W*(?:none|n/?a|nothing|(?:there (?:is|are) |i have |i see )?(?:no|not any)"
    r" (?:objections?|contradictions?))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A project as a model wrote it: nothing is checked yet, and most of it may be missing.

    Attributes:
        files: path and text, in the order written; a path may come twice.
        edits: changes to files of the project before, in the order in which they are made.
        deleted: paths of files that go.
        renamed: old and new paths.
        entry: path of the file to start; may be empty or wrong.
        summary: what was built; may be empty.
        unmet: wishes that are not fulfilled.
        assumptions: decisions where the task left something open.
        test_changes: name and reason of each test that is removed or checks less.
        objection: why a repair is given up; may be empty.
        fault: what is wrong with a file or an edit, as a part of a sentence; empty when nothing is.
        is_unnamed: whether the answer names no file, so that the paths are guesses.
    """

    files: tuple[tuple[str, str], ...] = ()
    edits: tuple[Edit, ...] = ()
    deleted: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    entry: str = ""
    summary: str = ""
    unmet: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    test_changes: tuple[tuple[str, str], ...] = ()
    objection: str = ""
    fault: str = ""
    is_unnamed: bool = False

    @property
    def says_something(self) -> bool:
        """Whether there is anything to make a project of."""
        changes = self.files or self.edits or self.deleted or self.renamed
        return bool(changes or self.objection or self.fault)


def said(text: str) -> str:
    """A text in one line; empty where it only says that there is nothing to say."""
    line = " ".join(text.split())
    is_short = len(line) <= LONGEST_NOTHING
    return "" if is_short and NOTHING.fullmatch(line) else line


def objected(text: str) -> str:
    """An objection in one line; empty where the text says that there is none."""
    line = said(text)
    return "" if NO_OBJECTION.match(line) else line


def united(drafts: Sequence[Draft]) -> Draft | None:
    """One draft of several in an answer; None without any.

    A later one corrects an earlier one where both are of the same files, else it goes on.
    """
    real = [draft for draft in drafts if draft.says_something]
    whole: Draft | None = None
    for draft in _without_samples(real):
        if whole is None or _paths(whole) <= _paths(draft):
            whole = draft
            continue
        files = {**dict(whole.files), **dict(draft.files)}
        whole = replace(
            draft,
            files=tuple(files.items()),
            edits=whole.edits + draft.edits,
            deleted=whole.deleted + draft.deleted,
            renamed=whole.renamed + draft.renamed,
            entry=draft.entry or whole.entry,
            summary=whole.summary or draft.summary,
            unmet=whole.unmet + draft.unmet,
            assumptions=whole.assumptions + draft.assumptions,
            test_changes=whole.test_changes + draft.test_changes,
            objection=whole.objection or draft.objection,
            fault=whole.fault or draft.fault,
        )
    return whole


def _paths(draft: Draft) -> set[str]:
    return {path for path, _ in draft.files} | {edit.path for edit in draft.edits}


def _without_samples(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The drafts but for those that only repeat the schema, if there are others."""
    real = [
        draft
        for draft in drafts
        if not draft.files or any(path_in(path) for path, _ in draft.files)
    ]
    return real or drafts
