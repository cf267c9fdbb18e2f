"""What of a run can be seen working: its pages, or what its program printed."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from toggle_core.gates.model import Page
from toggle_core.runs.model import Run

HTML: Final = "text/html"
INDEX: Final = "index.html"
TEMPLATES: Final = frozenset({"templates", "_includes", "_layouts"})
"""Folders whose pages are not whole: a program fills them in first."""

NAMED_TYPES: Final = {".htm": HTML, ".html": HTML, ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be seen of a run.

    Attributes:
        pages: to look at; what the server answered with, else the project's static pages.
        fetched: whether a server answered with them when it was started for the checks.
        styles: text of what pages embed, by its path from the root: style sheets and drawings.
        printed: what the program printed when it was started for the checks.
    """

    pages: tuple[Page, ...]
    fetched: bool
    styles: Mapping[str, str]
    printed: str

    def __bool__(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.pages or self.printed.strip())


def preview_of(run: Run) -> Preview:
    """What can be seen of a run, from the gate ``start`` and from its files."""
    fetched = tuple(page for gate in run.gates for page in gate.pages if page.status)
    printed = "".join(gate.output for gate in run.gates)
    if fetched:
        shown = tuple(page for page in fetched if page.body.strip() and not _is_part(page))
        parts = {page.path.partition("?")[0]: page.body for page in fetched if _is_part(page)}
        return Preview(shown, True, parts, printed)
    pages = tuple(_static_pages(run.files))
    return Preview(pages, False, dict(_parts(run.files)) if pages else {}, printed)


def _is_part(page: Page) -> bool:
    return page.content_type in {"text/css", "image/svg+xml", "text/javascript"}


def _static_pages(files: Mapping[str, str]) -> Iterator[Page]:
    """The pages of the site that begins at the outermost ``index.html``, that one first."""
    whole = {path: PurePosixPath(path) for path in files if _type_of(path) == HTML}
    whole = {path: pure for path, pure in whole.items() if not TEMPLATES & set(pure.parts)}
    roots = sorted(_folders(whole.values()), key=lambda folder: (len(folder.parts), str(folder)))
    for root in roots[:1]:
        inside = [path for path, pure in whole.items() if pure.is_relative_to(root)]
        index = str(root / INDEX)
        for path in sorted(inside, key=lambda path: (path != index, path.count("/"), path)):
            yield Page(f"/{path}", 200, HTML, files[path])


def _folders(paths: Iterable[PurePosixPath]) -> Iterator[PurePosixPath]:
    return (path.parent for path in paths if path.name.lower() == INDEX)


def _parts(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in files.items():
        if _type_of(path) not in {None, HTML}:
            yield posixpath.join("/", path), text


def _type_of(path: str) -> str | None:
    return NAMED_TYPES.get(PurePosixPath(path).suffix.lower())
