"""Plans and projects read out of what models write."""

import json
import time

import pytest

from toggle_core.builders.chat.drafts import read_plan, read_project

PLAN = {"goal": "A list of tasks.", "steps": ["Write `main.py`.", "2. Test it."]}
FILES = [{"path": "main.py", "text": "print(1)\n"}, {"path": "README.md", "text": "# Hi\n"}]
PROJECT = {
    "summary": "It prints.",
    "files": FILES,
    "entry": "main.py",
    "unmet": ["No e-mails: that needs an account."],
    "assumptions": ["Prices are in euros."],
}


@pytest.mark.parametrize(
    "wrapped",
    ["{}", "```json\n{}\n```", "Here you are:\n{}\nHave fun!", "<think>Hm {{</think>\n{}"],
)
def test_a_plan_in_json_becomes_markdown(wrapped: str) -> None:
    answer = wrapped.replace("{}", json.dumps(PLAN)).replace("{{", "{")
    assert read_plan(answer) == "A list of tasks.\n\n1. Write `main.py`.\n2. Test it."


def test_a_plan_in_prose_stays_as_it_is() -> None:
    assert read_plan("\nA list.\n\n1. Write it.\n") == "A list.\n\n1. Write it."


def test_a_plan_wrapped_in_a_fence_is_unwrapped() -> None:
    assert read_plan("```markdown\nA list.\n\n1. Write it.\n```") == "A list.\n\n1. Write it."


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ('{"goal": "A.", "steps": ["b",],} // done', "A.\n\n1. b"),
        ("{'goal': 'A.', 'steps': ['b'], 'needs': None}", "A.\n\n1. b"),
        ('{"goal": ["A.", "B."], "steps": {"1": "c", "2": "d"}}', "A. B.\n\n1. c\n2. d"),
        ('{"goal": "A.", "steps": [{"step": "1", "text": "b"}]}', "A.\n\n1. b"),
        ('{"goal": "Old.", "steps": []}\n{"goal": "New.", "steps": ["b"]}', "New.\n\n1. b"),
        ('{"plan": "A.\\n\\n1. b"}', "A.\n\n1. b"),
        (
            '{"goal": "A.", "steps": ["b"], "needs": "A_KEY, B_KEY"}',
            "A.\n\n1. b\n\nNeeds: A_KEY, B_KEY",
        ),
        (
            '{"goal": "A.", "steps": ["b"], "needs": [{"name": "A_KEY"}]}',
            "A.\n\n1. b\n\nNeeds: A_KEY",
        ),
    ],
)
def test_a_plan_in_rough_json_is_read(plan: str, expected: str) -> None:
    assert read_plan(plan) == expected


@pytest.mark.parametrize(
    "answer",
    [
        "",
        '{"goal": "A',
        '{"steps": []}',
        "[1, 2]",
        "<think>Hm.",
        "ready",
        "I'm sorry, but I can't help with that.",
        "Unfortunately, I cannot plan this.",
        "<html><body>502 Bad Gateway</body></html>",
    ],
)
def test_what_is_no_plan_is_none(answer: str) -> None:
    assert read_plan(answer) is None


@pytest.mark.parametrize("wrapped", ["{}", "```json\n{}\n```", "Sure!\n{}\nDone."])
def test_a_project_in_json_is_read(wrapped: str) -> None:
    draft = read_project(wrapped.replace("{}", json.dumps(PROJECT)))
    assert draft is not None
    assert draft.files == (("main.py", "print(1)\n"), ("README.md", "# Hi\n"))
    assert (draft.entry, draft.summary) == ("main.py", "It prints.")
    assert draft.unmet == ("No e-mails: that needs an account.",)
    assert draft.assumptions == ("Prices are in euros.",)


@pytest.mark.parametrize(
    "answer",
    [
        '{"files": {"main.py": "a\\nb"}}',
        '{"files": {"main.py": {"content": "a\\nb"}}}',
        '{"files": [{"filename": "main.py", "content": "a\\nb"}]}',
        '{"files": [{"file_path": "main.py", "code": ["a", "b"]}, {"path": "tests/", "text": ""}]}',
        '{"files": [["main.py", "a\\nb"]]}',
        '{"files": [{"path": "`main.py`", "text": "```python\\na\\nb\\n```"}]}',
        '{"files": [{"path": "main.py", "text": "\\ufeff1 | a\\n2 | b"}]}',
        '{"files": [{"path": "main.py", "text": "YQpi", "encoding": "base64"}]}',
        '[{"path": "main.py", "text": "a\\nb"}]',
        '{"main.py": "a\\nb"}',
        '<tool_call>{"name": "", "arguments": {"path": "main.py", "content": "a\\nb"}}</tool_call>',
        '{"files": [{"path": "string", "text": "string"}]}\n{"files": {"main.py": "a\\nb"}}',
        '{"files": {"main.py": "old"}}\nBetter:\n{"files": {"main.py": "a\\nb"}}',
        '{"files": {"main.py": "a\\nb",},} // done',
        "{'files': {'main.py': 'a\\nb'}, 'unmet': None}",
        '{"files": {"main.py": """a\nb"""}}',
        "{\u201cfiles\u201d: {\u201cmain.py\u201d: \u201ca\\nb\u201d}}",
        "````\nIt is:\n\n```python main.py\na\nb\n```\n````",
        "```python main.py\na\nb\n```\nThe end of `main.py` matters:\n```python\nb\n```",
    ],
)
def test_a_file_is_read_in_whatever_form_it_comes(answer: str) -> None:
    draft = read_project(answer)
    assert draft is not None
    assert draft.files == (("main.py", "a\nb"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"import re\\nprint(1)", "import re\nprint(1)"),
        (r"print('a\\nb\\nc')", r"print('a\nb\nc')"),
        (r"re.match('\d+\.', x)", r"re.match('\d+\.', x)"),
        (r"print(\'a\')", "print('a')"),
    ],
)
def test_backslashes_of_a_file_in_json_become_what_was_meant(text: str, expected: str) -> None:
    draft = read_project(f'{{"files": {{"main.py": "{text}"}}}}')
    assert draft is not None
    assert draft.files == (("main.py", expected),)


def test_files_in_folders_and_in_several_objects_are_all_read() -> None:
    draft = read_project(
        '{"files": {"main.py": "a", "tests": {"test_a.py": "b"}}}\n{"files": {"c.json": {"d": 1}}}'
    )
    assert draft is not None
    assert dict(draft.files) == {"main.py": "a", "tests/test_a.py": "b", "c.json": '{\n  "d": 1\n}'}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ('{"files": [{"path": "main.py", "text": "a"}, {"path": "b.py"}]}', "b.py has no text"),
        ('{"files": [{"path": "main.py", "text": "a"}, {"text": "b"}]}', "has no path"),
        ('{"files": ["main.py"]}', "is not an object"),
        ('{"files": {"main.py": "a", "logo.png": "iVBORw0KGgo="}}', "logo.png is a binary file"),
        ('{"files": [{"path": "a.py", "text": "!", "encoding": "base64"}]}', "not text in base64"),
        ('{"edits": [{"path": "a.py", "search": "a"}]}', "needs both"),
        ('{"edits": [{"search": "a", "replace": "b"}]}', "has no path"),
        ("```text logo.png\niVBORw0KGgo=\n```\n```python main.py\na\n```", "binary file"),
    ],
)
def test_a_file_or_an_edit_that_lacks_something_is_not_passed_over(answer: str, says: str) -> None:
    draft = read_project(answer)
    assert draft is not None
    assert says in draft.fault


@pytest.mark.parametrize(
    ("unmet", "expected"),
    [
        ("No e-mails.", ("No e-mails.",)),
        ({"e-mails": "no account"}, ("e-mails: no account",)),
        ([{"wish": "e-mails", "reason": "no account"}], ("e-mails: no account",)),
        ([["e-mails"], None, "SMS"], ("e-mails", "SMS")),
        (True, ("The answer says that something is left out, and not what.",)),
        (["None.", "All wishes of the task are fulfilled."], ()),
        (False, ()),
    ],
)
def test_what_is_left_out_is_read_in_any_shape(unmet: object, expected: tuple[str, ...]) -> None:
    draft = read_project(json.dumps({"files": {"main.py": "a"}, "unmet": unmet}))
    assert draft is not None
    assert draft.unmet == expected


def test_line_breaks_written_into_json_strings_as_they_are_do_no_harm() -> None:
    draft = read_project('{"files": [{"path": "main.py", "text": "a\nb"}]}')
    assert draft is not None
    assert draft.files == (("main.py", "a\nb"),)


def test_a_project_in_fenced_blocks_is_read_with_its_first_sentences_as_summary() -> None:
    draft = read_project(
        "# Words\nIt counts words. It is quick! And more.\n```python main.py\n1\n```\n"
        "### tests/test_main.py\n```python\n2\n```\nEnjoy!"
    )
    assert draft is not None
    assert draft.files == (("main.py", "1"), ("tests/test_main.py", "2"))
    assert draft.summary == "It counts words. It is quick!"


def test_of_two_blocks_for_one_path_the_later_stands() -> None:
    draft = read_project("```python main.py\nold\n```\nBetter:\n```python main.py\nnew\n```")
    assert draft is not None
    assert draft.files == (("main.py", "new"),)


def test_blocks_without_names_become_a_program_and_its_tests() -> None:
    draft = read_project(
        "```python\nimport this\nprint(1)\n```\n```python\ndef test_it(): ...\n```\n"
        "```bash\npython main.py\n```"
    )
    assert draft is not None
    assert draft.files == (
        ("main.py", "import this\nprint(1)"),
        ("tests/test_main.py", "def test_it(): ..."),
    )


def test_a_json_file_in_a_fenced_block_is_a_file_and_no_answer() -> None:
    draft = read_project('```json data.json\n{"files": 3}\n```\n```python main.py\n1\n```')
    assert draft is not None
    assert dict(draft.files) == {"data.json": '{"files": 3}', "main.py": "1"}


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I am sorry.",
        '{"files": []}',
        '{"files": [{"path": "a"',
        '{"files": [{"path": "a.py", "text": "a"}, {"path": "b.py", "text": "b',
        "[]",
    ],
)
def test_what_holds_no_files_is_none(answer: str) -> None:
    assert read_project(answer) is None


def test_deeply_nested_json_does_no_harm() -> None:
    assert read_project("{" + '"a":[' * 100_000) is None


def test_thoughts_that_never_end_are_read_quickly_and_hold_nothing() -> None:
    assert read_project("<think>" * 50_000) is None


@pytest.mark.parametrize("piece", ["{'a': ", '{"a":[1,', '{"""', "{/*", "{\u201ca", "[1,", '{"\\'])
def test_rough_json_that_never_ends_is_read_quickly(piece: str) -> None:
    begun = time.process_time()
    assert read_project(piece * 30_000) is None
    assert time.process_time() - begun < 5
