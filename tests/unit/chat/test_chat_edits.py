"""Edits of files, in prose and as diffs, and what they do to a text."""

import json
import time

import pytest

from toggle_core.builders.chat.applying import apply
from toggle_core.builders.chat.drafts import read_project
from toggle_core.builders.chat.edits import Edit, changes_in

MARKED = "<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE"


def edits(path: str, language: str, text: str) -> tuple[Edit, ...]:
    """The edits of a block that has nothing else."""
    changes = changes_in(path, language, text)
    assert changes is not None
    assert not changes.fault
    return changes.edits


def test_marks_hold_an_edit() -> None:
    assert edits("a.py", "python", MARKED) == (Edit("a.py", "a = 1", "a = 2", of_lines=True),)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<<<<<<< ORIGINAL", ">>>>>>> UPDATED"),
        ("<<<<<<< HEAD", ">>>>>>> theirs"),
        ("<<<<<<<", ">>>>>>>"),
        ("------- SEARCH", "+++++++ REPLACE"),
        ("<<<<<<< SEARCH\n:start_line:2\n-------", ">>>>>>> REPLACE"),
    ],
)
def test_marks_of_other_tools_hold_an_edit(begin: str, end: str) -> None:
    text = f"{begin}\na = 1\n=======\na = 2\n{end}"
    assert edits("a.py", "python", text) == (Edit("a.py", "a = 1", "a = 2", of_lines=True),)


def test_edits_of_several_files_in_one_block_keep_their_files() -> None:
    found = edits("", "", f"a.py\n{MARKED}\n\n`b.py`\n{MARKED}")
    assert [edit.path for edit in found] == ["a.py", "b.py"]


def test_a_patch_updates_adds_moves_and_deletes() -> None:
    changes = changes_in(
        "",
        "",
        "*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n@@ def f():\n-a = 1\n+a = 2\n"
        "*** Add File: c.py\n+c = 1\n*** Delete File: d.py\n*** End Patch",
    )
    assert changes is not None
    assert [(edit.search, edit.replace) for edit in changes.edits] == [("a = 1", "a = 2")]
    assert changes.renamed == (("a.py", "b.py"),)
    assert changes.files == (("c.py", "c = 1"),)
    assert changes.deleted == ("d.py",)


def test_several_edits_in_one_block_keep_their_order() -> None:
    found = edits("a.py", "python", f"{MARKED}\n\n{MARKED.replace('a', 'b')}")
    assert [edit.search for edit in found] == ["a = 1", "b = 1"]


def test_an_edit_may_name_its_file_inside_the_block() -> None:
    assert edits("", "", f"words.py\n{MARKED}")[0].path == "words.py"


def test_lines_like_a_divider_may_stand_in_the_replacement() -> None:
    text = "<<<<<<< SEARCH\nTitle\n=======\nTitle\n=======\nMore\n>>>>>>> REPLACE"
    assert edits("a.rst", "", text)[0].replace == "Title\n=======\nMore"


@pytest.mark.parametrize("text", [MARKED[:30], MARKED.removesuffix(">>>>>>> REPLACE")])
def test_an_edit_that_is_not_complete_is_a_fault(text: str) -> None:
    changes = changes_in("a.py", "python", text)
    assert changes is not None
    assert "not complete" in changes.fault


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "a = 1\n<<<<<<< SEARCH"),
        ("python", "X = '''\n<<<<<<< SEARCH\n'''"),
        ("text", "--- a line\nand another"),
        ("markdown", "# Hi\n--- a/x.py\n+++ b/x.py"),
    ],
)
def test_a_file_that_mentions_edits_is_a_file(language: str, text: str) -> None:
    assert changes_in("a.txt", language, text) is None


def test_a_diff_is_read_without_its_line_numbers() -> None:
    text = (
        "--- a/a.py\t2026-01-01\n+++ b/a.py\t2026-01-02\n@@ -10,3 +99,3 @@ def f():\n"
        " x = 0\n-a = 1\n+a = 2\n y = 0\n"
    )
    expected = Edit("a.py", "x = 0\na = 1\ny = 0", "x = 0\na = 2\ny = 0", of_lines=True)
    assert edits("", "diff", text) == (expected,)
    assert edits("a.py", "diff", text.partition("@@")[2].partition("\n")[2]) == (expected,)
    assert edits("a.py", "python", text) == (expected,)


DIFF = """diff --git a/new.py b/new.py
new file mode 100644
index 000..123
--- /dev/null
+++ b/new.py
@@ -0,0 +1,2 @@
+n = 1
+
diff --git a/old.py b/old.py
deleted file mode 100644
--- a/old.py
+++ /dev/null
@@ -1 +0,0 @@
-o = 1
diff --git a/x.py b/y.py
similarity index 100%
rename from x.py
rename to y.py
--- a/a.py
+++ b/a.py
@@
-a = 1
+a = 2
@@
-b = 1
\\ No newline at end of file
+b = 2"""


def test_a_diff_of_several_files_adds_deletes_and_renames() -> None:
    changes = changes_in("", "diff", DIFF)
    assert changes is not None
    assert changes.files == (("new.py", "n = 1\n"),)
    assert changes.deleted == ("old.py",)
    assert changes.renamed == (("x.py", "y.py"),)
    assert [edit.search for edit in changes.edits] == ["a = 1", "b = 1"]


def test_a_file_that_is_a_diff_is_a_file() -> None:
    assert changes_in("fix.patch", "diff", "--- a/a.py\n+++ b/a.py\n") is None


@pytest.mark.parametrize(
    ("text", "search", "replace", "expected"),
    [
        ("a = 1\nb = 2\n", "a = 1", "a = 3", "a = 3\nb = 2\n"),
        ("a = 1\nb = 2\n", "b = 2", "", "a = 1\n"),
        ("a = 1\nb = 2\n", "a = 1\nb = 2", "c", "c\n"),
        ("aa = 1\na = 1\n", "a = 1", "a = 2", "aa = 1\na = 2\n"),
        ("a = 1\n\nb = 2\n", "a = 1\n\nb = 2", "c\n", "c\n\n"),
        ("a = 1\r\nb = 2\r\n", "a = 1\nb = 2", "c\nd", "c\r\nd\r\n"),
        ("x = 'a\u2028b\x0cc'\n", "x = 'a\u2028b\x0cc'", "y", "y\n"),
        ("", "", "new", "new"),
    ],
)
def test_whole_lines_that_are_found_once_are_replaced(
    text: str, search: str, replace: str, expected: str
) -> None:
    assert apply(text, Edit("a.py", search, replace, of_lines=True)) == expected


@pytest.mark.parametrize("of_lines", [True, False])
@pytest.mark.parametrize(
    ("search", "replace", "expected"),
    [
        ("    a = 1  \n    b = 2", "    a = 2\n    b = 2", "def f():\n    a = 2\n    b = 2\n"),
        (
            "a = 1\nb = 2",
            "a = 2\nif a:\n    b = 2",
            "def f():\n    a = 2\n    if a:\n        b = 2\n",
        ),
        ("\ta = 1", "\ta = 2", "def f():\n    a = 2\n    b = 2\n"),
        ("\n\n    a = 1\n", "    a = 2\n", "def f():\n    a = 2\n    b = 2\n"),
    ],
)
def test_lines_with_other_blanks_are_replaced_as_they_are_indented(
    search: str, replace: str, expected: str, of_lines: bool
) -> None:
    edit = Edit("a.py", search, replace, of_lines=of_lines)
    assert apply("def f():\n    a = 1\n    b = 2\n", edit) == expected


def test_a_search_for_thousands_of_like_lines_ends_quickly() -> None:
    begun = time.process_time()
    with pytest.raises(ValueError, match="is not in it"):
        apply("x\n" * 100_000, Edit("a.py", "x \n" * 50_000 + "y", "", of_lines=True))
    assert time.process_time() - begun < 2


def test_a_part_of_a_line_that_is_found_once_is_replaced() -> None:
    assert apply("a = [1, 2]\n", Edit("a.py", "1, 2", "3")) == "a = [3]\n"


@pytest.mark.parametrize("of_lines", [True, False])
@pytest.mark.parametrize(
    ("text", "search", "says"),
    [
        ("a = 1\n", "a = 2", "is not in it"),
        ("a = 1\n", "a  = 1", "is not in it"),
        ("a = 1\na = 1\n", "a = 1", "more than once"),
        (" a = 1\n  a = 1\n", "a = 1 ", "more than once"),
        ("a\nb\na\nb\na\n", "a\nb\na", "more than once"),
        ("a = 1\n", " \n", "is empty"),
    ],
)
def test_what_is_not_found_once_is_refused(
    text: str, search: str, says: str, of_lines: bool
) -> None:
    with pytest.raises(ValueError, match=says):
        apply(text, Edit("a.py", search, "x", of_lines=of_lines))


def test_edits_files_and_notes_of_one_answer_are_told_apart() -> None:
    draft = read_project(
        f"It adds.\n\n```python a.py\n{MARKED}\n```\n\n```python b.py\nb = 1\n```\n\n"
        "```notes\nDeleted: `old.py`, older.py\nRenamed: x.py -> y.py\n"
        "Test changed: test_adds: test was wrong: 1 + 1 is 2\nLeft out: e-mails\n"
        "Assumed: euros\n```"
    )
    assert draft is not None
    assert draft.edits == (Edit("a.py", "a = 1", "a = 2", of_lines=True),)
    assert draft.files == (("b.py", "b = 1"),)
    assert draft.deleted == ("old.py", "older.py")
    assert draft.renamed == (("x.py", "y.py"),)
    assert draft.test_changes == (("test_adds", "test was wrong: 1 + 1 is 2"),)
    assert (draft.unmet, draft.assumptions) == (("e-mails",), ("euros",))
    assert draft.summary == "It adds."


@pytest.mark.parametrize(
    "notes",
    [
        "**Left out:**\n- e-mails\n- a calendar\n\nThat is all.",
        "Unmet: e-mails\nUnmet: a calendar",
        "## Left out:\n1. e-mails\n2. a calendar",
        "Ausgelassen: e-mails\nNicht erfüllt: a calendar",
    ],
)
def test_notes_outside_a_block_are_read(notes: str) -> None:
    draft = read_project(f"It adds.\n\n```python main.py\na = 1\n```\n\n{notes}")
    assert draft is not None
    assert draft.unmet == ("e-mails", "a calendar")


@pytest.mark.parametrize(
    "word", ["None", "none.", "Nothing.", "N/A", "-", "no", "Nothing was left out."]
)
def test_a_note_that_says_nothing_is_none(word: str) -> None:
    draft = read_project(
        f"```python main.py\na = 1\n```\n```notes\nLeft out: {word}\nObjection: {word}\n```"
    )
    assert draft is not None
    assert (draft.unmet, draft.objection) == ((), "")


@pytest.mark.parametrize(
    "words",
    ["No objection: the checks are right.", "There is no contradiction.", "N/A, all is repaired."],
)
def test_words_against_an_objection_are_none(words: str) -> None:
    for answer in (
        json.dumps({"files": {"main.py": "a"}, "objection": words}),
        f"```python main.py\na\n```\n```notes\nObjection: {words}\n```",
    ):
        draft = read_project(answer)
        assert draft is not None
        assert (draft.files, draft.objection) == ((("main.py", "a"),), "")


@pytest.mark.parametrize(
    "answer",
    [
        "The check contradicts the task: it wants 3.",
        "```notes\nObjection: The check contradicts the task: it wants 3.\n```",
        '{"files": [], "objection": "The check contradicts the task: it wants 3."}',
        '{"objection": ["The check contradicts the task:", "it wants 3."]}',
        '{"objection": {"reason": "The check contradicts the task: it wants 3."}}',
        "```\nThe check contradicts the task: it wants 3.\n```",
    ],
)
def test_an_objection_is_an_answer_by_itself(answer: str) -> None:
    draft = read_project(answer)
    assert draft is not None
    assert draft.objection == "The check contradicts the task: it wants 3."


@pytest.mark.parametrize(
    "each",
    [
        {"path": "a.py", "search": "a", "replace": "b"},
        {"path": "a.py", "old_string": "a", "new_string": "b"},
        {"file": "a.py", "find": "a", "replacement": "b"},
        {"path": "a.py", "edits": [{"search": "a", "replace": "b"}]},
        {"file_path": "a.py", "old_str": ["a"], "new_str": ["b"]},
    ],
)
def test_edits_in_json_are_read_under_their_usual_names(each: dict[str, object]) -> None:
    draft = read_project(json.dumps({"edits": [each]}))
    assert draft is not None
    assert draft.edits == (Edit("a.py", "a", "b"),)
