"""What differs between two attempts, or between a run and the one it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import streamlit as st

from toggle_core.history.diff import FileChange, FileDiff, diff_files
from toggle_core.runs.attempts import Attempt
from toggle_core.ui.text import as_label, one_line, visible

UNFOLDED: Final = 3
"""Files up to which every difference is shown at once."""

LISTED: Final = 10
"""Files up to which each has a line of its own; of more, one is chosen."""

TALL_LINES: Final = 30
TALL_PIXELS: Final = 560
NAME_LENGTH: Final = 100

CHANGE_WORDS: Final = {
    FileChange.ADDED: "new",
    FileChange.REMOVED: "removed",
    FileChange.CHANGED: "changed",
    FileChange.RENAMED: "renamed",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two projects that may be compared.

    Attributes:
        title: which two.
        before: text of each file by its path.
        after: the same, later.
    """

    title: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def comparisons(
    files: Mapping[str, str], parent: Mapping[str, str] | None, attempts: Sequence[Attempt]
) -> list[Comparison]:
    """What can be compared, the most interesting first.

    Args:
        files: of the run.
        parent: files of the run it comes from, None where there is none.
        attempts: of the run, the first first.
    """
    made = [attempt.made for attempt in attempts if attempt.made]
    found = [
        Comparison(f"Attempt {old.attempt} to attempt {new.attempt}", old.files, new.files)
        for old, new in pairwise(made)
    ]
    if parent is not None and files:
        found.insert(0, Comparison("Changes since the previous version", parent, files))
    return found


def differences_view(found: Sequence[Comparison]) -> None:
    """Show the files that differ between the two that are chosen.

    Args:
        found: at least one.
    """
    titles = [comparison.title for comparison in found]
    chosen = titles[0]
    if len(found) > 1:
        chosen = st.selectbox(
            "Compare", titles, key="compared", label_visibility="collapsed", width=360
        )
    else:
        st.markdown(f"**{chosen}**")
    comparison = next(one for one in found if one.title == chosen)
    changed_files(diff_files(comparison.before, comparison.after))


def changed_files(changed: Sequence[FileDiff]) -> None:
    """Show each file that differs, or say that none does.

    Args:
        changed: in the order to be shown.
    """
    if not changed:
        st.caption("The files are the same.")
    if len(changed) > LISTED:
        st.caption(f"{len(changed)} files differ. Choose the one to look at.")
        number = st.selectbox(
            "File",
            range(len(changed)),
            format_func=lambda number: _in_words(changed[number]),
            key="changed_file",
            label_visibility="collapsed",
        )
        changed_text(changed[number])
        return
    for number, diff in enumerate(changed):
        _file(diff, number, expanded=len(changed) <= UNFOLDED)


def changed_text(diff: FileDiff, *, wrap: bool = False) -> None:
    """Show what differs in one text, line by line.

    Args:
        diff: of the text.
        wrap: whether long lines are broken, as in prose.
    """
    if diff.text:
        tall = diff.text.count("\n") > TALL_LINES
        st.code(
            visible(_without_names(diff.text)),
            "diff",
            height=TALL_PIXELS if tall else "content",
            wrap_lines=wrap,
        )
    elif not diff.is_cut:
        st.caption("Only its name has changed.")
    if diff.is_cut:
        st.caption("There is more than is shown here. Download both projects to compare all.")


def _without_names(text: str) -> str:
    """A unified diff without its first two lines, which name the files once more."""
    return text.split("\n", 2)[-1]


def _in_words(diff: FileDiff) -> str:
    return f"{_name(diff)} ({CHANGE_WORDS[diff.change]}, +{diff.added} -{diff.removed})"


def _name(diff: FileDiff) -> str:
    path = one_line(diff.path, NAME_LENGTH)
    if diff.change is FileChange.RENAMED:
        return f"{one_line(diff.old_path, NAME_LENGTH)} to {path}"
    return path


def _file(diff: FileDiff, number: int, *, expanded: bool) -> None:
    counts = f":green[+{diff.added}] :red[-{diff.removed}]"
    label = f"**{as_label(_name(diff))}** :gray[{CHANGE_WORDS[diff.change]}] {counts}"
    with st.expander(label, expanded=expanded, key=f"diff_{number}"):
        changed_text(diff)
