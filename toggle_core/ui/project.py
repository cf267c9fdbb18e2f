"""A generated project on a page: its files with highlighting, and the whole as a download."""

from functools import partial
from pathlib import PurePosixPath
from typing import Final

import streamlit as st

from toggle_core.runs.archive import archive_name, zip_of
from toggle_core.runs.model import Run
from toggle_core.ui.text import one_line

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


def download(run: Run) -> None:
    """A button that packs the project when it is pressed."""
    name = archive_name(run.task)
    st.download_button(
        "Download",
        data=partial(zip_of, run.files, folder=name),
        file_name=f"{name}.zip",
        mime="application/zip",
        key="download",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def code_view(run: Run) -> None:
    """Choose a file and read it, or say that there is none; the one that starts comes first."""
    if not run.files:
        ended = "There is no code: the run stopped before it was written."
        st.caption(ended if run.finished_at else "The code is not written yet.")
        return
    paths = sorted(run.files, key=lambda path: (path != run.entry, path.count("/"), path))
    path = st.selectbox(
        "File",
        paths,
        key="file",
        format_func=lambda path: one_line(path, NAME_LENGTH),
        label_visibility="collapsed",
    )
    text = run.files.get(path, "")
    light = len(text) <= HIGHLIGHT_LIMIT
    tall = text.count("\n") > TALL_LINES
    st.code(
        text,
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
