"""What differs between two projects."""

import re
import time

import pytest

from toggle_core.history.diff import LINES_LIMIT, TEXT_LIMIT, FileChange, FileDiff, diff_files

MAIN = "def greet():\n    return 'hi'\n\n\nprint(greet())\n"


def only(before: dict[str, str], after: dict[str, str]) -> FileDiff:
    [diff] = diff_files(before, after)
    return diff


def test_a_changed_line_is_shown_as_one_that_went_and_one_that_came() -> None:
    diff = only({"main.py": MAIN}, {"main.py": MAIN.replace("hi", "hello")})
    assert (diff.change, diff.added, diff.removed) == (FileChange.CHANGED, 1, 1)
    assert diff.text == (
        "--- main.py\n+++ main.py\n@@ -1,5 +1,5 @@\n def greet():\n"
        "-    return 'hi'\n+    return 'hello'\n \n \n print(greet())\n"
    )


def test_files_that_came_and_went_are_shown_whole() -> None:
    went, came = diff_files({"a.py": "1\n"}, {"b.txt": "x\ny\n"})
    assert (went.path, went.change, went.removed) == ("a.py", FileChange.REMOVED, 1)
    assert (came.path, came.change, came.added) == ("b.txt", FileChange.ADDED, 2)
    assert came.text == "--- /dev/null\n+++ b.txt\n@@ -0,0 +1,2 @@\n+x\n+y\n"
    assert "+++ /dev/null" in went.text


def test_files_that_are_the_same_are_left_out() -> None:
    assert diff_files({"a": "1\n", "b": "2\n"}, {"b": "2\n", "a": "1\n"}) == ()


def test_a_renamed_file_is_known_again() -> None:
    diff = only({"old.py": MAIN}, {"new.py": MAIN})
    assert (diff.change, diff.old_path, diff.path) == (FileChange.RENAMED, "old.py", "new.py")
    assert (diff.text, diff.added, diff.removed) == ("", 0, 0)


def test_a_file_that_was_renamed_and_changed_a_little_is_known_again() -> None:
    diff = only({"old.py": MAIN}, {"new.py": MAIN.replace("hi", "hello")})
    assert (diff.change, diff.old_path, diff.added) == (FileChange.RENAMED, "old.py", 1)
    assert diff.text.startswith("--- old.py\n+++ new.py\n")


def test_of_two_likely_names_the_likelier_is_taken_and_each_only_once() -> None:
    alike = MAIN.replace("hi", "hello")
    diffs = diff_files({"old.py": MAIN}, {"a.py": alike, "b.py": MAIN})
    assert {diff.path: diff.change for diff in diffs} == {
        "a.py": FileChange.ADDED,
        "b.py": FileChange.RENAMED,
    }


def test_empty_files_are_never_taken_for_renamed() -> None:
    changes = {diff.path: diff.change for diff in diff_files({"a/__init__.py": ""}, {"b": ""})}
    assert changes == {"a/__init__.py": FileChange.REMOVED, "b": FileChange.ADDED}


@pytest.mark.parametrize(("before", "after"), [("1\n2", "1\n2\n"), ("1\n2\n", "1\n2")])
def test_a_missing_end_of_the_last_line_is_a_difference(before: str, after: str) -> None:
    diff = only({"a": before}, {"a": after})
    assert (diff.added, diff.removed) == (1, 1)
    assert diff.text.count("\\ No newline at end of file\n") == 1


@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\u2028", "\x85", "\r"])
def test_only_line_feeds_divide_lines(odd: str) -> None:
    diff = only({"a": f"one{odd}two\n"}, {"a": f"one{odd}three\n"})
    assert (diff.added, diff.removed) == (1, 1)


def test_lines_that_look_like_a_header_are_counted() -> None:
    diff = only({"a": "-- x\n"}, {"a": "++ y\n"})
    assert (diff.added, diff.removed) == (1, 1)


def test_no_time_is_told() -> None:
    diff = only({"a": "1\n"}, {"a": "2\n"})
    assert not re.search(r"\d\d:\d\d|\t", diff.text)


def test_a_long_difference_is_cut_and_says_so() -> None:
    text = "".join(f"line number {number}\n" for number in range(20_000))
    diff = only({}, {"a": text})
    assert (len(diff.text), diff.added, diff.is_cut) == (TEXT_LIMIT, 20_000, True)


def test_files_too_long_to_compare_line_by_line_are_only_counted() -> None:
    before = "".join(f"{number}\n" for number in range(LINES_LIMIT))
    diff = only({"a": before}, {"a": before + "more\n"})
    assert (diff.text, diff.is_cut) == ("", True)
    assert (diff.removed, diff.added) == (LINES_LIMIT, LINES_LIMIT + 1)


def test_many_files_under_new_names_are_compared_in_bounded_time() -> None:
    before = {f"a{number}": f"{number}\n" + "x\n" * 500 + "y" for number in range(100)}
    after = {f"b{number}": f"{-number}\n" + "z\n" * 500 + "w" for number in range(100)}
    began = time.process_time()
    assert len(diff_files(before, after)) == 200
    assert time.process_time() - began < 3
