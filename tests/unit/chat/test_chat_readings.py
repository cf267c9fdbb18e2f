"""Which fence closes which, where models write them otherwise than CommonMark has it."""

import time

import pytest

from toggle_core.builders.chat.fences import blocks

MAIN = "```python main.py\nprint(1)\n```"
FILES = {"main.py": "print(1)"}
STRING = '```python tests/test_main.py\nTEXT = """\n{}\n"""\n```'


def named(answer: str) -> dict[str, str]:
    """Text by path, of the blocks that were named."""
    return {block.path: block.text for block in blocks(answer) if block.path}


@pytest.mark.parametrize(
    "readme",
    [
        "# Hi\n```\npython main.py\n```\nBye",
        "# Hi\n```bash\npython main.py\n```\nBye",
        "# Hi\n```\nls\n```",
        "# Hi\n```\na\n```\nor\n```\nb\n```\nBye",
        "# Hi\n```bash\na\n```\nor\n```\nb\n```\nBye",
        "# Hi\n```python main.py\nimport x\n```\nBye",
        "# Hi\n### `main.py`\n```python\na\n```\n### `words.py`\n```python\nb\n```\nBye",
        "# Hi\n1. Do:\n   ```bash\n   ls\n   ```\n2. Bye",
        "# Hi\n1. Do:\n\n    ```\n    ls\n    ```\n2. Bye",
        "# Hi\n````text\n```\nx\n```\n````\nBye",
        "Bye",
    ],
)
@pytest.mark.parametrize(
    "around",
    [
        "```markdown README.md\n{}\n```",
        "### README.md\n```markdown\n{}\n```",
        "```README.md\n{}\n```",
    ],
)
def test_a_readme_with_examples_between_fences_like_its_own_is_whole(
    readme: str, around: str
) -> None:
    block = around.format(readme)
    expected = {**FILES, "README.md": readme}
    assert named(f"{block}\n\n{MAIN}") == expected
    assert named(f"{MAIN}\n\n{block}") == expected
    assert named(f"{MAIN}\n\n{block}\n\n```notes\nAssumed: a\n```") == expected
    assert all(each.is_closed for each in blocks(f"{block}\n\n{MAIN}"))


def test_two_markdown_files_end_where_they_should() -> None:
    answer = (
        "```markdown README.md\n# Hi\n```\na\n```\n```\n"
        f"```markdown docs/USE.md\n# Use\n```sh\nb\n```\nBye\n```\n{MAIN}"
    )
    assert named(answer) == {
        "README.md": "# Hi\n```\na\n```",
        "docs/USE.md": "# Use\n```sh\nb\n```\nBye",
        **FILES,
    }


def test_a_block_after_a_readme_is_no_part_of_it() -> None:
    answer = f"{MAIN}\n```markdown README.md\n# Hi\n```\n\nTo run:\n\n```bash\npython main.py\n```"
    assert named(answer) == {**FILES, "README.md": "# Hi"}


@pytest.mark.parametrize(
    "readme",
    [
        "```markdown README.md\n# Hi\n```bash\nls\n```\nBye\n\n",
        "````markdown README.md\n# Hi\n```bash\nls\n```\nBye\n\n",
        "````markdown README.md\n# Hi\n```bash\nls\n```\nBye\n```\n\n",
        "```markdown README.md\n# Hi\n```bash\nls\n```\nBye\n\n### main.py\n",
    ],
)
def test_a_readme_that_is_not_closed_ends_where_the_next_file_begins(readme: str) -> None:
    tests = "```python tests/test_main.py\nassert True\n```"
    assert named(f"{readme}{MAIN}\n\n{tests}") == {
        "README.md": "# Hi\n```bash\nls\n```\nBye",
        **FILES,
        "tests/test_main.py": "assert True",
    }


@pytest.mark.parametrize("second", ["```python b.py\n2\n```", "### b.py\n```python\n2\n```"])
def test_code_that_is_not_closed_ends_where_the_next_file_begins(second: str) -> None:
    assert named(f"```python a.py\n1\n\n{second}") == {"a.py": "1", "b.py": "2"}


@pytest.mark.parametrize(
    "text", ["```bash\nls\n```", "```\nls\n```", "```python main.py\nx\n```", "a\n```\nb"]
)
def test_fences_in_a_string_of_python_are_text(text: str) -> None:
    expected = {"tests/test_main.py": f'TEXT = """\n{text}\n"""', **FILES}
    assert named(f"{STRING.format(text)}\n\n{MAIN}") == expected
    assert named(f"{MAIN}\n\n{STRING.format(text)}") == expected


def test_fences_in_an_indented_docstring_are_text() -> None:
    code = 'def f():\n    """Do.\n\n    ```\n    f()\n    ```\n    """'
    assert named(f"```python main.py\n{code}\n```\nThat is all.") == {"main.py": code}


def test_a_comment_with_three_quotes_does_not_keep_a_file_open() -> None:
    code = '# It may hold """ as well.\nx = 1'
    assert named(f"```python a.py\n{code}\n```\n{MAIN}") == {"a.py": code, **FILES}
    assert named(f"{MAIN}\n```python a.py\n{code}\n```") == {"a.py": code, **FILES}


def test_a_fence_around_the_whole_answer_holds_its_files() -> None:
    assert named(f"```markdown\nIt prints.\n\n{MAIN}\n\n```python b.py\n2\n```\n```") == {
        **FILES,
        "b.py": "2",
    }


@pytest.mark.parametrize(
    "end",
    [
        "```markdown README.md\n# Hi\n```bash\nls\n```\nAnd th",
        "```markdown README.md\n# Hi\n```\nls\n```\nAnd th",
        "```markdown README.md\n# Hi\n```bash\npython ma",
        "```python b.py\nx = ",
    ],
)
def test_a_block_that_stops_in_the_middle_is_known_to_be_open(end: str) -> None:
    *whole, last = blocks(f"{MAIN}\n\n{end}")
    assert [block.is_closed for block in whole] == [True]
    assert not last.is_closed


@pytest.mark.parametrize(
    "text",
    [
        "```\n" * 100_000,
        "```a.md\n" * 50_000,
        "```python a.py\n'''\n" * 40_000,
        "~~~~~\n```markdown x.md\n" * 20_000,
        "```md a.md\n````b\n" * 20_000,
        "`" * 400_000,
    ],
    ids=lambda text: text[:12].split("\n")[0],
)
def test_fences_without_end_are_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    blocks(text)
    assert time.process_time() - started < 5
