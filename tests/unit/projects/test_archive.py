"""A project as a zip file that is safe to unpack."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from toggle_core.projects.archive import archive_name, zip_of
from toggle_core.projects.files import safe_path


def opened(packed: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(packed))


def test_a_zip_gives_back_the_files(tmp_path: Path) -> None:
    files = {"main.py": "print('grüße')\n", "tests/test_main.py": "", "README.md": "# Hi\r\n"}
    opened(zip_of(files)).extractall(tmp_path)
    found = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes().decode()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert found == files


def test_all_files_are_in_the_folder() -> None:
    packed = zip_of({"main.py": "", "../evil.py": ""}, folder="to-do")
    assert opened(packed).namelist() == ["to-do/main.py", "to-do/evil.py"]


def test_the_same_files_make_the_same_zip() -> None:
    assert zip_of({"main.py": "x"}) == zip_of({"main.py": "x"})


def test_every_entry_is_a_plain_file() -> None:
    for entry in opened(zip_of({"main.py": "x", "link": "/etc/passwd"})).infolist():
        assert stat.S_ISREG(entry.external_attr >> 16)
        assert stat.S_IMODE(entry.external_attr >> 16) == 0o644


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("a/b.py", "a/b.py"),
        (".env", ".env"),
        ("../../etc/passwd", "etc/passwd"),
        ("a/../../b", "a/b"),
        ("/etc/passwd", "etc/passwd"),
        ("//server/share", "server/share"),
        (r"C:\Windows\x", "Windows/x"),
        (r"..\x", "x"),
        ("a/./b", "a/b"),
        ("a//b/", "a/b"),
        ("x:stream", "x_stream"),
        ("a\x00b\n", "a_b_"),
        ("con.txt", "_con.txt"),
        ("lpt1", "_lpt1"),
        ("COM¹.log", "_COM¹.log"),
        ("name. ", "name"),
        (" . . ", "file"),
        ("..", "file"),
        ("", "file"),
        ("é" * 300, "é" * 100),
        ("\ud800.py", "_.py"),
        ("a" * 199 + " b", "a" * 199),
    ],
)
def test_a_path_stays_inside_and_can_be_held_by_every_system(path: str, safe: str) -> None:
    assert safe_path(path) == safe


def test_two_files_never_share_a_path() -> None:
    packed = zip_of({"a.py": "1", "../a.py": "2", "A.PY": "3", ".env": "4", "/.env": "5"})
    assert opened(packed).namelist() == ["a.py", "a-2.py", "A-3.PY", ".env", ".env-2"]


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("Create a to-do list!", "create-a-to-do-list"),
        ("One two three four five six seven", "one-two-three-four-five-six"),
        ("word" * 50, "word" * 15),
        ("日本語", "project"),
    ],
)
def test_an_archive_is_named_for_its_task(task: str, name: str) -> None:
    assert archive_name(task) == name
