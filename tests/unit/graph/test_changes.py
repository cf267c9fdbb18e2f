"""Two versions of a project: the same, the same but for comments and formatting, or another one."""

import pytest

from toggle_core.graph.changes import TOKENS_LIMIT, changed_files, mark, meaning_mark

CODE = "def double(number):\n    return number * 2\n"

SAME = {
    "as it was": CODE,
    "a comment": "# Doubles.\n" + CODE.replace("* 2", "* 2  # twice"),
    "blank lines": f"\n\n{CODE}\n\n\n",
    "indentation": CODE.replace("    ", "\t"),
    "spaces": CODE.replace("number * 2", "number*2"),
    "line ends of Windows": CODE.replace("\n", "\r\n"),
    "no line end": CODE.rstrip(),
}
OTHER = {
    "a number": CODE.replace("2", "3"),
    "a name": CODE.replace("double", "twice"),
    "a docstring": CODE.replace("return", '"""Doubles."""\n    return'),
    "a block ends earlier": "if a:\n    b()\n    c()\n",
    "something new": f"{CODE}print(double(1))\n",
    "broken code": "def double(number:\n",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_comments_and_formatting_of_python_are_no_change(text: str) -> None:
    assert changed_files({"a.py": CODE}, {"a.py": text}) == []
    assert meaning_mark({"a.py": CODE}) == meaning_mark({"a.py": text})


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_other_code_is_a_change(text: str) -> None:
    before = "if a:\n    b()\nc()\n" if "b()" in text else CODE
    assert changed_files({"a.py": before}, {"a.py": text}) == ["a.py"]
    assert meaning_mark({"a.py": before}) != meaning_mark({"a.py": text})


def test_files_that_come_go_or_are_renamed_are_changes() -> None:
    before = {"a.py": CODE, "old.py": CODE}
    assert changed_files(before, {"a.py": CODE, "new.py": CODE}) == ["new.py", "old.py"]


def test_empty_files_count_as_none() -> None:
    assert changed_files({"a.py": CODE}, {"a.py": CODE, "b.py": "", "c.py": "# Nothing.\n"}) == []


def test_of_other_files_only_spaces_at_the_ends_of_lines_do_not_count() -> None:
    page = {"a.html": "<p>\n  Hello\n</p>\n"}
    assert changed_files(page, {"a.html": "<p>  \n  Hello\r\n</p>\n\n"}) == []
    assert changed_files(page, {"a.html": "<p>\n    Hello\n</p>\n"}) == ["a.html"]


def test_code_that_python_cannot_read_is_compared_as_text() -> None:
    before = {"a.py": "x = '''\n# 1\n"}
    assert changed_files(before, {"a.py": "x = '''\n# 1\n\n"}) == []
    assert changed_files(before, {"a.py": "x = '''\n# 2\n"}) == ["a.py"]


def test_a_very_long_file_is_compared_as_text() -> None:
    long = "x = 1\n" * (TOKENS_LIMIT // 6 + 1)
    assert changed_files({"a.py": long}, {"a.py": f"# New.\n{long}"}) == ["a.py"]


def test_marks_differ_with_every_part_but_not_with_the_order_of_a_mapping() -> None:
    assert mark({"a": 1, "b": 2}, "x") == mark({"b": 2, "a": 1}, "x")
    assert len({mark("a"), mark("b"), mark("a", ""), mark(["a"]), mark({"a": ""})}) == 5
