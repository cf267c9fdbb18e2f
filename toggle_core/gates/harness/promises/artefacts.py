"""Look at the files that a program has made, by what is in them."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

from .pages import read_page
from .pdf_text import read_pdf

KINDS = ("pdf", "png", "xlsx", "csv", "zip", "html", "json", "text")

_MOST_BYTES = 16 * 1024 * 1024
_MOST_PART_BYTES = 4 * 1024 * 1024
_MOST_PARTS = 30
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ZIP, _PDF, _PNG = b"PK\x03\x04", b"%PDF-", b"\x89PNG\r\n\x1a\n"
_LEAST_CELLS = 2


def check_relative(path: str) -> None:
    """Check that a path stays in the project's folder.

    Raises:
        ValueError: it leads out of it, in one plain sentence.
    """
    parts = PurePosixPath(path).parts
    if not path.strip() or path.startswith(("/", "~")) or "\\" in path or "\0" in path:
        raise ValueError(f"“{path[:100]}” is not a path inside the project.")
    if ".." in parts or ":" in parts[0]:
        raise ValueError(f"“{path[:100]}” leads out of the project.")


def read_artefact(work: Path, path: str) -> bytes | None:
    """Return a file's content, its beginning if it is large; None where there is no file.

    Raises:
        ValueError: it is outside the project.
    """
    check_relative(path)
    place = (work / path).resolve()
    if not place.is_relative_to(work.resolve()):
        raise ValueError(f"“{path[:100]}” leads out of the project.")
    try:
        if not place.is_file():
            return None
        with place.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return None


def is_kind(content: bytes, kind: str) -> bool:
    """Tell whether a content is of a kind, one of ``KINDS``, and can be read as such."""
    if kind == "pdf":
        return content.startswith(_PDF) and b"%%EOF" in content[-2048:]
    if kind == "png":
        return content.startswith(_PNG) and b"IEND" in content[-32:]
    if kind == "zip":
        return _names(content) is not None
    if kind == "xlsx":
        return "xl/workbook.xml" in (_names(content) or ())
    return _is_text_of_kind(content, kind)


def artefact_text(content: bytes) -> str:
    """Return what a reader sees of a file: the text of a PDF, a sheet, a page or any text."""
    if content.startswith(_PDF):
        return read_pdf(content)
    if content.startswith(_ZIP):
        names = _names(content)
        if names is not None and "xl/workbook.xml" in names:
            return _sheet_text(content)
        return "\n".join(names or ())
    text = plain_text(content)
    return read_page(text).text if _is_page(text) else text


def plain_text(content: bytes) -> str:
    """Return a content as text, whatever it is."""
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def _names(content: bytes) -> list[str] | None:
    """Return the names of the files in an archive; None if it is none."""
    if not content.startswith((_ZIP, b"PK\x05\x06")):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None


def _is_text_of_kind(content: bytes, kind: str) -> bool:
    if kind == "csv":
        return _is_csv(content)
    if kind == "html":
        return _is_page(plain_text(content))
    try:
        text = content.decode()
        if kind == "json":
            json.loads(text)
    except (ValueError, RecursionError):
        return False
    return kind in ("json", "text") and "\0" not in text


def _is_page(text: str) -> bool:
    return text[:500].lstrip().lower().startswith(("<!doctype html", "<html"))


def _is_csv(content: bytes) -> bool:
    """Tell whether a content is text with the same number of cells, at least two, in its rows."""
    if b"\0" in content or content.lstrip().startswith((b"<", b"{", b"%PDF")):
        return False
    text = plain_text(content)
    try:
        for mark in ",;\t":
            rows = [row for row in csv.reader(io.StringIO(text), delimiter=mark) if row]
            if rows and len(rows[0]) >= _LEAST_CELLS and len({len(row) for row in rows}) == 1:
                return True
        return bool(text.strip()) and all(len(row) <= 1 for row in csv.reader(io.StringIO(text)))
    except csv.Error:
        return False


def _sheet_text(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            shared = [
                "".join(each.itertext())
                for tree in _trees(archive, "xl/sharedStrings")
                for each in tree.iter(f"{_SHEET}si")
            ]
            sheets = [_rows(tree, shared) for tree in _trees(archive, "xl/worksheets/")]
    except (zipfile.BadZipFile, ET.ParseError, ValueError, OSError, NotImplementedError):
        return ""
    return "\n".join("\n".join(rows) for rows in sheets)


def _trees(archive: zipfile.ZipFile, start: str) -> Iterator[ET.Element]:
    names = [name for name in archive.namelist() if name.startswith(start) and name.endswith("xml")]
    for name in names[:_MOST_PARTS]:
        with archive.open(name) as part:
            text = part.read(_MOST_PART_BYTES)
        if b"<!DOCTYPE" not in text and b"<!ENTITY" not in text:  # else it could grow without end
            yield ET.fromstring(text)  # noqa: S314  without entities


def _rows(tree: ET.Element, shared: list[str]) -> list[str]:
    return [
        "\t".join(_cell(cell, shared) for cell in row.iter(f"{_SHEET}c"))
        for row in tree.iter(f"{_SHEET}row")
    ]


def _cell(cell: ET.Element, shared: list[str]) -> str:
    value = cell.find(f"{_SHEET}v")
    if value is None or value.text is None:
        inline = cell.find(f"{_SHEET}is")
        return "" if inline is None else "".join(inline.itertext())
    if cell.get("t") != "s":
        return value.text
    return shared[int(value.text)] if int(value.text) < len(shared) else ""
