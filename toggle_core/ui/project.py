"""A generated project on a page: its files with highlighting, and the whole as a download."""

from functools import partial
from pathlib import PurePosixPath
from typing import Final

import streamlit as st

from toggle_core.projects.archive import archive_name
from toggle_core.runs.download import zipped
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.file_tree import chosen_file, file_tree
from toggle_core.ui.labels import Standing, standing_of
from toggle_core.ui.text import as_label, one_line, visible

LANGUAGES: Final = {
    ".bash": "bash",
    ".c": "c",
    ".cfg": "ini",
    ".css": "css",
    ".go": "go",
    ".html": "html",
    ".ini": "ini",
    ".java": "java",
    ".js": "javascript",
    ".json": "json",
    ".jsx": "jsx",
    ".md": "markdown",
    ".py": "python",
    ".pyi": "python",
    ".rb": "ruby",
    ".rs": "rust",
    ".sh": "bash",
    ".sql": "sql",
    ".svg": "xml",
    ".toml": "toml",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
}
NAMED: Final = {"Dockerfile": "docker", "Makefile": "makefile"}

HIGHLIGHT_LIMIT: Final = 60_000
"""Characters above which highlighting and numbering would make a browser stutter."""

NAME_LENGTH: Final = 120
TALL_LINES: Final = 28
TALL_PIXELS: Final = 560


def download(run: Run, *, is_main: bool = True) -> None:
    """A button that packs the project when it is pressed.

    Args:
        run: whose project.
        is_main: whether it is the first thing to do with the run.
    """
    name = archive_name(run.task)
    is_unfinished = standing_of(run) is Standing.NEEDS_YOU
    st.download_button(
        "Download as it is" if is_unfinished else "Download",
        data=partial(zipped, services().database, run),
        file_name=f"{name}.zip",
        mime="application/zip",
        key="download",
        type="primary" if is_main and not is_unfinished else "secondary",
        icon=":material/download:",
        on_click="ignore",
    )


def code_view(run: Run) -> None:
    """Show the files as a tree and the chosen one beside it, at first the one that starts."""
    if not run.files:
        ended = "There is no code: the run stopped before it was written."
        st.caption(ended if run.finished_at else "The code is not written yet.")
        return
    path = chosen_file(run.files, run.entry)
    tree, file = st.columns([1, 2.6])
    with tree:
        file_tree(run.files, path)
    with file.container(key="file_shown", gap="small"):
        text = run.files[path]
        st.caption(_about(path, text, starts=path == run.entry))
        _file(path, text)


def _about(path: str, text: str, *, starts: bool) -> str:
    lines = len(text.splitlines())
    counted = "1 line" if lines == 1 else f"{lines:,} lines"
    what = ", this file starts the project" if starts else ""
    return f"**{as_label(one_line(path, NAME_LENGTH))}**  {counted}{what}"


def _file(path: str, text: str) -> None:
    light = len(text) <= HIGHLIGHT_LIMIT
    tall = text.count("\n") > TALL_LINES
    st.code(
        visible(text),
        language_of(path) if light else None,
        line_numbers=light,
        height=TALL_PIXELS if tall else "content",
    )


def language_of(path: str) -> str | None:
    """The language a file is highlighted in, None for plain text.

    Args:
        path: of the file, with forward slashes.
    """
    file = PurePosixPath(path)
    return NAMED.get(file.name) or LANGUAGES.get(file.suffix.lower())
