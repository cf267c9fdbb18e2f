"""Fenced blocks with file names, in the shapes that models write."""

import pytest

from toggle_core.builders.chat.fences import blocks
from toggle_core.builders.chat.naming import path_in
from toggle_core.builders.chat.prompts import fenced


def named(answer: str) -> dict[str, str]:
    """Text by path, of the blocks that were named."""
    return {block.path: block.text for block in blocks(answer) if block.path}


@pytest.mark.parametrize(
    "opening",
    [
        "```python app/main.py",
        "```python:app/main.py",
        "```py: app/main.py",
        "```app/main.py",
        "``` app/main.py",
        '```python title="app/main.py"',
        "```python filename=app/main.py",
        "```python {file=app/main.py}",
        "```python (app/main.py)",
        "~~~python app/main.py",
        "```Python app/main.py",
    ],
)
def test_a_name_in_the_opening_line_is_read(opening: str) -> None:
    fence = opening[:3]
    assert named(f"{opening}\nprint(1)\n{fence}") == {"app/main.py": "print(1)"}


@pytest.mark.parametrize(
    "above",
    [
        "### app/main.py",
        "### `app/main.py`",
        "#### 1. `app/main.py`",
        "**app/main.py**",
        "**`app/main.py`**:",
        "`app/main.py`",
        "app/main.py:",
        "File: app/main.py",
        "**File:** `app/main.py`",
        "**Filename: app/main.py**",
        "1. **app/main.py**",
        "- `app/main.py`:",
        "2) app/main.py",
        "### `app/main.py` (the program)",
        "Now the program itself, in `app/main.py`:",
        "Create **app/main.py** with this:",
    ],
)
def test_a_name_in_the_line_above_is_read(above: str) -> None:
    assert named(f"Intro.\n\n{above}\n\n```python\nprint(1)\n```") == {"app/main.py": "print(1)"}


@pytest.mark.parametrize(
    ("language", "comment", "path"),
    [
        ("python", "# app/main.py", "app/main.py"),
        ("python", "# File: app/main.py", "app/main.py"),
        ("", "#app/main.py", "app/main.py"),
        ("js", "// static/app.js", "static/app.js"),
        ("html", "<!-- index.html -->", "index.html"),
        ("css", "/* style.css */", "style.css"),
        ("sql", "-- schema.sql", "schema.sql"),
    ],
)
def test_a_name_in_a_comment_on_the_first_line_is_read(
    language: str, comment: str, path: str
) -> None:
    assert named(f"```{language}\n{comment}\ncode\n```") == {path: "code"}


def test_a_sentence_that_mentions_a_file_names_no_shell_block() -> None:
    assert named("Start `main.py` like this:\n```bash\npython main.py\n```") == {}


def test_a_sentence_that_mentions_two_files_names_none() -> None:
    assert named("Both `a.py` and `b.py` need this:\n```python\nx = 1\n```") == {}


def test_an_ordinary_comment_is_no_name() -> None:
    assert named("```python\n# Count the words, e.g. of a file.\nx = 1\n```") == {}


def test_the_name_above_one_block_does_not_name_the_next() -> None:
    answer = "### main.py\n```python\na = 1\n```\n```python\nb = 2\n```"
    assert named(answer) == {"main.py": "a = 1"}


def test_a_longer_fence_holds_shorter_ones() -> None:
    answer = (
        "````markdown README.md\n# Hi\n```bash\npython main.py\n```\n````\n```py main.py\n1\n```"
    )
    assert named(answer) == {
        "README.md": "# Hi\n```bash\npython main.py\n```",
        "main.py": "1",
    }


def test_a_readme_with_fences_as_long_as_its_own_is_read_whole() -> None:
    answer = (
        "```markdown README.md\n# Hi\n```bash\npython main.py\n```\nBye\n```\n```py a.py\n1\n```"
    )
    assert named(answer) == {
        "README.md": "# Hi\n```bash\npython main.py\n```\nBye",
        "a.py": "1",
    }


def test_a_block_that_is_never_closed_goes_to_the_end() -> None:
    assert named("```python main.py\na = 1\nb = 2") == {"main.py": "a = 1\nb = 2"}


def test_a_block_in_a_list_loses_the_indent_of_its_fence() -> None:
    answer = "1. `main.py`\n\n   ```python\n   if a:\n       b()\n   ```"
    assert named(answer) == {"main.py": "if a:\n    b()"}


def test_inline_code_of_three_backticks_opens_nothing() -> None:
    assert list(blocks("Use ```x``` here.\nThat is all.")) == []


@pytest.mark.parametrize(
    "path", ["/etc/passwd.txt", "../up.py", "C:\\x\\a.py", ".env", ".gitignore"]
)
def test_a_path_that_will_be_refused_is_still_a_name(path: str) -> None:
    assert path_in(f"`{path}`") == path


@pytest.mark.parametrize(
    "text", ["The program", "Version 3.11", "python main.py", "", "and so on."]
)
def test_prose_is_no_path(text: str) -> None:
    assert path_in(text) == ""


def test_a_very_long_line_is_looked_at_quickly_and_names_nothing() -> None:
    line = "(" * 300_000 + "a." * 50_000
    assert named(f"{line}\n```python\n{line}\n```") == {}


def test_files_written_for_a_model_are_read_back_as_they_were() -> None:
    files = {
        "main.py": 'print("```")',
        "README.md": "# Hi\n\n````\n```bash\nls\n```\n````\n\n`a`",
        "data/list.csv": "a,b\n1,2",
    }
    assert named(fenced(files)) == files
