"""Repairs and changes: edits, deletions, what is left out, and what is objected to."""

import json
from typing import Any

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN_TEXT
from tests.integration.chat.server import ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.protocol import Base, Feedback, GateFailure

MAIN = 'import words\n\n\ndef main() -> None:\n    print(words.HELLO)\n\n\nmain()\n'  # fmt: skip
WORDS = 'HELLO = "Hello"\nBYE = "Bye"\n\n\ndef shout(text: str) -> str:\n    return text.upper()\n'
TESTS = "import words\n\n\ndef test_hello() -> None:\n    assert words.HELLO\n"
FILES = {"main.py": MAIN, "words.py": WORDS, "tests/test_words.py": TESTS}
FEEDBACK = Feedback((GateFailure("tests", "HELLO is wrong"),), FILES, "main.py", 2)
BASE = Base(FILES, "main.py", "Greet me")

BAD_EDIT = "```python words.py\n<<<<<<< SEARCH\nHALLO = 1\n=======\nH = 1\n>>>>>>> REPLACE\n```"
GOOD_EDIT = BAD_EDIT.replace("HALLO = 1", 'HELLO = "Hello"').replace("H = 1", 'HELLO = "Hi"')
ELIDED = '```python words.py\nHELLO = "Hi"\n\n# ... rest of the code remains the same ...\n```'
IN_PROSE = """```python main.py
<<<<<<< SEARCH
import words
=======
import texts as words
>>>>>>> REPLACE
```

```notes
Deleted: tests/test_words.py
Renamed: words.py -> texts.py
Test changed: test_hello: feature removed as asked: no tests
```
"""
WHOLE = f"```python words.py\n{WORDS.replace('Hello', 'Hi')}```"


def in_json(**fields: Any) -> str:
    """An answer with these fields, and the others empty."""
    empty: dict[str, Any] = {
        "summary": "",
        "edits": [],
        "files": [],
        "deleted": [],
        "renamed": [],
        "entry": "main.py",
        "unmet": [],
        "assumptions": [],
        "test_changes": [],
        "objection": "",
    }
    return json.dumps(empty | fields)


def edit(search: str, replace: str, path: str = "words.py") -> dict[str, str]:
    """One edit in JSON."""
    return {"path": path, "search": search, "replace": replace}


@pytest.mark.parametrize("answer", [in_json(edits=[edit('"Hello"', '"Hi"')]), GOOD_EDIT, WHOLE])
def test_a_repair_may_be_an_edit_or_a_whole_file(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer))
    project = builder.code("Greet me", PLAN_TEXT, FEEDBACK)
    assert dict(project.files) == {**FILES, "words.py": WORDS.replace("Hello", "Hi")}
    assert (project.entry, project.how_to_run) == ("main.py", "python main.py")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        in_json(edits=[edit("", "X = 1", "more.py")]),
        "```python more.py\n<<<<<<< SEARCH\n=======\nX = 1\n>>>>>>> REPLACE\n```",
        "```diff\n--- a/more.py\n+++ b/more.py\n@@ -0,0 +1 @@\n+X = 1\n```",
        "```diff\n--- /dev/null\n+++ b/more.py\n@@ -0,0 +1 @@\n+X = 1\n```",
    ],
)
def test_an_edit_that_looks_for_nothing_writes_a_new_file(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer))
    project = builder.code("Greet me", PLAN_TEXT, FEEDBACK)
    assert dict(project.files) == {**FILES, "more.py": "X = 1\n"}


def test_edits_of_one_file_build_on_each_other(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    edits = [edit("HELLO", "GREETING"), edit("GREETING =", "WELCOME =")]
    server.script(replies.streamed(in_json(edits=edits)))
    changed = builder.code("Greet me", PLAN_TEXT, base=BASE).files["words.py"]
    assert changed == WORDS.replace("HELLO", "WELCOME")


@pytest.mark.parametrize(
    "answer",
    [
        in_json(
            deleted=["tests/test_words.py"],
            renamed=[{"path": "words.py", "new_path": "texts.py"}],
            edits=[edit("import words", "import texts as words", "main.py")],
            test_changes=[{"test": "test_hello", "reason": "feature removed as asked: no tests"}],
        ),
        IN_PROSE,
    ],
    ids=["JSON", "prose"],
)
def test_files_can_be_deleted_and_renamed(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer))
    project = builder.code("Without tests", PLAN_TEXT, base=BASE)
    assert dict(project.files) == {
        "main.py": MAIN.replace("import words", "import texts as words"),
        "texts.py": WORDS,
    }
    assert dict(project.test_changes) == {"test_hello": "feature removed as asked: no tests"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (in_json(edits=[edit("HALLO", "H")]), 'begins with "HALLO" is not in it'),
        (in_json(edits=[edit("upper", "lower"), edit("t", "b")]), "is in it more than once"),
        (in_json(edits=[edit("a", "b", "other.py")]), "there is no file other.py"),
        (in_json(edits=[edit("", "X = 1")]), "the text to look for is empty"),
        ("```diff words.py\n@@ -1 +1,2 @@\n+X = 1\n```", "the text to look for is empty"),
        (in_json(deleted=["main.py"]), "main.py starts the program and cannot be deleted"),
        (in_json(renamed=[{"path": "x.py", "new_path": "y.py"}]), "no file x.py to rename"),
        (in_json(renamed=[{"path": "words.py", "new_path": "main.py"}]), "that file exists"),
        (
            in_json(edits=[edit("a", "b")], files=[{"path": "words.py", "text": "x"}]),
            "both edited and written as a whole",
        ),
        (in_json(edits=[edit("HELLO", "H")] * 201), "more than 200"),
        (BAD_EDIT, 'begins with "HALLO = 1" is not in it'),
        (BAD_EDIT.replace(">>>>>>> REPLACE\n", ""), "not complete"),
    ],
)
def test_a_change_that_cannot_be_made_goes_back_to_the_model(
    server: ScriptedServer, builder: ChatBuilder, wrong: str, says: str
) -> None:
    server.script(replies.streamed(wrong), replies.streamed(GOOD_EDIT))
    project = builder.code("Greet me", PLAN_TEXT, FEEDBACK)
    assert dict(project.files) == {**FILES, "words.py": WORDS.replace("Hello", "Hi")}
    first, second = (asked.body["messages"][1]["content"] for asked in server.asked)
    assert second.startswith(first)
    assert says in second.removeprefix(first)
    assert (project.tokens_in, project.tokens_out) == (22, 14)


def test_after_two_edits_that_cannot_be_made_whole_files_are_asked_for(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(*[replies.streamed(text) for text in (BAD_EDIT, BAD_EDIT, WHOLE)])
    assert "Hi" in builder.code("Greet me", PLAN_TEXT, FEEDBACK).files["words.py"]
    last = server.asked[2].body["messages"][1]["content"]
    assert "without edits this time" in last


def test_edits_that_cannot_be_made_in_the_end_fail_with_the_reason(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(BAD_EDIT))
    with pytest.raises(errors.ModelEditRefused, match='"HALLO = 1" is not in it') as caught:
        builder.code("Greet me", PLAN_TEXT, FEEDBACK)
    assert len(server.asked) == 3
    assert caught.value.tokens_in == 33


@pytest.mark.parametrize("second", [WHOLE, GOOD_EDIT])
def test_a_remark_in_place_of_code_goes_back_to_the_model(
    server: ScriptedServer, builder: ChatBuilder, second: str
) -> None:
    server.script(replies.streamed(ELIDED), replies.streamed(second))
    project = builder.code("Greet me", PLAN_TEXT, base=BASE)
    assert dict(project.files) == {**FILES, "words.py": WORDS.replace("Hello", "Hi")}
    assert "# ... rest of the code remains the same ..." in str(server.asked[1].body["messages"])


@pytest.mark.parametrize(
    "answer",
    [
        ELIDED,
        in_json(files=[{"path": "words.py", "text": ELIDED.split("\n", 1)[1][:-4]}]),
        in_json(edits=[edit(WORDS.partition('"Bye"\n')[2], "# existing code here")]),
    ],
)
def test_a_remark_in_place_of_code_never_replaces_it(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer))
    with pytest.raises(errors.ModelLeftOutCode, match=r"left out a part of words\.py"):
        builder.code("Greet me", PLAN_TEXT, FEEDBACK)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        in_json(objection="the check contradicts the task: it wants 3", deleted=["words.py"]),
        "```notes\nObjection: the check contradicts the task: it wants 3\n```",
        "The check contradicts the task: it wants 3",
    ],
)
def test_an_objection_to_a_repair_leaves_the_files_as_they_were(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer))
    project = builder.code("Greet me", PLAN_TEXT, FEEDBACK)
    assert "contradicts the task: it wants 3" in project.objection
    assert dict(project.files) == FILES
    assert len(server.asked) == 1


def test_an_ordinary_answer_has_no_objection(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(in_json(edits=[edit("upper", "lower")], objection="None.")))
    assert builder.code("Greet me", PLAN_TEXT, FEEDBACK).objection == ""


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(
            {
                "summary": "It greets.",
                "files": [{"path": "main.py", "text": "print(1)"}],
                "entry": "main.py",
                "unmet": ["No e-mails: they need an account.", "", "None", "x" * 9_000],
                "assumptions": [f"Assumption {number}" for number in range(1_000)],
            }
        ),
        "\n".join(
            [
                "It greets.\n\n```python main.py\nprint(1)\n```\n\n```notes",
                "Left out: No e-mails: they need an account.",
                f"Left out: {'x' * 9_000}",
                *(f"Assumed: Assumption {number}" for number in range(1_000)),
                "```",
            ]
        ),
    ],
    ids=["JSON", "prose"],
)
def test_what_is_left_out_and_assumed_is_told_in_bounds(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer))
    project = builder.code("Greet me", PLAN_TEXT)
    assert project.unmet == ("No e-mails: they need an account.", "x" * 300)
    assert len(project.assumptions) == 20


def test_a_change_is_asked_for_with_a_schema_of_its_own(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(in_json(edits=[edit("upper", "lower")])))
    builder.code("Greet me", PLAN_TEXT, FEEDBACK)
    schema = server.asked[0].body["response_format"]["json_schema"]["schema"]
    assert {"edits", "deleted", "renamed", "objection"} <= set(schema["properties"])
    assert sorted(schema["required"]) == sorted(schema["properties"])
