"""Plans and projects read out of what models write."""

import json

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


@pytest.mark.parametrize("answer", ["", '{"goal": "A', '{"steps": []}', "[1, 2]", "<think>Hm."])
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


def test_files_as_an_object_of_texts_are_read() -> None:
    draft = read_project(json.dumps({"files": {"main.py": "a"}}))
    assert draft is not None
    assert draft.files == (("main.py", "a"),)


def test_files_with_other_usual_names_of_the_fields_are_read() -> None:
    draft = read_project(json.dumps({"files": [{"filename": "main.py", "content": "a"}]}))
    assert draft is not None
    assert draft.files == (("main.py", "a"),)


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
    "answer", ["", "I am sorry.", '{"files": []}', '{"files": [{"path": "a"', "[]"]
)
def test_what_holds_no_files_is_none(answer: str) -> None:
    assert read_project(answer) is None


def test_deeply_nested_json_does_no_harm() -> None:
    assert read_project("{" + '"a":[' * 100_000) is None


def test_thoughts_that_never_end_are_read_quickly_and_hold_nothing() -> None:
    assert read_project("<think>" * 50_000) is None
