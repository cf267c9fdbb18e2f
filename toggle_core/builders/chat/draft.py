"""A project as a model wrote it, before anything of it is checked."""

import re
from dataclasses import dataclass
from typing import Final

from toggle_core.builders.chat.edits import Edit

NOTHING: Final = re.compile(
    r"\W*(?:no(?:ne)?|nothing|nil|n/?a|not applicable"
    r"|no (?:objections?|changes?|unmet wish(?:es)?))?\W*",
    re.IGNORECASE,
)
"""What models write where there is nothing to write."""

LONGEST_NOTHING: Final = 60


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
        fault: what is wrong with an edit, as a part of a sentence; empty when nothing is.
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
