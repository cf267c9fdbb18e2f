"""Names and sizes that not every computer can hold are refused."""

import pytest

from toggle_core.projects.files import (
    MOST_DEPTH,
    MOST_FILE_BYTES,
    MOST_FILES,
    MOST_PATH_CHARACTERS,
    check_paths,
)

GOOD = [
    "main.py",
    "src/app/__init__.py",
    "tests/test_main.py",
    "static/logo@2x.svg",
    "docs/\u00dcbersicht.md",
    ".gitignore",
    ".github/workflows/ci.yml",
    "a b.txt",
    "LICENSE",
    "x" * MOST_PATH_CHARACTERS,
]
BAD = {
    "": "is empty",
    "  ": "is empty",
    "/etc/passwd": "does not begin",
    "C:/x": "does not begin",
    "C:x": "does not begin",
    "../x": "does not name one place",
    "a/../../x": "does not name one place",
    "a/..": "does not name one place",
    "./x": "does not name one place",
    "a//b": "does not name one place",
    "a/": "does not name one place",
    "a\\b": "holds a backslash",
    "a\nb": "cannot be seen",
    "a\0b": "cannot be seen",
    "a\u202eb": "cannot be seen",
    "a\u200bb": "cannot be seen",
    "a\ud800": "cannot be seen",
    "con": "device",
    "src/AUX.txt": "device",
    "nul.tar.gz": "device",
    "Com1": "device",
    "lpt\u00b2.py": "device",
    "a.": "ends with a dot",
    "a /b": "begins or ends with a space",
    " a": "begins or ends with a space",
    "ab:c": "Windows allows in no name",
    "a*": "Windows allows in no name",
    "what?.py": "Windows allows in no name",
    "-rf": "looks like an option",
    "a/-x.py": "looks like an option",
    "~root/x": "looks like an option",
    ".git/hooks/post-checkout": "version control",
    "sub/.GIT/config": "version control",
    ".hg/hgrc": "version control",
    "x" * (MOST_PATH_CHARACTERS + 1): "too long",
    "/".join("a" * (MOST_DEPTH + 1)): "too deep",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_path_is_accepted(name: str) -> None:
    assert check_paths({name: "x\n"}) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_path_is_refused(name: str) -> None:
    problems = check_paths({"main.py": "", name: ""})
    assert len(problems) == 1, problems
    assert BAD[name] in problems[0]
    assert problems[0].isprintable()


COLLISIONS = [
    ("README.md", "readme.MD"),
    ("Src/a.py", "src/b.py"),
    ("stra\u00dfe.txt", "STRASSE.txt"),
    ("caf\u00e9.txt", "cafe\u0301.txt"),
    ("\ufb01le.txt", "file.txt"),
]


@pytest.mark.parametrize(("one", "other"), COLLISIONS)
def test_paths_some_computers_cannot_tell_apart_are_refused(one: str, other: str) -> None:
    problems = check_paths({one: "", other: ""})
    assert len(problems) == 1, problems
    assert problems[0].endswith("are the same on some computers.")


@pytest.mark.parametrize(("file", "inside"), [("a", "a/b"), ("A", "a/b"), ("x/y", "x/y/z/w")])
def test_a_file_that_is_a_folder_too_is_refused(file: str, inside: str) -> None:
    problems = check_paths({file: "", inside: ""})
    assert any("is both a file and a folder" in problem for problem in problems)


def test_a_project_without_files_is_refused() -> None:
    assert check_paths({}) == ["The project has no files."]


def test_too_many_files_are_refused() -> None:
    at_most = {f"{number}.txt": "" for number in range(MOST_FILES)}
    assert check_paths(at_most) == []
    assert check_paths({**at_most, "more.txt": ""}) == [
        f"The project has {MOST_FILES + 1} files; at most {MOST_FILES} are allowed."
    ]


def test_a_file_that_is_too_big_is_refused_by_its_bytes() -> None:
    assert check_paths({"a": "x" * MOST_FILE_BYTES}) == []
    assert len(check_paths({"a": "x" * (MOST_FILE_BYTES + 1)})) == 1
    assert len(check_paths({"a": "\u00e4" * (MOST_FILE_BYTES // 2 + 1)})) == 1


def test_files_that_are_too_big_together_are_refused() -> None:
    files = {f"{number}": "x" * MOST_FILE_BYTES for number in range(9)}
    assert check_paths(files) == [
        "The files have 4718592 bytes together; at most 4194304 are allowed."
    ]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_content_that_is_no_text_is_refused(text: str) -> None:
    assert check_paths({"a.py": text}) == ["a.py holds characters that no text has."]
