"""Files that programs make: their kinds by content, and what is read in them."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from toggle_core.gates.harness.promises.artefacts import (
    artefact_text,
    check_relative,
    is_kind,
    read_artefact,
)

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"\0\0\0\0IEND\xaeB`\x82"


def pdf(content: bytes, *, packed: bool = True, more: bytes = b"") -> bytes:
    """Return a PDF with one page of some content."""
    stream = zlib.compress(content) if packed else content
    head = b"/Filter /FlateDecode " if packed else b""
    return (
        b"%PDF-1.4\n1 0 obj\n<</Font <</F1 4 0 R>>>>\nendobj\n2 0 obj\n<<"
        + head
        + b"/Length %d>>\nstream\n" % len(stream)
        + stream
        + b"\nendstream\nendobj\n"
        + more
        + b"trailer\n<<>>\n%%EOF\n"
    )


def archive(**files: str) -> bytes:
    """Return a ZIP archive of some files, with ``__`` for a slash and ``_x`` for ``.x``."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, text in files.items():
            target.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return made.getvalue()


XLSX = archive(
    xl__workbook_xml="<workbook/>",
    xl__sharedStrings_xml=f'<sst xmlns="{SHEET}"><si><t>Total</t></si></sst>',
    xl__worksheets__sheet1_xml=(
        f'<worksheet xmlns="{SHEET}"><row><c t="s"><v>0</v></c><c><v>12.5</v></c>'
        '<c t="inlineStr"><is><t>inline</t></is></c><c/></row></worksheet>'
    ),
)
UNICODE = (
    b"4 0 obj\n<</ToUnicode 5 0 R>>\nendobj\n5 0 obj\n<<>>\nstream\n1 beginbfchar\n<0003> <0020>\n"
    b"endbfchar\n1 beginbfrange\n<0010> <0012> <0041>\nendbfrange\nendstream\nendobj\n"
)


@pytest.mark.parametrize(
    ("content", "kind", "is_it"),
    [
        *((pdf(b""), "pdf", True), (b"%PDF-1.4 cut", "pdf", False), (b"pdf", "pdf", False)),
        *((PNG, "png", True), (PNG[:8], "png", False), (b"GIF89a", "png", False)),
        *((XLSX, "xlsx", True), (XLSX, "zip", True), (archive(a="x"), "xlsx", False)),
        *((b"PK\x03\x04broken", "zip", False), (b"a,b\n1,2\n", "csv", True)),
        *((b"a;b\n1;2\n", "csv", True), (b"<p>a,b</p>", "csv", False), (b"\0,\0", "csv", False)),
        *((b"<!doctype html><p>x", "html", True), (b"x", "html", False)),
        *((b"[1]", "json", True), (b"[", "json", False), (b"x", "text", True)),
        (b"\xff\xfe", "text", False),
    ],
)
def test_kinds_are_told_by_content(content: bytes, kind: str, *, is_it: bool) -> None:
    assert is_kind(content, kind) is is_it


@pytest.mark.parametrize("packed", [True, False])
def test_text_of_a_pdf_is_read(*, packed: bool) -> None:
    content = rb"BT /F1 12 Tf (Invoice \(No. 7\)) Tj 0 -14 Td [(To) -20 (tal) -300 <35>] TJ ET"
    text = artefact_text(pdf(content, packed=packed))
    assert "Invoice (No. 7)" in text
    assert "Total 5" in text


def test_text_of_a_pdf_is_read_through_its_unicode_table() -> None:
    content = b"BT /F1 12 Tf <0010001100030012> Tj ET"
    assert artefact_text(pdf(content, more=UNICODE)) == "AB C"


def test_text_of_a_sheet_is_its_cells() -> None:
    assert artefact_text(XLSX) == "Total\t12.5\tinline\t"


def test_sheet_with_entities_is_not_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    assert artefact_text(archive(xl__workbook_xml="", xl__worksheets__sheet1_xml=bomb)) == ""


@pytest.mark.parametrize("content", [b"%PDF-" + b"BT ( ET" * 50, b"PK\x03\x04", b"", b"\xff" * 9])
def test_broken_files_are_read_without_an_error(content: bytes) -> None:
    assert isinstance(artefact_text(content), str)


def test_text_of_a_page_is_what_is_seen() -> None:
    assert artefact_text(b"<!doctype html><title>x</title><p>Hello") == "Hello"


@pytest.mark.parametrize(
    "path", ["", " ", "/etc/passwd", "../x", "a/../../x", "~/x", "C:\\x", "C:/x"]
)
def test_paths_outside_the_project_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        check_relative(path)


def test_links_out_of_the_project_are_refused(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "secret").write_text("s")
    (work / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match="leads out"):
        read_artefact(work, "link")


def test_missing_files_and_folders_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x")
    assert read_artefact(tmp_path, "none") is None
    assert read_artefact(tmp_path, "folder") is None
    assert read_artefact(tmp_path, "file") == b"x"
