"""The files of a project as a tree: folders open and close, a file is chosen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from toggle_core.ui.address import write_address
from toggle_core.ui.text import as_label, one_line

FILE: Final = "file"
"""Name of the parameter that says which file is shown."""

LEVELS: Final = 6
"""Folders within each other that are shown as such; what lies deeper is part of a file's name."""

UNFOLDED: Final = 12
"""Files up to which every folder is open at first."""

NAME_LENGTH: Final = 60


@dataclass(slots=True)
class Folder:
    """A folder of a project.

    Attributes:
        name: as it is shown; that of a folder that holds nothing but one folder has both.
        folders: in it, by their names.
        files: path of each file in it, by the name that is shown.
    """

    name: str
    folders: dict[str, "Folder"] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def holds(self, path: str) -> bool:
        """Whether a file lies in it, or in a folder of it."""
        return path in self.files.values() or any(
            folder.holds(path) for folder in self.folders.values()
        )


def tree_of(paths: Iterable[str]) -> Folder:
    """The folders and files that paths tell of, folders and files in the order of their names.

    Args:
        paths: with forward slashes.
    """
    root = Folder("")
    for path in sorted(paths):
        *parents, name = path.split("/")
        here = root
        for parent in parents[:LEVELS]:
            here = here.folders.setdefault(parent, Folder(parent))
        here.files["/".join([*parents[LEVELS:], name])] = path
    root.folders = {folder.name: folder for folder in map(_joined, root.folders.values())}
    return root


def chosen_file(paths: Collection[str], first: str | None) -> str:
    """The file that the address asks for.

    Args:
        paths: there are, at least one.
        first: that is shown where the address names none of them; None: any.
    """
    asked = st.query_params.get(FILE)
    if asked in paths:
        return str(asked)
    return first if first is not None and first in paths else min(paths)


def file_tree(paths: Collection[str], chosen: str) -> None:
    """Show the tree, the folders of the chosen file open; a press on a file chooses it.

    Args:
        paths: of all files.
        chosen: the one that is shown beside.
    """
    numbers = {path: number for number, path in enumerate(sorted(paths))}
    with st.container(key="file_tree", gap=None):
        _show(tree_of(paths), chosen, numbers)


def _joined(folder: Folder) -> Folder:
    """A folder, with a row of folders that hold nothing else told as one."""
    folder.folders = {inner.name: inner for inner in map(_joined, folder.folders.values())}
    if folder.files or len(folder.folders) != 1:
        return folder
    [only] = folder.folders.values()
    return Folder(f"{folder.name}/{only.name}", only.folders, only.files)


def _show(folder: Folder, chosen: str, numbers: dict[str, int]) -> None:
    for inner in folder.folders.values():
        label = as_label(one_line(inner.name, NAME_LENGTH))
        is_open = len(numbers) <= UNFOLDED or inner.holds(chosen)
        with st.expander(label, expanded=is_open, icon=":material/folder:", type="compact"):
            _show(inner, chosen, numbers)
    for name, path in folder.files.items():
        label = as_label(one_line(name, NAME_LENGTH))
        is_chosen = path == chosen
        st.button(
            f"**{label}**" if is_chosen else label,
            key=f"file_{numbers[path]}",
            icon=":material/arrow_right:" if is_chosen else ":material/draft:",
            type="tertiary",
            on_click=_choose,
            args=(path,),
        )


def _choose(path: str) -> None:
    write_address(**{FILE: path})
